public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = R + σ·P·L·diag(z)·U: of the P·L·D·U decomposition of the random W₀ the diagonal z and one factor σ are trained; P·L, U and the rest R
/// are frozen.
///
/// Source: Shi et al. 2024, LoLDU, arXiv:2410.13618, §3; code: github.com/SKDDJ/LoLDU, `minloldu/loldu.py`. z starts as the first r pivots,
/// σ as alpha / rank, and R = W₀ − σ·P·L·diag(z)·U, so that the first function is that of W₀. As in the code that holds for values of z that are
/// drawn by the pivots, too, while ones and zeros take the pivots' place when R is there already, and change the function.
///
/// P·L is kept as one matrix; the code keeps P as a dense [out, out] matrix besides. Dropout is left out.
public struct LoLDUMethod: PretrainingMethod {
    enum Diagonal: String, CaseIterable {
        case lu, uniform, normal, constant, ones, zeros

        /// Whether R is what is left beside these values, and not beside the pivots.
        var keepsFunction: Bool { self != .ones && self != .zeros }
    }

    private static let code = "github.com/SKDDJ/LoLDU, minloldu/loldu.py"

    public static let descriptor = MethodDescriptor(
        name: "loldu", title: "LoLDU", summary: "Trained diagonal between the frozen triangles of the random W0.",
        paper: "Shi et al. 2024, arXiv:2410.13618", family: .frozen,
        options: [
            OptionDescriptor(
                name: "rank", domain: .optionalInteger(1...Int.max),
                help: "Diagonal elements r that are trained, at most the smallest side of a linear; null for all.",
                source: "\(code): 768, which are all of RoBERTa's", defaultValue: .null),
            OptionDescriptor(
                name: "alpha", domain: .positiveReal(upTo: .infinity), help: "First value of the trained factor: σ = alpha / rank.",
                authorsName: "lora_alpha", source: code, defaultValue: 1),
            OptionDescriptor(
                name: "diagonal", domain: .choice(Diagonal.allCases.map(\.rawValue)),
                help: "First values of the diagonal: the pivots; U(±mean/2), N(mean, sd) or the mean of them; ones or zeros, which change the"
                    + " function.",
                authorsName: "init_method", source: code, defaultValue: "lu"),
        ],
        recipe: FrozenStart.recipe)

    private let rank: Int?
    private let alpha: Double
    let diagonal: Diagonal

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.optionalInteger("rank")
        alpha = try options.real("alpha")
        let most = FrozenStart.smallestSide(model)
        if let rank, !(1...most).contains(rank) {
            throw MethodOptionError(option: "rank", value: .integer(rank), wanted: "1 to \(most), the smallest side of a linear, or null")
        }
        diagonal = try options.choice("diagonal", of: Diagonal.self)
    }

    private func rank(_ module: LinearModule) -> Int { min(rank ?? Int.max, module.smallerSide) }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        let rank = rank(module)
        return [
            TensorDeclaration("residual", rows: module.outFeatures, columns: module.inFeatures, kind: .frozen),
            TensorDeclaration("loldu_L", rows: module.outFeatures, columns: rank, kind: .frozen),
            TensorDeclaration("loldu_U", rows: rank, columns: module.inFeatures, kind: .frozen),
            TensorDeclaration("loldu_diagonal", rows: 1, columns: rank, isOperand: false),
            TensorDeclaration("loldu_scale", rows: 1, columns: 1, isOperand: false),
        ]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        guard set.fresh.contains("residual") else { return }
        let (residual, lower, upper) = (try set.parameter("residual").value, try set.parameter("loldu_L").value, try set.parameter("loldu_U").value)
        let values = try set.parameter("loldu_diagonal").value
        let (rank, scale) = (values.count, Element(alpha / Double(values.count)))
        try random.fillDense(residual, at: set.module)
        let factors = try LUFactors(of: residual, ledger: ledger)
        factors.writeLower(into: lower)
        try factors.writeUnitUpper(into: upper)
        for k in 0..<rank { values[0, k] = factors.pivot(k) }
        try set.parameter("loldu_scale").value.fill(scale)
        if diagonal.keepsFunction { fillDiagonal(values, at: set.module, random) }
        let scaled = try Matrix<Element>(rows: set.module.outFeatures, columns: rank, category: .workspace, ledger: ledger)
        scaled.operand.setScaledColumns(lower.operand, by: values)
        residual.setProduct(scaled, upper, scale: -scale, keep: 1)
        if !diagonal.keepsFunction { fillDiagonal(values, at: set.module, random) }
    }

    /// Other first values than the pivots, which `values` [1, r] holds.
    private func fillDiagonal<Element: Scalar>(_ values: Matrix<Element>, at module: LinearModule, _ random: InitialRandomness) {
        let pivots = values.elements.map { Double($0) }
        let rank = pivots.count
        let mean = pivots.reduce(0, +) / Double(rank)
        var stream = random.stream("loldu_diagonal", at: module)
        switch diagonal {
        case .lu: break
        case .uniform: values.fillUniform(bound: abs(mean) / 2, from: &stream)
        case .normal:
            let variance = pivots.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, rank - 1))
            values.fillNormal(deviation: variance.squareRoot(), from: &stream)
            for k in 0..<rank { values[0, k] += Element(mean) }
        case .constant: values.fill(Element(mean))
        case .ones: values.fill(1)
        case .zeros: values.fill(0)
        }
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        LoLDUParameterization(
            residual: try set.parameter("residual"), lower: try set.parameter("loldu_L"), upper: try set.parameter("loldu_U"),
            diagonal: try set.parameter("loldu_diagonal"), scale: try set.parameter("loldu_scale"), module: set.module)
    }

    /// x·Uᵀ where it is not kept, its scaled copy, and two rows of the diagonal's length.
    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        2 * pass.operandCount(pass.tokens * rank(module)) + 2 * rank(module)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        FrozenStart.floatingPointOperations(at: module) + 4 * Double(rank(module)) * Double(module.outFeatures + module.inFeatures)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: rank(module)) }
}
