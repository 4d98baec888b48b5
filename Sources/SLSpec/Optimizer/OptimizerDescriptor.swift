/// What an optimizer is called, where it comes from, which options it takes and which tensors it leaves to others:
/// everything a config, a listing or a report needs to know about it, without its arithmetic.
public struct OptimizerDescriptor: Sendable {
    /// Snake-case name in configs and tables, e.g. `stable_spam`.
    public let name: String
    public let title: String
    public let summary: String
    /// Authors, year, identifier.
    public let paper: String
    public let options: [OptionDescriptor]
    /// Memory that papers printed for it on dense weights, with its own defaults.
    public let published: [MemoryFigure]
    /// The learning rate that its authors train a model of this shape with; `nil` leaves it to the method's recipe.
    public let learningRate: @Sendable (ModelShape) -> Double?
    /// Where ``learningRate`` is from; empty where there is none.
    public let recipeSource: String
    /// Tensors that its recipe trains with another rule. A run's own groups come before these.
    public let groups: [ParameterGroup]
    /// Such groups whose rule or factor depends on the optimizer's own options.
    public let optionGroups: @Sendable (MethodOptions) -> [ParameterGroup]

    public init(
        name: String, title: String, summary: String, paper: String, options: [OptionDescriptor], published: [MemoryFigure] = [],
        groups: [ParameterGroup] = [], optionGroups: @escaping @Sendable (MethodOptions) -> [ParameterGroup] = { _ in [] },
        recipeSource: String = "", learningRate: @escaping @Sendable (ModelShape) -> Double? = { _ in nil }
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.paper = paper
        self.options = options
        self.published = published
        self.groups = groups
        self.optionGroups = optionGroups
        self.recipeSource = recipeSource
        self.learningRate = learningRate
    }

    public func option(named name: String) -> OptionDescriptor? { options.first { $0.name == name } }
}
