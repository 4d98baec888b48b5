import SLNumerics
import SLOptimizers
import SLTestSupport

/// Runs a rule and its plain twin side by side.
///
/// - Parameters:
///   - twin: one update by the formulas: the weight, the gradient (clipped), the rate, the decay, and the update's number.
/// - Returns: how far the weights are apart after `count` updates, relative to how far they came.
func deviation(
    _ rule: any UpdateRule, _ rows: Int, _ columns: Int, updates count: Int = 12, decay: Double = 0.3, deviationOf size: Double = 1,
    twin: (inout PlainMatrix, PlainMatrix, _ rate: Double, _ decay: Double, _ k: Int) -> Void
) throws -> Double {
    let steps = try Steps(rule, weight: Matrix<Double>.normal(rows, columns, "w"))
    let start = steps.weight.elements
    var weight = PlainMatrix(steps.weight)
    for k in 1...count {
        let gradient = try Matrix<Double>.normal(rows, columns, "g\(k)", deviation: size)
        // A spike now and then.
        if k % 5 == 3 { gradient[0, columns - 1] = 40 }
        let rate = 0.02 * Double(1 + k % 3)
        try steps.update(gradient, rate: rate, decay: decay, gradientScale: 0.7)
        twin(&weight, PlainMatrix(gradient).map { 0.7 * $0 }, rate, decay, k)
    }
    let moved = zip(weight.values, start).map { $0 - $1 }
    return Deviation(zip(steps.weight.elements, start).map { $0 - $1 }, from: moved).relative
}
