public import SLSpec

/// Adam with decoupled weight decay, on every tensor.
public struct AdamWOptimizer: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: OptimizerSpec.standard, title: "AdamW", summary: "Adam with decoupled weight decay.",
        paper: "Loshchilov & Hutter 2019, arXiv:1711.05101", options: BetaOptions.adam(source: "arXiv:1711.05101", epsilon: 1e-8),
        published: MemoryFigure.row(
            ["7b": 26], states: .eightBit, hasPaperConvention: false, source: MemoryFigure.sevenBillionTable, note: MemoryFigure.sevenBillionNote))

    private let settings: AdamSettings

    public init(options: MethodOptions) throws { settings = try AdamSettings(options) }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var settings = settings
        settings.form = setting.adamForm
        settings.storage = setting.storage
        return AdamWRule(settings)
    }
}
