public import SLMethodKit
public import SLNumerics
public import SLOptimizers
import SLRandom
public import SLSpec

/// What controllers want of a model between updates.
extension LlamaModel {
    /// Edits of optimizer state that a rewrite asked for, and what it counted.
    public struct RewriteOutcome: Sendable {
        public var edits: [(tensor: String, edit: StateEdit)] = []
        /// Summed over the linears, or their mean.
        public var measurements: [String: Double] = [:]
    }

    /// Every block linear performs `rewrite`, each with a stream of its own.
    ///
    /// - Parameters:
    ///   - state: the optimizer's, by full name of the tensor and name of the state.
    ///   - recorded: choices of a run that was recorded elsewhere, by full name of a linear's tensor.
    /// - Throws: ``ContractError/unsupportedRewrite(_:module:)``, ``LinearAlgebraError``, ``OutOfMemoryError``.
    @discardableResult public func perform(
        _ rewrite: Rewrite, seed: UInt64, step: Int, state: (_ tensor: String, _ state: String) -> [Double]? = { _, _ in nil },
        recorded: ((_ linear: String) -> RecordedChoices)? = nil
    ) throws -> RewriteOutcome {
        // The contexts don't outlive the rewrite.
        try withoutActuallyEscaping(state) { state in
            try perform(rewrite, seed: seed, step: step) { linear in
                (state: { state("\(linear).\($0)", $1) }, recorded: recorded?(linear))
            }
        }
    }

    private func perform(
        _ rewrite: Rewrite, seed: UInt64, step: Int,
        known: (_ linear: String) -> (state: (_ tensor: String, _ state: String) -> [Double]?, recorded: RecordedChoices?)
    ) throws -> RewriteOutcome {
        ledger.enter(.refresh)
        var outcome = RewriteOutcome()
        var means: [String: (sum: Double, count: Int)] = [:]
        for linear in blocks.flatMap(\.linears) where method.isParameterized(at: linear.module) {
            let stream = RandomStream(seed: seed, name: "\(rewrite.name)/\(step)/\(linear.module.name)")
            try linear.withWeights(in: try buffers().idle, keeping: true) { scratch in
                let (state, recorded) = known(linear.module.name)
                var context = RewriteContext(step: step, random: stream, scratch: scratch, ledger: ledger, state: state, recorded: recorded)
                try linear.parameterization.perform(rewrite, &context)
                outcome.edits += context.edits.map { ("\(linear.module.name).\($0.tensor)", $0.edit) }
                outcome.measurements.merge(context.measurements, uniquingKeysWith: +)
                means.merge(context.sums) { ($0.sum + $1.sum, $0.count + $1.count) }
            }
        }
        outcome.measurements.merge(means.mapValues { $0.sum / Double(max(1, $0.count)) }) { sum, _ in sum }
        return outcome
    }

    // MARK: Which tensors are trained

    /// Full names of tensors that the method declared as trained and a lifecycle froze.
    public var heldTensors: Set<String> { Set(parameters.filter(\.parameter.isHeld).map(\.parameter.name)) }

    /// Elements of all tensors that are trained at present.
    public var trainedCount: Int { parameters.reduce(0) { $0 + ($1.parameter.isTrainable ? $1.parameter.count : 0) } }

    /// Freezes or thaws tensors. What is frozen loses its gradient at once; what is thawed gets one.
    ///
    /// - Returns: how many tensors changed. What no method declared as trained never does.
    @discardableResult public func setHeld(_ held: Bool, _ choice: TensorChoice) throws -> Int {
        let changed = parameters.filter { $0.parameter.isDeclaredTrainable && $0.parameter.isHeld != held && choice.contains($0.place) }
        for entry in changed { entry.parameter.hold(held) }
        try allocateMissingGradients()
        return changed.count
    }

    /// Whose gradients are wanted although nobody trains by them; `nil`: nobody's.
    ///
    /// - Returns: how many tensors those are.
    @discardableResult public func observe(_ choice: TensorChoice?) throws -> Int {
        observed = choice
        var count = 0
        for entry in parameters {
            let wanted = choice?.contains(entry.place) ?? false
            entry.parameter.observe(wanted)
            if wanted { count += 1 }
        }
        for linear in blocks.flatMap(\.linears) { linear.observe(choice, headCount: shape.headCount) }
        try allocateMissingGradients()
        return count
    }

    /// Of tensors that came to have a gradient after the buffers were made.
    private func allocateMissingGradients() throws { if hasBuffers { try allocateGradients() } }

    /// Of all tensors that are to have one and have none.
    func allocateGradients() throws {
        for entry in parameters {
            let parameter = entry.parameter
            // Consumed layer by layer, other gradients of trained tensors are lent for as long as they last.
            guard !updatesPerLayer || entry.place.part == .norm || !parameter.isTrainable, parameter.gradient == nil else { continue }
            try parameter.allocateGradient(ledger: ledger)
            // Forms that know nothing of it leave it as it is.
            parameter.gradient?.fill(0)
        }
    }

    /// What stands for a block linear's weight in the present phase.
    public func parameterization(at module: LinearModule) -> (any Parameterization<Element>)? {
        blocks.indices.contains(module.layer) ? blocks[module.layer][module.role].parameterization : nil
    }

    /// Every parameterization is told what the next pass is for.
    func prepare(for kind: ModelPass.Kind, _ microBatch: MicroBatch = MicroBatch()) {
        for linear in blocks.flatMap(\.linears) { linear.prepare(for: kind, update: update, microBatch) }
    }

    // MARK: What is added up over micro-batches

    /// Gradients, in the model's order, each with its tensor's name.
    public var gradients: [(name: String, matrix: Matrix<Element>)] {
        parameters.compactMap { entry in entry.parameter.gradient.map { (entry.parameter.name, $0) } }
    }

    /// What parameterizations add up besides gradients, where they are told to collect.
    public var collectedSums: [Matrix<Element>] { blocks.flatMap(\.linears).flatMap(\.collectedSums) }

    /// What methods keep besides their weights, by full name.
    public var methodBuffers: [(name: String, matrix: Matrix<Element>)] {
        blocks.flatMap(\.linears).flatMap { linear in linear.tensors.buffers.map { ("\(linear.module.name).\($0.name)", $0.matrix) } }
    }
}
