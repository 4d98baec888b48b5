import SLMethodKit
import SLNumerics
import SLSpec

/// One micro-batch's way back through the model: from targets to every gradient.
struct BackwardPass<Element: Scalar> {
    let model: LlamaModel<Element>
    let buffers: EngineBuffers<Element>
    private let rows: Range<Int>
    private let accumulate: Bool
    private let consumer: (any GradientConsumer<Element>)?

    init(
        model: LlamaModel<Element>, buffers: EngineBuffers<Element>, tokens: Int, accumulate: Bool,
        consumer: (any GradientConsumer<Element>)?
    ) {
        self.model = model
        self.buffers = buffers
        rows = 0..<tokens
        self.accumulate = accumulate
        self.consumer = consumer
    }

    private func window(_ matrix: Matrix<Element>) -> Matrix<Element> { matrix.window(rows: rows) }
    private func window(_ operand: Operand<Element>) -> Operand<Element> { operand.window(rows: rows) }

    /// - Returns: Σ nll.
    func run(_ inputs: [Int32], _ targets: [Int32], lossScale: Double) throws -> Double {
        let dx = window(buffers.residualGradient)
        if !accumulate {
            for weight in model.normWeights { weight.gradient?.fill(0) }
        }
        let sum = try headBackward(targets, lossScale: lossScale)
        dx.fill(0)
        try normBackward(
            model.outputNorm, window(buffers.output), buffers.outputReciprocal, outputGradient: window(buffers.hiddenGradient), into: dx)
        for (block, activations) in zip(model.blocks, buffers.blocks).reversed() {
            if model.recomputesBlocks { try model.forwardInterior(block, activations, rows, buffers, again: true) }
            try feedForwardBackward(block, activations.interior, dx)
            try attentionBackward(block, activations, dx)
        }
        try embeddingBackward(inputs, dx)
        return sum
    }

    /// Logits, loss and their gradients a block of tokens at a time: logits are never whole.
    private func headBackward(_ targets: [Int32], lossScale: Double) throws -> Double {
        let head = model.head
        var scratch = buffers.headScratch
        if consumer != nil { head.lendGradient(from: &scratch) }
        var sum = 0.0
        unsafe targets.withUnsafeBufferPointer { targets in
            for block in model.headBlocks(targets.count, buffers) {
                let logits = buffers.logits.window(rows: 0..<block.count)
                let hidden = buffers.hidden.window(rows: block)
                model.headForward(hidden, into: logits, buffers)
                let gradient: Operand<Element>
                let loss: Double
                unsafe (loss, gradient) = CrossEntropy.gradient(
                    logits, targets: UnsafeBufferPointer(rebasing: targets[block]), scale: Element(lossScale), precision: model.options.precision)
                sum += loss
                let hiddenGradient = buffers.hiddenGradient.window(rows: block)
                model.forEachHeadPart(buffers) { rows, weights in
                    hiddenGradient.setProduct(
                        gradient.window(rows: 0..<block.count, columns: rows), weights, keep: rows.lowerBound > 0 ? 1 : 0)
                }
                head.gradient?.setProduct(transposing: gradient, hidden, keep: accumulate || block.lowerBound > 0 ? 1 : 0)
            }
        }
        if let consumer {
            try consumer.consume(head, scratch: scratch)
            head.returnGradient()
        }
        return sum
    }

    private func embeddingBackward(_ inputs: [Int32], _ dx: Matrix<Element>) throws {
        let embedding = model.embedding
        var scratch = buffers.idle
        if consumer != nil { embedding.lendGradient(from: &scratch) }
        guard let gradient = embedding.gradient else { return }
        if !accumulate { gradient.fill(0) }
        unsafe inputs.withUnsafeBufferPointer { unsafe Embedding.backward(dx, tokens: $0, into: gradient) }
        if let consumer {
            try consumer.consume(embedding, scratch: scratch)
            embedding.returnGradient()
        }
    }

    private func normBackward(
        _ weight: Parameter<Element>, _ x: Matrix<Element>, _ reciprocal: Matrix<Element>, outputGradient: Matrix<Element>,
        into dx: Matrix<Element>
    ) throws {
        RMSNorm.backward(
            x, weight: weight.value, reciprocal: reciprocal, outputGradient: outputGradient, inputGradient: dx,
            weightGradient: weight.gradient, partial: buffers.normPartial)
        guard weight.gradient != nil else { return }
        try consumer?.consume(weight, scratch: buffers.moduleScratch)
    }

