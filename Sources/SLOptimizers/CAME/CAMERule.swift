public import SLNumerics

/// Adafactor's direction, averaged, and divided by how much directions differ from their average: confidence.
///
/// u = g/√V̂ cut to RMS d; m ← β₁m + (1 − β₁)u; (u − m)² is averaged by rows and columns with β₃, Ŝ from them as V̂;
/// W ← W(1 − lr·wd) − lr·m/√Ŝ. No bias corrections. A vector has a plain second moment and no confidence.
///
/// Source: Luo et al. 2023, arXiv:2307.02047, Algorithm 2, as in the authors' package, version 0.1.3. What the average is read from
/// is what is kept: with short states m is the rounded one.
public struct CAMERule: UpdateRule, Hashable {
    public var beta1: Double
    public var beta2: Double
    public var beta3: Double
    /// Added to g².
    public var epsilon1: Double
    /// Added to (u − m)².
    public var epsilon2: Double
    public var clipThreshold: Double
    public var isVector: Bool
    public var storage: StorageChoice

    public init(
        beta1: Double = 0.9, beta2: Double = 0.999, beta3: Double = 0.9999, epsilon1: Double = 1e-30, epsilon2: Double = 1e-16,
        clipThreshold: Double = 1, isVector: Bool = false, storage: StorageChoice = StorageChoice()
    ) {
        (self.beta1, self.beta2, self.beta3) = (beta1, beta2, beta3)
        (self.epsilon1, self.epsilon2) = (epsilon1, epsilon2)
        self.clipThreshold = clipThreshold
        self.isVector = isVector
        self.storage = storage
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let first = StateDeclaration.momentum("exp_avg", rows: rows, columns: columns, storage: storage)
        if isVector { return [first] + PlainMoment<Float>.declarations("exp_avg_sq", rows: rows, columns: columns, storage: storage) }
        return [first] + FactoredMoment<Float>.declarations("exp_avg_sq", rows: rows, columns: columns, storage: storage)
            + FactoredMoment<Float>.declarations("exp_avg_res", rows: rows, columns: columns, storage: storage)
    }

    public func scratchCount(rows: Int, columns: Int) -> Int {
        isVector ? 0 : 2 * FactoredMoment<Float>.scratchCount(rows: rows, columns: columns)
    }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        CAMEUpdater<Element>(rule: self, moments: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class CAMEUpdater<Element: Scalar>: TensorUpdater {
    private let rule: CAMERule
    private let moments: RuleState<Element>

    init(rule: CAMERule, moments: RuleState<Element>) {
        self.rule = rule
        self.moments = moments
    }

    var state: [(name: String, value: StoredTensor<Element>)] { moments.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        precondition(gradient.isContiguous)
        context.clip(gradient)
        var scratch = context.scratch
        let first = moments[0]
        if rule.isVector {
            PlainMoment(squares: moments[1]).divide(gradient, decay: rule.beta2, epsilon: rule.epsilon1, key: context.key &+ 1)
            average(gradient, leaving: .average, key: context.key)
        } else {
            FactoredMoment(rows: moments[1], columns: moments[2]).divide(
                gradient, decay: rule.beta2, epsilon: rule.epsilon1, scratch: &scratch, key: context.key &+ 1)
            average(gradient, leaving: .difference, key: context.key)
            FactoredMoment(rows: moments[3], columns: moments[4]).divide(
                gradient, decay: rule.beta3, epsilon: rule.epsilon2, scratch: &scratch, key: context.key &+ 3
            ) { first.read(into: gradient) }
        }
        return context.learningRate
    }

    private enum Left { case average, difference }

    /// u is cut and goes into the average; what is left in its place is the average, or u less it.
    private func average(_ u: Matrix<Element>, leaving left: Left, key: UInt64) {
        let cut = Element(AdafactorDirection.cut(u, at: rule.clipThreshold))
        let beta1 = rule.beta1
        StoredPass.run(over: [moments[0]], key: key) { start, count, held in
            let x = u.base + start
            Element.scale(x, cut, count)
            GradientKernel.average(held[0], with: x, decay: beta1, count)
            switch left {
            case .average: x.update(from: held[0], count: count)
            case .difference: Element.addScaled(x, -1, held[0], count)
            }
        }
    }
}
