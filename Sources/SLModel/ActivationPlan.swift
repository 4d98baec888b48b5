public import SLMethodKit
import SLNumerics
import SLOptimizers
public import SLSpec

/// What is kept of the linears' inputs from the forward pass for the backward pass, role by role, by formula: under a run's activation scheme and
/// without it.
public struct ActivationPlan: Sendable, Hashable {
    public struct Role: Sendable, Hashable {
        public let role: LinearRole
        /// Bytes over all layers that are kept for the role's sake where inputs are exact: inputs that are stored, and what the form saves.
        public let exactBytes: Int
        /// The same under the scheme.
        public let bytes: Int
        /// Whether the exact input is computed again from what is stored anyway, and so takes nothing.
        public let isComputedAgain: Bool
    }

    public let roles: [Role]
    /// Of the whole run, planned without the scheme and with it.
    public let exactTotal: Int
    public let total: Int

    /// - Parameters:
    ///   - exact: the method without the scheme. - method: the same under it.
    /// - Throws: as `RunOptimizer.init`.
    public init(
        shape: ModelShape, exact: any PretrainingMethod, method: any PretrainingMethod, training: TrainingSpec, threads: Int
    ) throws {
        exactTotal = try MemoryPlan(shape: shape, method: exact, training: training, threads: threads).totalBytes
        total = try MemoryPlan(shape: shape, method: method, training: training, threads: threads).totalBytes
        let pass = PassSize(training, threads: threads)
        func bytes(_ method: any PretrainingMethod, _ role: LinearRole) -> Int {
            let input = BlockInput.of(role)
            let recompute = training.memory.recompute
            return shape.modules.filter { $0.role == role }.reduce(0) { sum, module in
                let saved = method.savedActivations(at: module, phase: method.phaseCount - 1, pass: pass)
                let stored = input.isComputedAgain || saved.input != .exact ? 0 : module.inFeatures
                // Where blocks are computed again one interior serves them all, but for bottlenecks.
                let isFirst = module.layer == 0
                let isOwn = recompute == .bottlenecks && saved.givesOutput
                return sum + (recompute == .none || isFirst ? 4 * pass.operandCount(pass.tokens * stored) : 0)
                    + (recompute == .none || isOwn || isFirst ? 4 * pass.operandCount(pass.tokens * input.keptColumns(saved)) : 0)
            }
        }
        roles = (training.activations?.orderedGroups.map(\.role) ?? []).map { role in
            Role(
                role: role, exactBytes: bytes(exact, role), bytes: bytes(method, role), isComputedAgain: BlockInput.of(role).isComputedAgain)
        }
    }
}
