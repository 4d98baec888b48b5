import Foundation

/// Picks the widths of a model so that it is as large as wanted; layers, heads and vocabulary stay.
///
/// hidden is a multiple of twice the heads, intermediate of 16, and of less where no multiple of 16 comes near enough without distorting the
/// proportions. Of the shapes that come within the tolerance it is the one whose intermediate ÷ hidden is nearest to the base's; the narrower of two
/// alike. Nothing is drawn: the same question has the same answer.
struct ShapeSearch {
    struct Pick {
        var shape: ModelShape
        var found: Double
    }

    let base: ModelShape
    let wanted: Double
    /// Largest |found ÷ wanted − 1|.
    let tolerance: Double
    /// `nil` for a shape that can't be made. Grows with either width.
    let measure: (ModelShape) -> Double?

    /// So many times as wide as the base at most.
    private static let mostTimes = 16
    private static let steps = [16, 8, 4, 2, 1]
    /// Proportions that are further from the base's, by their quotient's logarithm, wait for the finer steps.
    private static let distortion = 0.25

    private var unit: Int { 2 * base.headCount }
    private var ratio: Double { Double(base.intermediateSize) / Double(base.hiddenSize) }

    /// - Returns: the pick, or `nil` and the nearest that there is, which is `nil` where nothing can be measured.
    func run() -> (pick: Pick?, nearest: Pick?) {
        var all: [Pick] = []
        let widths = widths
        for step in Self.steps {
            let picks = widths.flatMap { intermediates(hidden: $0, step: step) }
            let near = picks.filter { deviation($0) <= tolerance && distortion($0) <= Self.distortion }
            if let best = near.min(by: isBefore) { return (best, best) }
            all += picks
        }
        let near = all.filter { deviation($0) <= tolerance }
        return (near.min(by: isBefore), all.min { deviation($0) < deviation($1) })
    }

    private func deviation(_ pick: Pick) -> Double { abs(pick.found / wanted - 1) }

    private func isBefore(_ one: Pick, _ other: Pick) -> Bool {
        func rank(_ pick: Pick) -> (Double, Double, Int) { (distortion(pick), deviation(pick), pick.shape.hiddenSize) }
        return rank(one) < rank(other)
    }

    private func distortion(_ pick: Pick) -> Double {
        abs(log(Double(pick.shape.intermediateSize) / Double(pick.shape.hiddenSize) / ratio))
    }

    private func shape(_ hidden: Int, _ intermediate: Int) -> ModelShape {
        var shape = base
        (shape.hiddenSize, shape.intermediateSize) = (hidden, max(1, intermediate))
        return shape
    }

    /// Multiples of the unit around the width at which the base's proportions are as large as wanted.
    private var widths: [Int] {
        let most = max(1, Self.mostTimes * base.hiddenSize / unit)
        let first = smallest(1, most) { measure(shape($0 * unit, Int((ratio * Double($0 * unit)).rounded()))) } ?? most
        return ((first - 4)...(first + 3)).filter { (1...most).contains($0) }.map { $0 * unit }
    }

    /// The two multiples of the step between which what is wanted lies.
    private func intermediates(hidden: Int, step: Int) -> [Pick] {
        let most = max(1, Self.mostTimes * max(hidden, base.intermediateSize) / step)
        let first = smallest(1, most) { measure(shape(hidden, $0 * step)) } ?? most
        return [first - 1, first].filter { $0 >= 1 }.compactMap { count in
            let shape = shape(hidden, count * step)
            return measure(shape).map { Pick(shape: shape, found: $0) }
        }
    }

    /// The smallest number at which `value` reaches what is wanted; `nil` where it never does.
    private func smallest(_ low: Int, _ high: Int, _ value: (Int) -> Double?) -> Int? {
        func reaches(_ count: Int) -> Bool { value(count).map { $0 >= wanted } ?? false }
        var (low, high) = (low - 1, high)
        guard reaches(high) else { return nil }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if reaches(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
