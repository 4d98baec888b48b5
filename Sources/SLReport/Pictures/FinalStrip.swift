/// A strip at the right end of a loss picture in which the final evaluations stand side by side: on the curves those of a sweep
/// lie on one another.
struct FinalStrip {
    struct Mark {
        /// Place of the curve.
        var curve: Int
        var x: Double
        var loss: Double
        /// From the lowest seed to the highest; `nil` for one seed.
        var span: ClosedRange<Double>?
    }

    /// In the order of the legend.
    let marks: [Mark]
    /// Where the strip begins.
    let start: Double
    /// Its right end, and so the frame's.
    let end: Double

    /// - Parameter right: the right end of the curves, in the axis' unit.
    /// - Returns: `nil` where there are not two final evaluations to tell apart.
    init?(_ curves: [LossCurve], right: Double) {
        let finals = curves.indices.compactMap { place in
            curves[place].isFinished ? curves[place].evaluation.last.map { (place, $0, curves[place].seeds) } : nil
        }
        guard finals.count > 1 else { return nil }
        let step = min(0.026, 0.24 / Double(finals.count)) * right
        start = right * 1.012
        let first = start + max(0.028 * right, step)
        marks = finals.enumerated().map { number, final in
            Mark(
                curve: final.0, x: first + Double(number) * step, loss: final.1.mean, span: final.2 > 1 ? final.1.losses : nil)
        }
        end = first + Double(finals.count - 1) * step + max(0.028 * right, step)
    }

    var middle: Double { (start + end) / 2 }
}
