public import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
public import SLSpec

/// What the probes of a run take, by formula.
public struct ProbePlan: Sendable, Hashable {
    /// Bytes of tensors at most, apart from the run's own and beside all of those that it holds between updates.
    public var bytes = 0
    /// Of the records in the database.
    public var recordBytes = 0
    /// Tokens that pass forward and backward, with one more pass forward for what is computed again.
    public var tokens = 0
    /// FLOPs of all decompositions.
    public var decompositions = 0.0

    /// Nothing for a run without probes.
    public init(_ spec: RunSpec, method: any PretrainingMethod, threads: Int) throws {
        guard let probes = spec.probes else { return }
        let shape = spec.model
        let modules = shape.modules
        let training = spec.training
        let storage = StorageChoice(training.memory)
        let workers = min(threads, modules.count)
        let twin = TwinMethod(gateActivation: method.gateActivation)
        let dense = modules.reduce(0) { $0 + 4 * $1.outFeatures * $1.inFeatures }
        let weights = try ModelAccounting(shape: shape, method: twin, optimizer: RunOptimizer()).weightBytes(phase: 0)
        let passes = try MemoryPlan.passBytes(
            shape: shape, method: twin, sequences: training.microBatchSize, sequenceLength: training.sequenceLength, threads: threads,
            options: DenseTwin.options)
        /// One decomposition at a time on every thread.
        func decomposing(_ module: LinearModule) -> Int {
            let (m, n) = (module.outFeatures, module.inFeatures)
            return 4 * (m * n + SingularValues.workspaceCount(rows: m, columns: n))
        }
        /// Beside first values that are made again, for which some methods decompose a matrix themselves.
        func starting(_ module: LinearModule) -> Int {
            let (m, n) = (module.outFeatures, module.inFeatures)
            let made = 4 * (ThinSVD<Float>.workspaceCount(rows: m, columns: n) + ThinSVD<Float>.resultCount(rows: m, columns: n))
            let values = method.startsFromDense(at: module) && method.tensors(at: module, phase: 0).count == 1 ? 0 : made
            return 4 * m * n + StartingLinear<Float>.byteCount(at: module, method: method, storage: storage)
                + max(4 * SingularValues.workspaceCount(rows: m, columns: n), values)
        }
        let first = weights + dense + workers * (modules.map(starting).max() ?? 0)
        let second = passes + workers * (modules.map(decomposing).max() ?? 0)
        bytes = max(first, second) + (try Self.basisBytes(spec, method: method))
        let moments = probes.steps(of: training.steps).count
        let tensors = modules.reduce(0) { $0 + method.tensors(at: $1, phase: 0).count }
        let samples = training.steps / ProbeSpec.interval(of: training.steps) + moments
        let spectra = ProbeSpectrum.Subject.allCases.count
        recordBytes = moments * modules.count * spectra * Self.spectrumBytes + samples * 2 * tensors * Self.valueBytes
        tokens = moments * probes.tokens
        decompositions = Double(moments * spectra) * modules.reduce(0) { $0 + 4 * Double($1.outFeatures * $1.inFeatures) * Double($1.smallerSide) }
    }

    /// A row of a spectrum, with its singular values, and one of a single number.
    private static let (spectrumBytes, valueBytes) = (1200, 100)

    /// Copies of bases that rules keep in full, and one more of the largest while they are compared.
    private static func basisBytes(_ spec: RunSpec, method: any PretrainingMethod) throws -> Int {
        let optimizer = try RunOptimizer(spec.training)
        let sizes = (0..<method.phaseCount).map { phase in
            TensorEntry.all(shape: spec.model, method: method, phase: phase).filter { $0.declaration.isTrainable }.flatMap { entry in
                method.updateRule(for: entry.place, optimizer: optimizer).state(rows: entry.declaration.rows, columns: entry.declaration.columns)
                    .filter { $0.name == SubspaceWatch.stateName }.map { 4 * ($0.count + min($0.rows, $0.columns) * min($0.rows, $0.columns)) }
            }
        }
        return sizes.map { $0.reduce(0, +) + ($0.max() ?? 0) }.max() ?? 0
    }
}
