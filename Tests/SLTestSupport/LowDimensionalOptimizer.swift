public import SLOptimizers
public import SLSpec

/// ``LowDimensionalAdamRule`` as an optimizer of its own, for the contract of optimizers.
public struct LowDimensionalOptimizer: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: "low_dimensional_adam", title: "Low-dimensional Adam", summary: "Adam in a subspace that moves.", paper: "none",
        options: [
            OptionDescriptor(
                name: "search", domain: .choice(LowDimensionalAdamRule.Search.allCases.map(\.rawValue)), help: "How bases are found.", source: "none",
                defaultValue: .text(LowDimensionalAdamRule.Search.powerIteration.rawValue))
        ])

    private let search: LowDimensionalAdamRule.Search
    private let errorFeedback: Bool

    public init(options: MethodOptions) throws { try self.init(options, errorFeedback: true) }

    private init(_ options: MethodOptions, errorFeedback: Bool) throws {
        let text = try options.text("search")
        guard let search = LowDimensionalAdamRule.Search(rawValue: text) else {
            throw MethodOptionError(option: "search", value: .text(text), wanted: "another")
        }
        self.search = search
        self.errorFeedback = errorFeedback
    }

    public static func underTest(errorFeedback: Bool) -> OptimizerUnderTest {
        OptimizerUnderTest(descriptor: descriptor) { try LowDimensionalOptimizer($0, errorFeedback: errorFeedback) }
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        LowDimensionalAdamRule(AdamSettings(storage: setting.storage), rank: tensor.rankOfMost, search: search, errorFeedback: errorFeedback)
    }
}
