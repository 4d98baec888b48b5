public import SLMethodKit
import SLNumerics
import SLSpec

/// Sum of a batch's negative log-likelihoods and how many targets it is over.
public struct BatchLoss: Sendable, Hashable {
    public var sum: Double
    public var targets: Int

    public init(sum: Double, targets: Int) {
        self.sum = sum
        self.targets = targets
    }
}

extension LlamaModel {
    /// One micro-batch forward and backward: gradients of `lossScale` · Σ nll.
    ///
    /// - Parameters:
    ///   - inputs: N token ids, sequence by sequence. - targets: N ids, below 0 where masked.
    ///   - accumulate: add to the gradients of earlier micro-batches, or overwrite them.
    ///   - microBatch: its place in the update. If not given, what overwrites gradients begins one.
    ///   - consumer: takes each gradient when it is complete; needed by, and only by, a model that updates per layer.
    /// - Returns: the loss before any update.
    public func accumulateGradients(
        inputs: [Int32], targets: [Int32], lossScale: Double, accumulate: Bool, microBatch: MicroBatch? = nil,
        consumer: (any GradientConsumer<Element>)? = nil
    ) throws -> BatchLoss {
        let buffers = try buffers()
        let microBatch = microBatch ?? MicroBatch(number: accumulate ? 1 : 0, startsUpdate: !accumulate)
        ledger.enter(.forward)
        prepare(for: .train, microBatch)
        // Between the micro-batches of an update no weight changes.
        if microBatch.startsUpdate { refreshOperands() }
        try forward(inputs, buffers)
        ledger.enter(.backward)
        let pass = BackwardPass(model: self, buffers: buffers, tokens: inputs.count, accumulate: accumulate, consumer: consumer)
        return BatchLoss(sum: try pass.run(inputs, targets, lossScale: lossScale), targets: targets.count { $0 >= 0 })
    }

    /// Fixes what parameterizations fix by the update's first micro-batch, where some have not yet: for a process that does not compute that
    /// micro-batch. What gradients hold is of no use afterwards.
    ///
    /// - Parameter inputs: of the first micro-batch, as all else.
    public func rehearse(inputs: [Int32], targets: [Int32], lossScale: Double) throws {
        let rehearsal = MicroBatch(number: 0, startsUpdate: true, isRehearsal: true)
        prepare(for: .train, rehearsal)
        switch blocks.flatMap(\.linears).map({ $0.parameterization.needOfFirstMicroBatch }).max() ?? .nothing {
        case .nothing: return
        case .forward:
            let buffers = try buffers()
            ledger.enter(.forward)
            refreshOperands()
            try forward(inputs, buffers)
        case .backward:
            _ = try accumulateGradients(
                inputs: inputs, targets: targets, lossScale: lossScale, accumulate: false, microBatch: rehearsal,
                consumer: updatesPerLayer ? GradientDiscard() : nil)
        }
    }

    /// The loss of a batch, forward only.
    ///
    /// - Parameter weightsAreRounded: nothing has changed the weights since the last pass.
    public func loss(inputs: [Int32], targets: [Int32], weightsAreRounded: Bool = false) throws -> BatchLoss {
        let buffers = try buffers()
        ledger.enter(.evaluate)
        prepare(for: .evaluate)
        if !weightsAreRounded { refreshOperands() }
        try forward(inputs, buffers)
        let hidden = buffers.hidden.window(rows: 0..<inputs.count)
        let sum = unsafe targets.withUnsafeBufferPointer { targets in
            headBlocks(inputs.count, buffers).reduce(0.0) { sum, block in
                let logits = buffers.logits.window(rows: 0..<block.count)
                headForward(hidden.window(rows: block), into: logits, buffers)
                return unsafe sum + CrossEntropy.apply(logits, targets: UnsafeBufferPointer(rebasing: targets[block]), gradientScale: nil)
            }
        }
        return BatchLoss(sum: sum, targets: targets.count { $0 >= 0 })
    }

    /// The final normalised hidden states [N, h] of a batch: the function up to the head, for self-checks.
    public func hiddenStates(inputs: [Int32]) throws -> [Element] {
        let buffers = try buffers()
        prepare(for: .evaluate)
        refreshOperands()
        try forward(inputs, buffers)
        return buffers.hidden.window(rows: 0..<inputs.count).elements
    }

    /// The logits [N, V] of a batch, all of them at once: for a few tokens, to be compared with another program's.
    public func logits(inputs: [Int32]) throws -> [Element] {
        let buffers = try buffers()
        ledger.enter(.evaluate)
        prepare(for: .evaluate)
        refreshOperands()
        try forward(inputs, buffers)
        let hidden = buffers.hidden.window(rows: 0..<inputs.count)
        return headBlocks(inputs.count, buffers).flatMap { block in
            let logits = buffers.logits.window(rows: 0..<block.count)
            headForward(hidden.window(rows: block), into: logits, buffers)
            return logits.elements
        }
    }

    // MARK: Head

    /// Blocks of tokens whose logits exist at once.
    func headBlocks(_ n: Int, _ buffers: EngineBuffers<Element>) -> [Range<Int>] {
        stride(from: 0, to: n, by: buffers.logits.rows).map { $0..<min($0 + buffers.logits.rows, n) }
    }

