public import SLMethodKit
public import SLSpec

/// Dense weights of which a few whole tensors are trained at a time, chosen by their gradients' norms whenever the loss has stopped falling.
///
/// Source: Ramesh et al. 2024, BlockLLM, arXiv:2406.17296; code: github.com/RAmruthaVignesh/blockllm at 60bcffb, `blockllm.py`. Gradients and
/// state exist for the chosen tensors only, and a gradient for the inactive ones that are looked at. A choice anew throws all state away. The paper
/// also masks entries inside of tensors, which the released code does not do; it is not done here either.
///
/// Deviations from that code: the quota is a share of the elements for the first, random choice, too, where it is a share of the number of
/// tensors, and tensors drawn to fill it up have to fit into it, so that the planned memory bounds the run's; gradients' norms are those before
/// clipping. The code's first update does nothing (`skip_first_update`), and embedding and head are frozen in it (`tables`).
public struct BlockLLMMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "blockllm", title: "BlockLLM", summary: "Dense weights, a few whole tensors trained at a time.",
        paper: "Ramesh et al. 2024, arXiv:2406.17296", family: .partial,
        options: [
            OptionDescriptor(
                name: "sparsity", domain: .real(0...0.999_999), help: "Share of the elements that is not trained at a time.",
                authorsName: "sparsity_level", source: "blockllm.py of github.com/RAmruthaVignesh/blockllm @60bcffb", defaultValue: 0.9).ofTheRun,
            OptionDescriptor(
                name: "update_interval", domain: .integer(1...Int.max), help: "Updates from one question whether to choose anew to the next.",
                authorsName: "update_freq", source: "ibid.", defaultValue: 1000).ofTheRun,
            OptionDescriptor(
                name: "patience", domain: .integer(1...Int.max),
                help: "Latest updates whose mean loss must be above the mean since the last choice for a new one.", source: "ibid.", defaultValue: 100
            ).ofTheRun,
            OptionDescriptor(
                name: "probe_interval", domain: .integer(1...Int.max), help: "Updates for which an inactive tensor's gradient is looked at.",
                authorsName: "param_update_interval", source: "ibid.", defaultValue: 20).ofTheRun,
            OptionDescriptor(
                name: "tables", domain: .choice(["frozen", "trained"]), help: "Embedding and head: frozen as in the authors' code, or trained all the while.",
                source: "ibid.", defaultValue: "frozen").ofTheRun,
            OptionDescriptor(
                name: "skip_first_update", domain: .boolean, help: "Whether the first update moves nothing, as in the authors' code.", source: "ibid.",
                defaultValue: .bool(false)).ofTheRun,
        ],
        recipe: { _ in .init(learningRate: 1e-3, source: "default of blockllm.py @60bcffb") })

    private let settings: BlockLLMSettings

    public init(options: MethodOptions, model: ModelShape) throws {
        let tables = try options.text("tables")
        guard tables == "frozen" || tables == "trained" else {
            throw MethodOptionError(option: "tables", value: .text(tables), wanted: "frozen or trained")
        }
        settings = BlockLLMSettings(
            sparsity: try options.real("sparsity"), interval: try options.integer("update_interval"), patience: try options.integer("patience"),
            probeInterval: try options.integer("probe_interval"), trainsTables: tables == "trained",
            skipsFirst: try options.bool("skip_first_update"))
        // Norm weights, the smallest tensors, fit from here on.
        let elements = model.modules.reduce(0) { $0 + $1.outFeatures * $1.inFeatures } + (2 * model.layerCount + 1) * model.hiddenSize
        guard settings.quota(of: elements) > model.hiddenSize else {
            throw MethodOptionError(option: "sparsity", value: options["sparsity"], wanted: "so little that some tensor is trained (a norm has \(model.hiddenSize) of \(elements) elements),")
        }
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { [BlockLLMLifecycle(settings)] }

    /// As many elements as the quota takes, and the largest of the others looked at.
    public func trainedSets(of tensors: [TensorPlace], phase: Int) -> [TrainedSet] {
        let choosable = tensors.filter(BlockLLMSettings.isChoosable).sorted { ($1.count, $0.fullName) < ($0.count, $1.fullName) }
        let quota = settings.quota(of: choosable.reduce(0) { $0 + $1.count })
        var (held, sum): ([TensorPlace], Int) = ([], 0)
        for tensor in choosable {
            if sum + tensor.count < quota { sum += tensor.count } else { held.append(tensor) }
        }
        let tables = settings.trainsTables ? [] : tensors.filter { !BlockLLMSettings.isChoosable($0) }
        return [TrainedSet(held: Set((held + tables).map(\.fullName)), observed: Set(held.prefix(1).map(\.fullName)), isOpen: true)]
    }
}

/// What the options say.
struct BlockLLMSettings: Sendable, Hashable {
    var sparsity: Double
    var interval: Int
    var patience: Int
    var probeInterval: Int
    var trainsTables: Bool
    var skipsFirst: Bool

    /// Embedding and head are never chosen.
    static func isChoosable(_ tensor: TensorPlace) -> Bool { tensor.part != .embedding && tensor.part != .head }

    /// What is trained stays below so many elements.
    func quota(of elements: Int) -> Int { Int((1 - sparsity) * Double(elements)) }
}
