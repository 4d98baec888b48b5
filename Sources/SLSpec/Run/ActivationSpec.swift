/// What stands for some linears' inputs in the backward pass in place of the inputs themselves: `{"scheme": "velora", "scale": 1.5}` of a
/// config. It goes with any method.
public struct ActivationSpec: Sendable, Hashable {
    /// VeLoRA: of every sub-token of an input its part along one direction, which is the mean sub-token of the run's first micro-batch.
    /// Source: Miles et al. 2024, arXiv:2405.17991; the authors' code, github.com/roymiles/VeLoRA @1a7074f.
    public static let velora = "velora"
    public static let schemes = [velora]

    public var scheme: String
    /// By role: sub-tokens of an input, each as wide as the others. Other roles read their inputs.
    public var groups: [LinearRole: Int]
    /// Multiple of the gradients that are made of what stands for an input.
    public var scale: Double

    public init(_ scheme: String = Self.velora, groups: [LinearRole: Int], scale: Double = 1) {
        self.scheme = scheme
        self.groups = groups
        self.scale = scale
    }

    /// The roles with their groups, in the order of a block.
    public var orderedGroups: [(role: LinearRole, count: Int)] {
        LinearRole.allCases.compactMap { role in groups[role].map { (role, $0) } }
    }

    /// The first role whose inputs of this model its groups don't cut into equal parts.
    func unevenRole(of model: ModelShape) -> (role: LinearRole, groups: Int, width: Int)? {
        for module in model.modules(layer: 0) {
            if let count = groups[module.role], count < 1 || module.inFeatures % count != 0 { return (module.role, count, module.inFeatures) }
        }
        return nil
    }

    /// - Throws: `MethodOptionError` where groups don't cut this model's inputs into equal parts, and for a scheme that there is not.
    public func check(_ model: ModelShape) throws(MethodOptionError) {
        guard Self.schemes.contains(scheme) else {
            throw MethodOptionError(option: ActivationKeys.name, value: .text(scheme), wanted: Self.schemes.joined(separator: ", "))
        }
        if let uneven = unevenRole(of: model) {
            throw MethodOptionError(
                option: ActivationKeys.groups(uneven.role), value: .integer(uneven.groups), wanted: "a divisor of \(uneven.width), the width of that input")
        }
    }
}

extension ActivationSpec {
    /// The authors' scripts for 60m and 130m; elsewhere the number of groups nearest to 64 that divides the input's width.
    private static let published: [String: [LinearRole: Int]] = ["60m": [.value: 64, .down: 86], "130m": [.value: 64, .down: 64]]

    /// What `--velora_layers vd` of the authors' scripts says.
    static let standardRoles: [LinearRole] = [.value, .down]

    static func standardGroups(_ role: LinearRole, _ model: ModelShape) -> Int {
        if let count = published[model.name]?[role] { return count }
        let width = model.modules(layer: 0).first { $0.role == role }?.inFeatures ?? 1
        let divisors = (1...width).filter { width % $0 == 0 }
        return divisors.min { (abs($0 - 64), $0) < (abs($1 - 64), $1) } ?? 1
    }

    static func standardScale(_ model: ModelShape) -> Double { model.name == "60m" ? 1.5 : 1 }
}