    /// Runs `body` on the head's rows as products read them: all at once, or a part at a time where they are kept shorter.
    func forEachHeadPart(_ buffers: EngineBuffers<Element>, _ body: (_ rows: Range<Int>, _ weights: Operand<Element>) -> Void) {
        guard buffers.headRows.rows > 0 else { return body(0..<head.rows, head.operand) }
        for start in stride(from: 0, to: head.rows, by: buffers.headRows.rows) {
            let rows = start..<min(start + buffers.headRows.rows, head.rows)
            let part = buffers.headRows.window(rows: 0..<rows.count)
            head.stored.read(rows: rows, into: part)
            body(rows, part.roundInPlace(to: options.precision))
        }
    }

    func headForward(_ hidden: Operand<Element>, into logits: Matrix<Element>, _ buffers: EngineBuffers<Element>) {
        forEachHeadPart(buffers) { rows, weights in
            logits.window(rows: 0..<logits.rows, columns: rows).setProduct(hidden, transposing: weights)
        }
    }

    // MARK: Forward

    /// Leaves every block's activations and, in `hidden`, the normalised final hidden states.
    private func forward(_ inputs: [Int32], _ buffers: EngineBuffers<Element>) throws {
        let n = inputs.count
        precondition(n % sequenceLength == 0 && n <= buffers.output.rows, "\(n) tokens in sequences of \(sequenceLength)")
        let rows = 0..<n
        let activated = buffers.activated.window(rows: rows)
        unsafe inputs.withUnsafeBufferPointer {
            unsafe Embedding.forward(embedding.stored, tokens: $0, into: (buffers.blocks.first?.input ?? buffers.output).window(rows: rows))
        }
        for (index, block) in blocks.enumerated() {
            let interior = buffers.blocks[index].interior
            let next = (index + 1 < blocks.count ? buffers.blocks[index + 1].input : buffers.output).window(rows: rows)
            try forwardInterior(block, buffers.blocks[index], rows, buffers)
            SwiGLU.forward(gate: interior.gate.window(rows: rows), up: interior.up.window(rows: rows), activation: gateActivation, into: activated)
            next.copy(from: interior.middle.window(rows: rows))
            try block[.down].forward(
                activated, into: next, accumulate: true, saved: interior.saved[.down], scratch: buffers.moduleScratch)
        }
        RMSNorm.forward(
            buffers.output.window(rows: rows), weight: outputNorm.value, into: buffers.hidden.window(rows: rows),
            reciprocal: buffers.outputReciprocal, epsilon: epsilon)
    }

    private var epsilon: Element { Element(shape.rmsNormEpsilon) }
    var gateActivation: GateActivation { method.gateActivation }

    /// From a block's input to its gate and up projections: all that its backward pass reads.
    ///
    /// - Parameter again: whether what the block keeps of its own is there: then only the rest is computed, from it.
    func forwardInterior(
        _ block: Block<Element>, _ activations: BlockActivations<Element>, _ rows: Range<Int>, _ buffers: EngineBuffers<Element>, again: Bool = false
    ) throws {
        let interior = activations.interior
        let scratch = buffers.moduleScratch
        let (x, middle) = (activations.input.window(rows: rows), interior.middle.window(rows: rows))
        let (q, k, v) = (interior.query.window(rows: rows), interior.key.window(rows: rows), interior.value.window(rows: rows))
        let hidden = buffers.hidden.window(rows: rows)
        // What q, k and v have read is of no use any more when the attention writes there.
        let attended = interior.attention?.window(rows: rows) ?? hidden

        /// From its bottleneck, where that is there.
        func output(_ role: LinearRole, into y: Matrix<Element>) throws {
            if again, options.keepsBottlenecks, block[role].savedActivations.givesOutput, let saved = interior.saved[role] {
                try block[role].restoreOutput(from: saved, rows: rows, into: y, scratch: scratch)
            } else {
                try block[role].forward(hidden, into: y, saved: interior.saved[role], scratch: scratch)
            }
        }
        func isRead(_ input: BlockInput) -> Bool {
            !again || !options.keepsBottlenecks || input.readers.contains { !block[$0].savedActivations.givesOutput }
        }

        if isRead(.attention) {
            RMSNorm.forward(x, weight: block.inputNorm.value, into: hidden, reciprocal: interior.inputReciprocal, epsilon: epsilon)
        }
        for (role, result) in [(LinearRole.query, q), (.key, k), (.value, v)] {
            let inFull = result.matrix ?? buffers.hiddenGradient.window(rows: rows)
            try output(role, into: inFull)
            if role == .value {
                result.round(from: inFull)
            } else {
                buffers.rotary.apply(inFull, sequenceLength: sequenceLength, heads: shape.headCount, into: result)
            }
        }
        buffers.attention.forward(query: q, key: k, value: v, into: attended, logSumExp: interior.logSumExp)
        // What a linear without a bottleneck saves lies in the space of all blocks.
        if isRead(.attended) {
            middle.copy(from: x)
            try block[.output].forward(attended, into: middle, accumulate: true, saved: interior.saved[.output], scratch: scratch)
        }

        if isRead(.feedForward) {
            RMSNorm.forward(middle, weight: block.middleNorm.value, into: hidden, reciprocal: interior.middleReciprocal, epsilon: epsilon)
        }
        for (role, whole) in [(LinearRole.gate, interior.gate), (.up, interior.up)] {
            let result = whole.window(rows: rows)
            let inFull = result.matrix ?? buffers.activatedGradient.window(rows: rows)
            try output(role, into: inFull)
            result.round(from: inFull)
        }
    }
}

extension Array {
    /// By role, for lists in the order of `LinearRole`.
    subscript<Wrapped>(role: LinearRole) -> Wrapped? where Element == Wrapped? {
        LinearRole.allCases.firstIndex(of: role).flatMap { $0 < count ? self[$0] : nil }
    }
}
