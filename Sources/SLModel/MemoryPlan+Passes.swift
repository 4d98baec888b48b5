public import SLMethodKit
import SLOptimizers
public import SLSpec

extension MemoryPlan {
    /// Bytes of a model that makes passes forward and backward, and is not trained by them: everything but an optimizer's state.
    ///
    /// - Parameter sequences: of the largest batch.
    public static func passBytes(
        shape: ModelShape, method: any PretrainingMethod, sequences: Int, sequenceLength: Int, threads: Int, options: EngineOptions
    ) throws -> Int {
        let optimizer = try RunOptimizer()
        let accounting = ModelAccounting(shape: shape, method: method, optimizer: optimizer, precision: options.precision)
        let layout = EngineLayout(
            shape: shape, method: method, phase: 0, sequences: sequences, sequenceLength: sequenceLength, threads: threads, optimizer: optimizer,
            options: options)
        return accounting.weightBytes(phase: 0) + accounting.gradientBytes(phase: 0, options: options) + accounting.indexBytes(phase: 0)
            + 4 * (layout.activationCount + layout.workspaceCount)
    }
}
