import SLNumerics
import SLOptimizers
import SLTestSupport

/// Runs one rule on one weight, gradients given.
final class Steps<Element: Scalar> {
    let weight: Matrix<Element>
    let updater: any TensorUpdater<Element>
    let ledger = MemoryLedger()
    let log = RefreshLog()
    private let space: Matrix<Element>
    var step = 0

    init(_ rule: any UpdateRule, weight: Matrix<Element>) throws {
        self.weight = weight
        updater = try rule.makeUpdater(rows: weight.rows, columns: weight.columns, ledger: ledger)
        space = try Matrix.zeros(1, max(1, rule.scratchCount(rows: weight.rows, columns: weight.columns)))
    }

    func update(
        _ gradient: Matrix<Element>, rate: Double = 0.1, decay: Double = 0, gradientScale: Double = 1, totalSteps: Int = 0, log: RefreshLog? = nil,
        key: UInt64 = 0
    ) throws {
        step += 1
        space.fill(.nan)
        let context = UpdateContext(
            learningRate: rate, weightDecay: decay, step: step, totalSteps: totalSteps, age: step, gradientScale: gradientScale, scratch: Scratch(space),
            ledger: ledger, log: log ?? self.log, key: key)
        try updater.update(weight: weight, gradient: gradient.duplicate(), context: context)
    }

    func state(_ name: String) -> Matrix<Element> {
        updater.state.first { $0.name == name }?.value.matrix ?? weight
    }
}
