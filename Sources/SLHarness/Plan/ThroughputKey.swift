import Foundation
public import SLSpec

/// What decides how fast a run goes on one machine with so many threads: a speed is reused for runs that are equal in all of
/// it. Learning rate, schedule, length and seed are no part of it.
public struct ThroughputKey: Sendable, Hashable {
    var model: ModelShape
    var method: String
    /// Rank, density, interval of refreshes, way of computing; as text, in which 1 and 1.0 are the same.
    var options: String
    var packing: DataSpec.Packing
    var batchSize: Int
    var gradientAccumulation: Int
    var sequenceLength: Int
    var memory: MemoryOptions
    var optimizer: OptimizerSpec
    /// Of groups with a rule of their own.
    var optimizers: [ParameterSelector: OptimizerSpec]
    var activations: ActivationSpec?
    /// Clipping reads every gradient once more.
    var isClipped: Bool

    public init(_ spec: RunSpec) {
        model = spec.model
        method = spec.method
        options = (try? RecordJSON.encoder().encode(spec.options)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        packing = spec.data.packing
        batchSize = spec.training.batchSize
        gradientAccumulation = spec.training.gradientAccumulation
        sequenceLength = spec.training.sequenceLength
        memory = spec.training.memory
        optimizer = spec.training.optimizer
        optimizers = spec.training.groups.reduce(into: [:]) { $0[$1.selector] = $1.optimizer }
        activations = spec.training.activations
        isClipped = spec.training.gradientClip != nil
    }
}
