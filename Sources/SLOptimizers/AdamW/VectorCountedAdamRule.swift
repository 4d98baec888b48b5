public import SLNumerics

/// Adam whose count of updates, which its bias correction goes by, belongs to every row or every column of the tensor, so that one of them
/// can begin anew.
///
/// State: the two moments, and `count`, one number a vector. A count of −1 stands for moments that are zeroed in the vector's next update.
///
/// Source: asfsdsf/SwitchLoRA, `switchlora/optimizer.py` (`StepAdamW`), which is PyTorch's AdamW with a tensor of steps.
public struct VectorCountedAdamRule: UpdateRule {
    public let settings: AdamSettings
    /// Whether vectors are columns.
    public let isByColumn: Bool

    public init(_ settings: AdamSettings, isByColumn: Bool) {
        self.settings = settings
        self.isByColumn = isByColumn
    }

    private static let count = "count"

    /// The vectors' moments and counts begin anew with the next update.
    ///
    /// - Parameter state: what an updater of such a rule keeps.
    public static func beginAnew<Element: Scalar>(_ vectors: [Int], in state: [(name: String, value: StoredTensor<Element>)]) {
        guard let counts = state.first(where: { $0.name == count })?.value.matrix else { return }
        for vector in vectors { counts.base[vector] = -1 }
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        settings.moments(rows: rows, columns: columns)
            + [StateDeclaration(name: Self.count, rows: isByColumn ? 1 : rows, columns: isByColumn ? columns : 1)]
    }

    /// Three numbers a vector.
    public func scratchCount(rows: Int, columns: Int) -> Int { 3 * (isByColumn ? columns : rows) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        VectorCountedAdamUpdater<Element>(rule: self, state: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class VectorCountedAdamUpdater<Element: Scalar>: TensorUpdater {
    private let rule: VectorCountedAdamRule
    private let kept: RuleState<Element>

    init(rule: VectorCountedAdamRule, state: RuleState<Element>) {
        self.rule = rule
        kept = state
    }

    var state: [(name: String, value: StoredTensor<Element>)] { kept.tensors }
    var decayOrder: DecayOrder { rule.settings.form.decayOrder }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        precondition(gradient.isContiguous)
        var context = context
        context.clip(gradient)
        let settings = rule.settings
        guard let counts = kept[2].matrix else { preconditionFailure("counts are kept in full") }
        let vectors = context.scratch.take(rows: 3, columns: counts.count)
        for index in 0..<counts.count {
            let old = counts.base[index]
            let count = max(0, Int(old)) + 1
            counts.base[index] = Element(count)
            vectors[0, index] = old < 0 ? 0 : 1
            vectors[1, index] = Element(1 / (1 - power(settings.beta1, count)))
            vectors[2, index] = Element((1 / (1 - power(settings.beta2, count))).squareRoot())
        }
        let (columns, isByColumn) = (gradient.columns, rule.isByColumn)
        StoredPass.run(over: [kept[0], kept[1]], key: context.key) { start, count, held in
            var done = 0
            while done < count {
                // The rest of a row: its vectors are walked through, or it is one vector.
                let (row, column) = ((start + done) / columns, (start + done) % columns)
                let length = min(columns - column, count - done)
                direct(
                    gradient.base + start + done, held[0] + done, held[1] + done, length, vectors.base + (isByColumn ? column : row),
                    distance: vectors.columns, stride: isByColumn ? 1 : 0, Element(settings.beta1), Element(settings.beta2), Element(settings.epsilon))
                done += length
            }
        }
        return context.learningRate
    }
}

/// m ← β₁·k·m + (1 − β₁)·g, v ← β₂·k·v + (1 − β₂)·g², g ← (m·c₁) / (√v·c₂ + ε).
///
/// - Parameters:
///   - x: of the first element: k, and c₁ and c₂ in steps of `distance`.
///   - stride: from one element's to the next's.
@specialized(where Element == Float)
private func direct<Element: Scalar>(
    _ g: UnsafeMutablePointer<Element>, _ m: UnsafeMutablePointer<Element>, _ v: UnsafeMutablePointer<Element>, _ n: Int,
    _ x: UnsafeMutablePointer<Element>, distance: Int, stride: Int, _ beta1: Element, _ beta2: Element, _ epsilon: Element
) {
    for i in 0..<n {
        let (keep, first, root) = (x[i * stride], x[i * stride + distance], x[i * stride + 2 * distance])
        m[i] = keep * beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = keep * beta2 * v[i] + (1 - beta2) * g[i] * g[i]
        g[i] = m[i] * first / (v[i].squareRoot() * root + epsilon)
    }
}
