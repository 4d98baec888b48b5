import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec

/// The dense weights that a run's linears equalled at its start, made again one by one: they are never kept.
struct StartWeights {
    private let method: any PretrainingMethod
    private let storage: StorageChoice
    private let seed: UInt64
    private let deviation: Double
    private let given: (weights: InitialWeights, fit: InitialWeights.Fit)?

    /// - Parameter initial: the weights that the run started from, if they were given.
    /// - Throws: `DataError` when they do not fit the model.
    init(_ spec: RunSpec, method: any PretrainingMethod, initial: InitialWeights?) throws {
        self.method = method
        storage = StorageChoice(spec.training.memory)
        seed = spec.seed
        deviation = spec.model.initializerRange
        given = try initial.map { ($0, try $0.fit(shape: spec.model, method: method)) }
    }

    private var dense: InitialRandomness.GivenDense? {
        guard let (weights, fit) = given else { return nil }
        return { module in try weights.dense(module, fit) }
    }

    /// - Returns: `false`, and nothing written, where the linear equals no dense matrix.
    func write(_ module: LinearModule, into weight: Matrix<Float>, ledger: MemoryLedger) throws -> Bool {
        let linear = try StartingLinear<Float>(
            at: module, method: method, storage: storage, seed: seed, deviation: deviation, given: dense,
            fileFolder: BackingFile.folder, ledger: ledger)
        if let given { try given.weights.fill(linear, given.fit) }
        return try linear.writeDenseEquivalent(into: weight)
    }
}
