import SLMethodKit
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
    /// - Returns: the loss before any update.
    public func accumulateGradients(inputs: [Int32], targets: [Int32], lossScale: Double, accumulate: Bool) throws -> BatchLoss {
        let buffers = try buffers()
        ledger.enter(.forward)
        try forward(inputs, buffers)
        ledger.enter(.backward)
        let loss = try backward(inputs, targets, lossScale: lossScale, accumulate: accumulate, buffers)
        return loss
    }

    /// The loss of a batch, forward only.
    public func loss(inputs: [Int32], targets: [Int32]) throws -> BatchLoss {
        let buffers = try buffers()
        ledger.enter(.evaluate)
        try forward(inputs, buffers)
        let n = inputs.count
        let hidden = buffers.hidden.window(rows: 0..<n)
        let sum = targets.withUnsafeBufferPointer { targets in
            headBlocks(n, buffers).reduce(0.0) { sum, block in
                let logits = buffers.logits.window(rows: 0..<block.count)
                logits.setProduct(hidden.window(rows: block), transposing: head.value)
                return sum + CrossEntropy.apply(logits, targets: UnsafeBufferPointer(rebasing: targets[block]), gradientScale: nil)
            }
        }
        return BatchLoss(sum: sum, targets: targets.count { $0 >= 0 })
    }

    /// The final normalised hidden states [N, h] of a batch: the function up to the head, for self-checks.
    public func hiddenStates(inputs: [Int32]) throws -> [Element] {
        let buffers = try buffers()
        try forward(inputs, buffers)
        return buffers.hidden.window(rows: 0..<inputs.count).elements
    }

    private func headBlocks(_ n: Int, _ buffers: EngineBuffers<Element>) -> [Range<Int>] {
        stride(from: 0, to: n, by: buffers.logits.rows).map { $0..<min($0 + buffers.logits.rows, n) }
    }

    // MARK: Forward

    /// Leaves every block's activations and, in `hidden`, the normalised final hidden states.
    private func forward(_ inputs: [Int32], _ buffers: EngineBuffers<Element>) throws {
        let n = inputs.count
        precondition(n % sequenceLength == 0 && n <= buffers.output.rows, "\(n) tokens in sequences of \(sequenceLength)")
        let rows = 0..<n
        let hidden = buffers.hidden.window(rows: rows)
        let activated = buffers.activated.window(rows: rows)
        inputs.withUnsafeBufferPointer {
            Embedding.forward(embedding.value, tokens: $0, into: (buffers.blocks.first?.input ?? buffers.output).window(rows: rows))
        }
        for (index, block) in blocks.enumerated() {
            let kept = buffers.blocks[index]
            let (x, middle) = (kept.input.window(rows: rows), kept.middle.window(rows: rows))
            let (q, k, v) = (kept.query.window(rows: rows), kept.key.window(rows: rows), kept.value.window(rows: rows))
            let attended = kept.attention.window(rows: rows)
            let next = (index + 1 < blocks.count ? buffers.blocks[index + 1].input : buffers.output).window(rows: rows)

            RMSNorm.forward(x, gain: block.inputNorm.value, into: hidden, reciprocal: kept.inputReciprocal, epsilon: epsilon)
            try block[.query].forward(hidden, into: q, scratch: Scratch(buffers.scratch))
            try block[.key].forward(hidden, into: k, scratch: Scratch(buffers.scratch))
            try block[.value].forward(hidden, into: v, scratch: Scratch(buffers.scratch))
            buffers.rotary.apply(q, sequenceLength: sequenceLength, heads: shape.headCount)
            buffers.rotary.apply(k, sequenceLength: sequenceLength, heads: shape.headCount)
            buffers.attention.forward(query: q, key: k, value: v, into: attended, logSumExp: kept.logSumExp)
            middle.copy(from: x)
            try block[.output].forward(attended, into: middle, accumulate: true, scratch: Scratch(buffers.scratch))

            let (gate, up) = (kept.gate.window(rows: rows), kept.up.window(rows: rows))
            RMSNorm.forward(middle, gain: block.middleNorm.value, into: hidden, reciprocal: kept.middleReciprocal, epsilon: epsilon)
            try block[.gate].forward(hidden, into: gate, scratch: Scratch(buffers.scratch))
            try block[.up].forward(hidden, into: up, scratch: Scratch(buffers.scratch))
            SwiGLU.forward(gate: gate, up: up, into: activated)
            next.copy(from: middle)
            try block[.down].forward(activated, into: next, accumulate: true, scratch: Scratch(buffers.scratch))
        }
        RMSNorm.forward(
            buffers.output.window(rows: rows), gain: outputNorm.value, into: hidden, reciprocal: buffers.outputReciprocal,
            epsilon: epsilon)
    }

    private var epsilon: Element { Element(shape.rmsNormEpsilon) }

    // MARK: Backward

    private func backward(
        _ inputs: [Int32], _ targets: [Int32], lossScale: Double, accumulate: Bool, _ buffers: EngineBuffers<Element>
    ) throws -> BatchLoss {
        let rows = 0..<inputs.count
        let dx = buffers.residualGradient.window(rows: rows)
        if !accumulate {
            for gain in blocks.flatMap({ [$0.inputNorm, $0.middleNorm] }) + [outputNorm] { gain.gradient?.fill(0) }
            embedding.gradient?.fill(0)
        }
        let sum = headBackward(targets, lossScale: lossScale, accumulate: accumulate, buffers)
        dx.fill(0)
        normBackward(
            outputNorm, buffers.output.window(rows: rows), buffers.outputReciprocal,
            outputGradient: buffers.hiddenGradient.window(rows: rows), into: dx, buffers)
        for index in blocks.indices.reversed() {
            try feedForwardBackward(blocks[index], buffers.blocks[index], dx, rows, accumulate, buffers)
            try attentionBackward(blocks[index], buffers.blocks[index], dx, rows, accumulate, buffers)
        }
        if let gradient = embedding.gradient {
            inputs.withUnsafeBufferPointer { Embedding.backward(dx, tokens: $0, into: gradient) }
        }
        return BatchLoss(sum: sum, targets: targets.count { $0 >= 0 })
    }

    /// Logits, loss and their gradients a block of tokens at a time: logits are never whole.
    private func headBackward(_ targets: [Int32], lossScale: Double, accumulate: Bool, _ buffers: EngineBuffers<Element>) -> Double {
        var sum = 0.0
        targets.withUnsafeBufferPointer { targets in
            for block in headBlocks(targets.count, buffers) {
                let logits = buffers.logits.window(rows: 0..<block.count)
                let hidden = buffers.hidden.window(rows: block)
                logits.setProduct(hidden, transposing: head.value)
                sum += CrossEntropy.apply(
                    logits, targets: UnsafeBufferPointer(rebasing: targets[block]), gradientScale: Element(lossScale))
                buffers.hiddenGradient.window(rows: block).setProduct(logits, head.value)
                head.gradient?.setProduct(transposing: logits, hidden, keep: accumulate || block.lowerBound > 0 ? 1 : 0)
            }
        }
        return sum
    }

    private func normBackward(
        _ gain: Parameter<Element>, _ x: Matrix<Element>, _ reciprocal: Matrix<Element>, outputGradient: Matrix<Element>,
        into dx: Matrix<Element>, _ buffers: EngineBuffers<Element>
    ) {
        guard let gradient = gain.gradient else { return }
        RMSNorm.backward(
            x, gain: gain.value, reciprocal: reciprocal, outputGradient: outputGradient, inputGradient: dx,
            gainGradient: gradient, partial: buffers.gainPartial)
    }

    /// dx, the gradient behind the block, becomes the one between attention and feed-forward.
    private func feedForwardBackward(
        _ block: Block<Element>, _ kept: BlockActivations<Element>, _ dx: Matrix<Element>, _ rows: Range<Int>, _ accumulate: Bool,
        _ buffers: EngineBuffers<Element>
    ) throws {
        let (gate, up) = (kept.gate.window(rows: rows), kept.up.window(rows: rows))
        let activated = buffers.activated.window(rows: rows)
        let activatedGradient = buffers.activatedGradient.window(rows: rows)
        SwiGLU.forward(gate: gate, up: up, into: activated)
        try block[.down].backward(
            activated, outputGradient: dx, inputGradient: activatedGradient, scratch: Scratch(buffers.scratch), accumulate: accumulate)
        SwiGLU.backward(gate: gate, up: up, outputGradient: activatedGradient)
        let middle = kept.middle.window(rows: rows)
        let hidden = buffers.hidden.window(rows: rows)
        let hiddenGradient = buffers.hiddenGradient.window(rows: rows)
        RMSNorm.recompute(middle, gain: block.middleNorm.value, into: hidden, reciprocal: kept.middleReciprocal)
        try block[.gate].backward(
            hidden, outputGradient: gate, inputGradient: hiddenGradient, scratch: Scratch(buffers.scratch), accumulate: accumulate)
        try block[.up].backward(
            hidden, outputGradient: up, inputGradient: hiddenGradient, accumulateInput: true, scratch: Scratch(buffers.scratch),
            accumulate: accumulate)
        normBackward(block.middleNorm, middle, kept.middleReciprocal, outputGradient: hiddenGradient, into: dx, buffers)
    }

    /// dx, the gradient between attention and feed-forward, becomes the one before the block.
    private func attentionBackward(
        _ block: Block<Element>, _ kept: BlockActivations<Element>, _ dx: Matrix<Element>, _ rows: Range<Int>, _ accumulate: Bool,
        _ buffers: EngineBuffers<Element>
    ) throws {
        let (q, k, v) = (kept.query.window(rows: rows), kept.key.window(rows: rows), kept.value.window(rows: rows))
        let attended = kept.attention.window(rows: rows)
        let hidden = buffers.hidden.window(rows: rows)
        let hiddenGradient = buffers.hiddenGradient.window(rows: rows)
        try block[.output].backward(
            attended, outputGradient: dx, inputGradient: hidden, scratch: Scratch(buffers.scratch), accumulate: accumulate)
        buffers.attention.backward(
            query: q, key: k, value: v, output: attended, outputGradient: hidden, logSumExp: kept.logSumExp)
        buffers.rotary.apply(q, sequenceLength: sequenceLength, heads: shape.headCount, inverse: true)
        buffers.rotary.apply(k, sequenceLength: sequenceLength, heads: shape.headCount, inverse: true)
        let x = kept.input.window(rows: rows)
        RMSNorm.recompute(x, gain: block.inputNorm.value, into: hidden, reciprocal: kept.inputReciprocal)
        for (position, (role, gradient)) in [(LinearRole.query, q), (.key, k), (.value, v)].enumerated() {
            try block[role].backward(
                hidden, outputGradient: gradient, inputGradient: hiddenGradient, accumulateInput: position > 0,
                scratch: Scratch(buffers.scratch), accumulate: accumulate)
        }
        normBackward(block.inputNorm, x, kept.inputReciprocal, outputGradient: hiddenGradient, into: dx, buffers)
    }
}
