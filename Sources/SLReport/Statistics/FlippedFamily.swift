/// The differences of a family with the statistics that sign patterns give.
struct FlippedFamily {
    /// Rivals by seeds; 0 where a rival lacks the seed, which no sign changes.
    private let values: [[Double]]
    private let counts: [Int]
    /// What the sums are divided by.
    private let scales: [Double]
    private let seeds: Int

    init(_ differences: [[Double?]]) {
        let present = differences.map { $0.compactMap(\.self) }
        // Differences all of one size, but for rounding, tell of no spread.
        let tiny = 1e-9 * (present.joined().map(abs).max() ?? 0)
        let pooled = present.map { Self.deviation($0.map(abs)) }.filter { $0 > tiny }.median
        seeds = differences.first?.count ?? 0
        values = differences.map { $0.map { $0 ?? 0 } }
        counts = present.map(\.count)
        scales = present.map { own in
            let squares = own.reduce(0) { $0 + $1 * $1 } + Double(own.count) * pooled * pooled
            // Without any difference every pattern is as extreme as what was seen.
            return squares > 0 ? squares.squareRoot() : 1
        }
    }

    func rows() -> [FamilyTest.Row] {
        let observed = statistics([Double](repeating: 1, count: seeds))
        // Sums of the same numbers in another order differ in their last bits.
        let bounds = observed.map { $0 * (1 - 1e-12) - 1e-15 }
        // Strongest first; where two are equal the order given decides nothing, as their maxima are the same.
        let order = observed.indices.sorted { (observed[$1], $0) < (observed[$0], $1) }
        var alone = [Int](repeating: 1, count: values.count)
        var stepped = alone
        var patterns = 1
        let flips = SignFlips(seeds: seeds)
        flips.forEachOther { signs in
            let found = statistics(signs)
            patterns += 1
            var largest = 0.0
            for rival in order.reversed() {
                largest = max(largest, found[rival])
                if found[rival] >= bounds[rival] { alone[rival] += 1 }
                if largest >= bounds[rival] { stepped[rival] += 1 }
            }
        }
        var least = 0.0
        var adjusted = [Double](repeating: 1, count: values.count)
        for rival in order {
            least = max(least, Double(stepped[rival]) / Double(patterns))
            adjusted[rival] = least
        }
        return values.indices.map { rival in
            FamilyTest.Row(
                count: counts[rival], meanDifference: values[rival].reduce(0, +) / Double(counts[rival]),
                pValue: Double(alone[rival]) / Double(patterns), adjusted: adjusted[rival],
                smallest: FamilyTest.smallestPValue(seeds: counts[rival]))
        }
    }

    private func statistics(_ signs: [Double]) -> [Double] {
        values.indices.map { rival in
            var sum = 0.0
            for (value, sign) in zip(values[rival], signs) { sum += value * sign }
            return abs(sum) / scales[rival]
        }
    }

    /// With n − 1; 0 for one value.
    private static func deviation(_ values: [Double]) -> Double { SampleSummary(values)?.standardDeviation ?? 0 }
}
