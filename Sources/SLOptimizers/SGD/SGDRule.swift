public import SLNumerics

/// Gradient descent with momentum. Source: Sutskever et al. 2013, ICML; in the form of `torch.optim.SGD`: B ← μB + g, then a step
/// along B, or along g + μB (Nesterov). Weight decay is decoupled as everywhere here, which PyTorch's is not.
public struct SGDRule: UpdateRule, Hashable {
    public var momentum: Double
    public var isNesterov: Bool
    public var storage: StorageChoice

    public init(momentum: Double, isNesterov: Bool = false, storage: StorageChoice = StorageChoice()) {
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.storage = storage
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        momentum > 0 ? [StateDeclaration.momentum("momentum_buffer", rows: rows, columns: columns, storage: storage)] : []
    }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        SGDUpdater<Element>(rule: self, buffer: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class SGDUpdater<Element: Scalar>: TensorUpdater {
    private let rule: SGDRule
    private let buffer: RuleState<Element>

    init(rule: SGDRule, buffer: RuleState<Element>) {
        self.rule = rule
        self.buffer = buffer
    }

    var state: [(name: String, value: StoredTensor<Element>)] { buffer.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        guard rule.momentum > 0 else { return context.learningRate * context.gradientScale }
        precondition(gradient.isContiguous)
        let (momentum, scale, isNesterov) = (Element(rule.momentum), Element(context.gradientScale), rule.isNesterov)
        StoredPass.run(over: [buffer[0]], key: context.key) { start, count, held in
            let g = gradient.base + start
            Element.scale(held[0], momentum, count)
            Element.addScaled(held[0], scale, g, count)
            if isNesterov {
                Element.scale(g, scale, count)
                Element.addScaled(g, momentum, held[0], count)
            } else {
                g.update(from: held[0], count: count)
            }
        }
        return context.learningRate
    }
}