    private func linear(
        _ block: Block<Element>, _ role: LinearRole, _ interior: Interior<Element>, _ x: Operand<Element>?,
        outputGradient: Operand<Element>, inputGradient: Matrix<Element>, accumulateInput: Bool = false
    ) throws {
        try block[role].backward(
            x, outputGradient: outputGradient, inputGradient: inputGradient, accumulateInput: accumulateInput,
            saved: interior.saved[role], scratch: buffers.moduleScratch, accumulate: accumulate, consumer: consumer)
    }

    /// Linears that read one input, each with its output's gradient. Those that overwrite it come last, and after each of them it is
    /// computed again for the next.
    ///
    /// - Parameter again: writes the input into `x`.
    private func linears(
        _ block: Block<Element>, _ input: BlockInput, _ interior: Interior<Element>, _ readers: [(role: LinearRole, gradient: Operand<Element>)],
        _ x: Operand<Element>, inputGradient: Matrix<Element>, again: () -> Void
    ) throws {
        func overwrites(_ role: LinearRole) -> Bool { block[role].savedActivations.approximationColumns > 0 }
        let ordered = readers.filter { !overwrites($0.role) } + readers.filter { overwrites($0.role) }
        var isThere = false
        for (index, reader) in ordered.enumerated() {
            if !isThere, input.isTaken(by: block[reader.role].savedActivations) {
                again()
                isThere = true
            }
            try linear(
                block, reader.role, interior, x, outputGradient: reader.gradient, inputGradient: inputGradient, accumulateInput: index > 0)
            if overwrites(reader.role) { isThere = false }
        }
    }

    /// The residual gradient as products read it: rounded once for all that do.
    private func rounded(_ dx: Matrix<Element>) -> Operand<Element> {
        let operand = window(buffers.residualOperand)
        operand.round(from: dx)
        return operand
    }

    /// dx, the gradient behind the block, becomes the one between attention and feed-forward.
    private func feedForwardBackward(_ block: Block<Element>, _ interior: Interior<Element>, _ dx: Matrix<Element>) throws {
        let (gate, up, middle) = (window(interior.gate), window(interior.up), window(interior.middle))
        let (activated, activatedGradient) = (window(buffers.activated), window(buffers.activatedGradient))
        let (hidden, hiddenGradient) = (window(buffers.hidden), window(buffers.hiddenGradient))
        let isKept = model.options.keepsBottlenecks && block[.down].savedActivations.givesOutput
        let isSavedAgain = model.recomputesBlocks && interior.saved[.down] != nil && !isKept
        if block.reads(.activated) || isSavedAgain { SwiGLU.forward(gate: gate, up: up, activation: model.gateActivation, into: activated) }
        if isSavedAgain {
            // What the parameterization saved is that of the last block by now. The output itself is not needed.
            try block[.down].forward(activated, into: hiddenGradient, saved: interior.saved[.down], scratch: buffers.moduleScratch)
        }
        try linear(block, .down, interior, activated, outputGradient: rounded(dx), inputGradient: activatedGradient)
        SwiGLU.backward(gate: gate, up: up, activation: model.gateActivation, outputGradient: activatedGradient)
        try linears(block, .feedForward, interior, [(.gate, gate), (.up, up)], hidden, inputGradient: hiddenGradient) {
            RMSNorm.recompute(middle, weight: block.middleNorm.value, into: hidden, reciprocal: interior.middleReciprocal)
        }
        try normBackward(block.middleNorm, middle, interior.middleReciprocal, outputGradient: hiddenGradient, into: dx)
    }

    /// dx, the gradient between attention and feed-forward, becomes the one before the block.
    private func attentionBackward(_ block: Block<Element>, _ activations: BlockActivations<Element>, _ dx: Matrix<Element>) throws {
        let interior = activations.interior
        let (q, k, v) = (window(interior.query), window(interior.key), window(interior.value))
        let (attended, x) = (interior.attention.map(window), window(activations.input))
        let (hidden, hiddenGradient) = (window(buffers.hidden), window(buffers.hiddenGradient))
        // Nothing is in `hidden` yet.
        try linear(block, .output, interior, attended ?? hidden, outputGradient: rounded(dx), inputGradient: hiddenGradient)
        buffers.attention.backward(
            query: q, key: k, value: v, output: attended, outputGradient: hiddenGradient, logSumExp: interior.logSumExp, rotary: buffers.rotary)
        try linears(block, .attention, interior, [(.query, q), (.key, k), (.value, v)], hidden, inputGradient: hiddenGradient) {
            RMSNorm.recompute(x, weight: block.inputNorm.value, into: hidden, reciprocal: interior.inputReciprocal)
        }
        try normBackward(block.inputNorm, x, interior.inputReciprocal, outputGradient: hiddenGradient, into: dx)
    }
}
