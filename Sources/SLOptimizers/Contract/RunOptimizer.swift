import SLNumerics
public import SLSpec

/// The optimizer of a run with its parameter groups: for every tensor its rule, its learning rate and its weight decay.
public struct RunOptimizer: Sendable {
    private let standard: any Optimizer
    /// Rules of groups, the run's own and then those of the optimizer's recipe.
    private let rules: [(group: ParameterGroup, optimizer: any Optimizer)]
    private let groups: [ParameterGroup]
    private let weightDecay: Double
    public var storage: StorageChoice

    /// - Throws: ``UnknownOptimizerError``, `MethodOptionError`.
    public init(
        _ spec: OptimizerSpec = OptimizerSpec(), groups: [ParameterGroup] = [], weightDecay: Double = 0,
        storage: StorageChoice = StorageChoice(), registry: OptimizerRegistry = BuiltinOptimizers.registry
    ) throws {
        standard = try registry.make(spec)
        // A run's own group is asked first whatever the width of the recipe's.
        let own = groups.filter { $0.optimizer != nil }.sorted { $1.selector < $0.selector }
        let descriptor = type(of: standard).descriptor
        let published = descriptor.groups + descriptor.optionGroups(spec.options.filled(from: descriptor.options))
        let recipe = published.sorted { $1.selector < $0.selector }
        rules = try (own + recipe).compactMap { group in try group.optimizer.map { (group, try registry.make($0)) } }
        self.groups = groups + published.filter { recipe in !groups.contains { $0.selector == recipe.selector } }
        self.weightDecay = weightDecay
        self.storage = storage
    }

    /// - Parameter adamForm: in which form the caller's authors write Adam.
    public func rule(for tensor: TensorPlace, adamForm: AdamForm = .pytorch) -> any UpdateRule {
        let optimizer = rules.first { $0.group.selector.matches(tensor) }?.optimizer ?? standard
        return optimizer.rule(for: tensor, in: OptimizerSetting(storage: storage, adamForm: adamForm))
    }

    /// Multiple of the run's learning rate.
    public func learningRateFactor(for tensor: TensorPlace) -> Double { groups.value(\.learningRateFactor, for: tensor) ?? 1 }

    public func weightDecay(for tensor: TensorPlace) -> Double { groups.value(\.weightDecay, for: tensor) ?? weightDecay }
}
