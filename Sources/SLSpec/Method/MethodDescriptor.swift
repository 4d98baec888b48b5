/// What a method is called, where it comes from and which options it takes: everything a config, a listing or a report
/// needs to know about it, without its arithmetic.
public struct MethodDescriptor: Sendable {
    /// Recipe values that belong to a method: what its authors trained with.
    public struct Recipe: Sendable {
        public var learningRate: Double
        public var epsilon: Double
        public var gradientClip: Double?
        public var weightDecay: Double
        /// Adam's decays where they are not the usual 0.9 and 0.999.
        public var betas: (first: Double, second: Double)?
        public var source: String

        public init(
            learningRate: Double, epsilon: Double = 1e-8, gradientClip: Double? = nil, weightDecay: Double = 0,
            betas: (first: Double, second: Double)? = nil, source: String
        ) {
            self.learningRate = learningRate
            self.epsilon = epsilon
            self.gradientClip = gradientClip
            self.weightDecay = weightDecay
            self.betas = betas
            self.source = source
        }
    }

    /// Snake-case name in configs and tables, e.g. `full_rank`. Hyphens are accepted for underscores on input.
    public let name: String
    public let title: String
    public let summary: String
    /// Authors, year, identifier.
    public let paper: String
    /// Beside which others it stands where many are compared.
    public let family: MethodFamily
    public let options: [OptionDescriptor]
    public let recipe: @Sendable (ModelShape) -> Recipe
    /// Why the method trains its linears at another rate than the rest by itself, e.g. "their step is multiplied by `scale`"; `nil` for a
    /// method with one rate. At a `scale` of 1 it doesn't: ``ownRates(with:)``.
    public let ownRates: String?

    public init(
        name: String, title: String, summary: String, paper: String, family: MethodFamily, options: [OptionDescriptor], ownRates: String? = nil,
        recipe: @escaping @Sendable (ModelShape) -> Recipe
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.paper = paper
        self.family = family
        self.options = options
        self.recipe = recipe
        self.ownRates = ownRates
    }

    /// Why these options give linears another rate than the rest; `nil` where they don't: a `scale` of 1 changes no step.
    public func ownRates(with options: MethodOptions) -> String? { options["scale"]?.real == 1 ? nil : ownRates }

    public func option(named name: String) -> OptionDescriptor? { options.first { $0.name == name } }
}
