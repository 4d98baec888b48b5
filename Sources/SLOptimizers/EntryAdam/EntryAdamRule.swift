public import SLNumerics

/// Adam for a tensor whose entries come and go: each has an age of its own, which its bias corrections go by.
///
/// With one age for all, an entry that has just begun has moments of a few gradients and the corrections of many: its first steps are
/// (1 − β₁)/√(1 − β₂) = 3.16 times as long as the rate says (Xiao et al. 2026, SMET, arXiv:2606.00888). Fresh entries may warm up besides:
/// in its first W updates an entry's step is age / W of what it would be.
///
/// The step is Adam's of the paper that the form is of: as ``AdamWRule``. Deviation from SMET's code, which multiplies the kept first moment
/// by age / W in place, so that the factor is in it again in the next update: here the moment stays what it is.
public struct EntryAdamRule: UpdateRule, Hashable {
    public var settings: AdamSettings
    /// W: updates over which an entry's step grows to its whole length; 1 for none.
    public var warmup: Int

    public init(_ settings: AdamSettings, warmup: Int = 1) {
        self.settings = settings
        self.warmup = warmup
    }

    /// Ages are whole numbers, which fp32 keeps exactly.
    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        settings.moments(rows: rows, columns: columns) + [StateDeclaration(name: "age", rows: rows, columns: columns, kind: .age)]
    }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        EntryAdamUpdater<Element>(rule: self, state: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class EntryAdamUpdater<Element: Scalar>: TensorUpdater {
    private let rule: EntryAdamRule
    private let parts: RuleState<Element>

    init(rule: EntryAdamRule, state: RuleState<Element>) {
        self.rule = rule
        parts = state
    }

    var state: [(name: String, value: StoredTensor<Element>)] { parts.tensors }
    var decayOrder: DecayOrder { rule.settings.form.decayOrder }

    /// All corrections are in the direction: they differ from entry to entry.
    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        precondition(gradient.isContiguous && gradient.count == parts[0].count)
        let kernel = EntryAdamKernel<Element>(rule, gradientScale: context.gradientScale)
        StoredPass.run(over: [parts[0], parts[1], parts[2]], key: context.key &+ 1) { start, count, rows in
            kernel.direction(gradient.base + start, rows[0], rows[1], rows[2], count)
        }
        return context.learningRate
    }
}

/// The loop over entries.
private struct EntryAdamKernel<Element: Scalar>: Sendable {
    private let rule: EntryAdamRule
    private let gradientScale: Element

    init(_ rule: EntryAdamRule, gradientScale: Double) {
        self.rule = rule
        self.gradientScale = Element(gradientScale)
    }

    /// What an entry of an age (this update counted) multiplies m and √v with.
    private func corrections(_ age: Int) -> (first: Element, root: Element) {
        let settings = rule.settings
        let correction1 = 1 - power(settings.beta1, age)
        let root2 = (1 - power(settings.beta2, age)).squareRoot()
        let ramp = age < rule.warmup ? Double(age) / Double(rule.warmup) : 1
        // ε stands beside √v̂, or beside √v.
        return settings.form == .pytorch ? (Element(ramp / correction1), Element(1 / root2)) : (Element(ramp * root2 / correction1), 1)
    }

    /// g becomes the direction; m, v and ages are updated in place.
    @specialized(where Element == Float)
    func direction(_ g: Element.Row, _ m: Element.Row, _ v: Element.Row, _ ages: Element.Row, _ n: Int) {
        let (beta1, beta2, epsilon) = (Element(rule.settings.beta1), Element(rule.settings.beta2), Element(rule.settings.epsilon))
        // Neighbours mostly have one age.
        var known: (age: Element, first: Element, root: Element) = (0, 0, 0)
        for i in 0..<n {
            let x = g[i] * gradientScale
            m[i] = beta1 * m[i] + (1 - beta1) * x
            v[i] = beta2 * v[i] + (1 - beta2) * x * x
            ages[i] += 1
            if ages[i] != known.age {
                let (first, root) = corrections(Int(ages[i]))
                known = (ages[i], first, root)
            }
            g[i] = known.first * m[i] / (known.root * v[i].squareRoot() + epsilon)
        }
    }
}
