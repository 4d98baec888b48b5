public import SLNumerics

/// Adam with one second moment for a block of parameters: half of Adam's state.
///
/// v of a block is a running average of the block's mean g². N = m / (√v̂ + ε), the step lr/(1 − β₁ᵏ), decay before it.
///
/// Source: Zhang et al. 2024, arXiv:2406.16793, Algorithm 1; blocks as in the authors' package, version 1.1.1 (later versions give
/// embedding and head a v for every entry).
public struct AdamMiniRule: UpdateRule, Hashable {
    /// What shares a second moment.
    public enum Block: Sendable, Hashable {
        /// So many consecutive rows.
        case rows(Int)
        case tensor
    }

    public var settings: AdamSettings
    public var block: Block

    public init(_ settings: AdamSettings, block: Block) {
        self.settings = settings
        self.block = block
    }

    func blockCount(rows: Int) -> Int { if case .rows(let count) = block { rows / count } else { 1 } }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let blocks = blockCount(rows: rows)
        return [
            StateDeclaration.momentum("exp_avg", rows: rows, columns: columns, storage: settings.storage),
            StateDeclaration(name: "vmean", rows: blocks, columns: 1, format: settings.storage.moment(count: blocks, signed: false)),
        ]
    }

    public func scratchCount(rows: Int, columns: Int) -> Int { blockCount(rows: rows) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        precondition(blockCount(rows: rows) > 0 && rows % blockCount(rows: rows) == 0, "\(rows) rows in blocks of \(block)")
        return AdamMiniUpdater<Element>(rule: self, moments: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class AdamMiniUpdater<Element: Scalar>: TensorUpdater {
    private let rule: AdamMiniRule
    private let moments: RuleState<Element>

    init(rule: AdamMiniRule, moments: RuleState<Element>) {
        self.rule = rule
        self.moments = moments
    }

    var state: [(name: String, value: StoredTensor<Element>)] { moments.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        precondition(gradient.isContiguous)
        context.clip(gradient)
        var scratch = context.scratch
        let blocks = moments[1].count
        let factors = scratch.take(rows: blocks, columns: 1)
        let size = gradient.count / blocks
        Compute.ranges(of: blocks, grain: max(1, GradientKernel.grain / max(1, size))) { _, range in
            for block in range {
                factors.base[block] = Element(Element.sumOfSquares(gradient.base + block * size, size) / Double(size))
            }
        }
        let settings = rule.settings
        let correction = 1 / (1 - power(settings.beta2, context.age)).squareRoot()
        StoredPass.run(over: [moments[1]], key: context.key) { start, count, held in
            let x = factors.base + start
            GradientKernel.average(held[0], with: x, decay: settings.beta2, count)
            AdamMiniKernel.factors(x, held[0], Element(correction), Element(settings.epsilon), count)
        }
        moments[0].takeUp(gradient, decay: settings.beta1, key: context.key &+ 1)
        Compute.ranges(of: blocks, grain: max(1, GradientKernel.grain / max(1, size))) { _, range in
            for block in range { Element.scale(gradient.base + block * size, factors.base[block], size) }
        }
        return context.learningRate / (1 - power(settings.beta1, context.age))
    }
}

enum AdamMiniKernel {
    /// x ← 1 / (√v · correction + ε)
    @specialized(where Element == Float)
    static func factors<Element: Scalar>(_ x: Element.Row, _ v: Element.Row, _ correction: Element, _ epsilon: Element, _ n: Int) {
        for i in 0..<n { x[i] = 1 / (v[i].squareRoot() * correction + epsilon) }
    }
}
