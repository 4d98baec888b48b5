import SLMethodKit
import SLNumerics
import SLSpec

/// The ordinary linear, which is cut to a low rank when asked, and in the update after that pays for its nuclear norm.
final class TruncatedParameterization<Element: Scalar>: Parameterization {
    /// What the subgradient of the nuclear norm needs.
    struct Penalty {
        let factor: Element
        /// U·Vᵀ of the last truncation [out, in].
        let subgradient: Matrix<Element>
        /// 1 in the update that follows a truncation [1, 1].
        let isDue: Matrix<Element>
    }

    private let weight: Parameter<Element>  // [out, in]
    private let module: LinearModule
    private let energy: Double
    private let penalty: Penalty?
    private var pass = ModelPass(.train)

    init(weight: Parameter<Element>, module: LinearModule, energy: Double, penalty: Penalty?) {
        self.weight = weight
        self.module = module
        self.energy = energy
        self.penalty = penalty
    }

    func prepare(for pass: ModelPass) { self.pass = pass }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        weight.gradient?.setProduct(transposing: outputGradient, x, keep: accumulate ? 1 : 0)
        // Once an update, with the first micro-batch.
        if let penalty, !accumulate, pass.microBatch.isFirst, penalty.isDue[0, 0] != 0 { weight.gradient?.add(penalty.subgradient, scaledBy: penalty.factor) }
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        return true
    }

    /// The update in which the penalty was due is over.
    func step(_ step: LinearStep<Element>) throws {
        for member in step.members { try member.update() }
        penalty?.isDue.fill(0)
    }

    /// W ← U_r·Σ_r·V_rᵀ with the smallest r whose σ² are `energy` of all.
    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .truncate else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        let svd = try ThinSVD(of: weight.value, ledger: context.ledger)
        let rank = Self.rank(of: svd.singularValues.elements.map { Double($0) }, energy: energy)
        context.mean("rank", Double(rank))
        context.mean("rank_\(module.role.rawValue)", Double(rank))
        guard rank > 0 else { return }
        let (left, right) = (svd.left.window(rows: 0..<svd.left.rows, columns: 0..<rank), svd.right.window(rows: 0..<rank))
        if let penalty {
            penalty.subgradient.setProduct(left, right)
            penalty.isDue.fill(1)
        }
        for component in 0..<rank { right.window(rows: component..<component + 1).scale(by: svd.singularValues[0, component]) }
        weight.value.setProduct(left, right)
    }

    /// 0 for a weight of zeros.
    static func rank(of values: [Double], energy: Double) -> Int {
        let total = values.reduce(0) { $0 + $1 * $1 }
        guard total > 0 else { return 0 }
        var sum = 0.0
        for (index, value) in values.enumerated() {
            sum += value * value
            if sum >= energy * total { return index + 1 }
        }
        return values.count
    }
}
