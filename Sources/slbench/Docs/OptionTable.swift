import SLSpec

/// A named thing with options: a method or an optimizer, as listings and references show it.
struct Described {
    let kind: String
    /// Of a method.
    let family: MethodFamily?
    let name: String
    let title: String
    let summary: String
    let paper: String
    let options: [OptionDescriptor]
    /// What its authors train with, in words.
    let recipe: String

    private static let size = ModelShape.preset(named: "60m") ?? ModelShape.presets[0]

    init(_ method: MethodDescriptor) {
        let recipe = method.recipe(Self.size)
        self.init(
            kind: "method", family: method.family, name: method.name, title: method.title, summary: method.summary, paper: method.paper, options: method.options,
            recipe: "Recipe at \(Self.size.name): lr \(recipe.learningRate), epsilon \(recipe.epsilon), "
                + "grad_clip \(recipe.gradientClip.map { "\($0)" } ?? "none"); \(recipe.source)")
    }

    init(_ optimizer: OptimizerDescriptor) {
        let rate = optimizer.learningRate(Self.size).map { "lr \($0) at \(Self.size.name); \(optimizer.recipeSource)" }
        let others = optimizer.groups.compactMap { group in group.optimizer.map { "\(group.selector.text) by \($0.name)" } }
        let words = [rate, others.isEmpty ? nil : "unless groups say otherwise " + others.joined(separator: ", ")].compactMap(\.self)
        self.init(
            kind: "optimizer", family: nil, name: optimizer.name, title: optimizer.title, summary: optimizer.summary, paper: optimizer.paper,
            options: optimizer.options, recipe: words.isEmpty ? "The learning rate is the method's." : "Recipe: " + words.joined(separator: "; "))
    }

    private init(
        kind: String, family: MethodFamily?, name: String, title: String, summary: String, paper: String, options: [OptionDescriptor], recipe: String
    ) {
        self.kind = kind
        self.family = family
        self.name = name
        self.title = title
        self.summary = summary
        self.paper = paper
        self.options = options
        self.recipe = recipe
    }

    /// Options as a markdown table.
    var optionsTable: String {
        guard !options.isEmpty else { return "No options of its own." }
        let rows = options.map { option in
            let theirs = option.authorsName.map { "`\($0)`" } ?? ""
            return "| `\(option.name)` | \(option.help) | \(option.allowed) | \(option.defaultDescription) | \(theirs) | \(option.source) |"
        }
        return (["| option | meaning | allowed | default | authors' name | source |", "|---|---|---|---|---|---|"] + rows).joined(separator: "\n")
    }
}
