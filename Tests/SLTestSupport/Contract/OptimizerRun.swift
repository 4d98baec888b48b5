import SLNumerics
import SLOptimizers
import SLSpec

/// One tensor under one rule, driven by hand with made-up gradients.
final class OptimizerRun<Element: Scalar> {
    let weight: StoredTensor<Element>
    let rule: any UpdateRule
    private(set) var updater: AgedUpdater<Element>
    private(set) var ledger = MemoryLedger()
    private let space: Matrix<Element>
    private let declared: Int
    /// Added to the number of an update to give the step of the run.
    private let firstStep: Int
    private let tensor: UInt64
    private(set) var updates = 0
    /// Updates in which a refresh was recorded, from 1; as often as it was.
    private(set) var refreshes: [Int] = []
    var rate = 0.01
    var weightDecay = 0.0
    var gradientScale = 1.0

    /// Elements behind the declared scratch, where nothing may be written.
    private let fence: Int

    /// - Parameter tensor: which of several tensors of one shape: random choices differ by it.
    init(
        _ rule: any UpdateRule, _ place: TensorPlace, from step: Int = 1, deviation: Double = 1, weightFormat: StorageFormat = .full,
        tensor: UInt64 = 0
    ) throws {
        self.rule = rule
        self.tensor = tensor
        firstStep = step
        let (rows, columns) = (place.rows, place.columns)
        updater = AgedUpdater(try rule.makeUpdater(rows: rows, columns: columns, ledger: ledger))
        weight = try StoredTensor(rows: rows, columns: columns, format: weightFormat, category: .weights, ledger: MemoryLedger())
        weight.write(from: try .normal(rows, columns, "weight", deviation: deviation), key: nil)
        declared = rule.scratchCount(rows: rows, columns: columns)
        fence = 2 * rows * columns + 256
        space = try Matrix.zeros(1, declared + fence)
    }

    /// Whether nothing has been written behind the declared scratch.
    private(set) var keepsToItsScratch = true

    func update(_ gradient: Matrix<Element>) throws {
        space.fill(.nan)
        let (step, log) = (firstStep + updates, RefreshLog())
        let context = UpdateContext(
            learningRate: rate, weightDecay: weightDecay, step: step, totalSteps: 2000, gradientScale: gradientScale, scratch: Scratch(space),
            ledger: ledger, log: log, key: UInt64(updates + 1) &* 0x9e37_79b9 &+ (tensor << 40), tensorKey: 7 &+ tensor)
        try updater.update(weight: weight, gradient: gradient.duplicate(), context: context)
        updates += 1
        refreshes += Array(repeating: updates, count: log.matrices)
        let behind = space.reshaped(from: declared, rows: 1, columns: fence)
        if !behind.elements.allSatisfy(\.isNaN) { keepsToItsScratch = false }
    }

    /// The gradient of update `number`, from 1: normal, a row of zeros in matrices, spikes in two updates.
    func gradient(_ number: Int) throws -> Matrix<Element> {
        let gradient = try Matrix<Element>.normal(weight.rows, weight.columns, "gradient/\(number)")
        if weight.rows > 2 { for column in 0..<weight.columns { gradient[2, column] = 0 } }
        if number == 45 || number == 47 { gradient[0, 1] = 1000 }
        return gradient
    }

    func run(_ count: Int) throws {
        for _ in 0..<count { try update(try gradient(updates + 1)) }
    }

    /// Stands where a run stands after so many updates, without having had them.
    func stand(after count: Int) { updates = count }

    /// What a lifecycle may do: all state zero, and the tensor as old as one that was never updated.
    func empty() {
        for (_, value) in updater.state { value.clear() }
        updater.age = 0
    }

    func state(named name: String) -> [Element]? { updater.state.first { $0.name == name }?.value.elements }

    /// What the state has of a subspace's basis: vectors, their numbers, or the number that they are drawn from.
    var basis: [Element]? { state(named: "projector") ?? state(named: "indices") ?? state(named: "seed") }

    var stateElements: [[Element]] { updater.state.map { $0.value.elements } }
    var isFinite: Bool { weight.elements.allSatisfy(\.isFinite) && stateElements.allSatisfy { $0.allSatisfy(\.isFinite) } }

    /// What a checkpoint does: the state's bytes and the age go into a fresh updater.
    func moveIntoAnotherUpdater() throws {
        let other = MemoryLedger()
        let fresh = AgedUpdater<Element>(try rule.makeUpdater(rows: weight.rows, columns: weight.columns, ledger: other), age: updater.age)
        for (new, old) in zip(fresh.state, updater.state) {
            for (target, source) in zip(new.value.parts, old.value.parts) { target.bytes.copyMemory(from: UnsafeRawBufferPointer(source.bytes)) }
        }
        (updater, ledger) = (fresh, other)
    }
}
