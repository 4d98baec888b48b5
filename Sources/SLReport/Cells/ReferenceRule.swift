import SLSpec

/// Which cell the others of its size are set against: by what the cells are, the same for every size, whatever their order
/// and their losses.
///
/// Of the full-rank cells those trained by AdamW with one rate for all tensors and by exact inputs, if there are any; of these those whose memory options every size has, the plainest such options; of these those whose other
/// settings every size has, too; of these the one whose learning rate is nearest to the published recipe's, then the lowest
/// settings. A cell all of whose runs diverged or failed is none to compare with.
struct ReferenceRule {
    static let method = "full_rank"

    /// What stands for one size, or one of its budgets: cells that ran or are to run, or that were only planned.
    struct Size {
        var model: ModelShape
        var candidates: [PredictionSpec]
    }

    /// `nil` when no size has a full-rank cell.
    let memory: MemoryOptions?
    /// Of each size.
    private let chosen: [PredictionSpec?]

    init(_ sizes: [Size], recipe: ((ModelShape) -> Double)?) {
        let own = sizes.map { size in
            let cells = size.candidates.filter { $0.method == Self.method }
            let plain = cells.filter { $0.training.optimizer.isStandard && $0.training.groups.isEmpty && $0.training.activations == nil }
            return (size.model, plain.isEmpty ? cells : plain)
        }
        func commonest<Kind: Hashable>(_ kinds: [(Kind, ModelShape)], _ isBefore: (Kind, Kind) -> Bool) -> Kind? {
            let counts = Dictionary(grouping: kinds, by: \.0).mapValues { Set($0.map(\.1)).count }
            return counts.keys.min { counts[$0] != counts[$1] ? counts[$0, default: 0] > counts[$1, default: 0] : isBefore($0, $1) }
        }
        let options = own.flatMap { model, cells in cells.map { ($0.training.memory, model) } }
        let memory = commonest(options) { $0.plainness.lexicographicallyPrecedes($1.plainness) }
        self.memory = memory
        let alike = own.map { model, cells in (model, cells.filter { $0.training.memory == memory }) }
        // A budget is a size's own.
        let settings = alike.map(\.1).filter { !$0.isEmpty }.map { Set($0.map(Settings.withoutBudget)) }
        let common = settings.dropFirst().reduce(settings.first ?? []) { $0.intersection($1) }
        chosen = alike.map { model, cells in
            let shared = cells.filter { common.contains(Settings.withoutBudget($0)) }
            let wanted = recipe?(model)
            return (shared.isEmpty ? cells : shared).min { Self.isBefore($0, $1, recipe: wanted) }
        }
    }

    /// - Parameter methods: what is known of methods, the recipe of full-rank among it.
    init(_ sizes: [Size], methods: [MethodDescriptor]) {
        let entry = methods.first { $0.name == Self.method }
        self.init(sizes, recipe: entry.map { entry in { entry.recipe($0).learningRate } })
    }

    /// What the reference of a size is, by its place; `nil` for a size without such a cell.
    func spec(at place: Int) -> PredictionSpec? { chosen[place] }

    private static func isBefore(_ one: PredictionSpec, _ other: PredictionSpec, recipe: Double?) -> Bool {
        func distance(_ spec: PredictionSpec) -> Double {
            guard let recipe, recipe > 0, spec.training.learningRate > 0 else { return 0 }
            let quotient = spec.training.learningRate / recipe
            return max(quotient, 1 / quotient)
        }
        let (near, far) = (distance(one), distance(other))
        // Half and twice the rate are equally near but for their last bits.
        if abs(near - far) > 1e-9 * near { return near < far }
        return Settings(one).isBefore(Settings(other))
    }

    /// Everything that a cell is but its model.
    private struct Settings: Hashable {
        var values: [String: String]

        static func withoutBudget(_ spec: PredictionSpec) -> Settings {
            var settings = Settings(spec)
            for key in ["training.steps", "training.warmup_steps"] { settings.values[key] = nil }
            return settings
        }

        init(_ spec: PredictionSpec) { values = SpecFields(spec).values.filter { !$0.key.hasPrefix("model") } }

        /// Key by key, numbers by their size; a key that is not set goes first.
        func isBefore(_ other: Settings) -> Bool {
            for key in Set(values.keys).union(other.values.keys).sorted(by: { Self.order($0) < Self.order($1) }) {
                guard let own = values[key], let theirs = other.values[key] else { return values[key] == nil }
                if own == theirs { continue }
                guard let number = Double(own), let another = Double(theirs) else { return own < theirs }
                if number != another { return number < another }
            }
            return false
        }

        private static func order(_ key: String) -> (Int, String) { (key == "training.lr" ? 0 : 1, key) }
    }
}
