import SLSpec

/// What tells the cells of one method apart.
enum CellDistinction {
    /// `parameters of low_rank r=128` for a picked shape, `muon, 8-bit states, bf16`, then `lr 0.003`: an optimizer that is not AdamW, memory options that are not the default, and every
    /// other key in which a spec differs from some of its like.
    ///
    /// - Parameter alike: the specs of the same method, size and memory options, this one among them.
    static func words<Spec: Encodable>(_ spec: Spec, _ training: TrainingSpec, among alike: [(spec: Spec, training: TrainingSpec)]) -> [String] {
        let named = (matched(spec).map { [$0] } ?? []) + training.words
        guard alike.count > 1 else { return named }
        let own = SpecFields(spec)
        func differences(_ specs: [Spec]) -> [String] { SpecDifferences(fields: specs.map { SpecFields($0) }).keys }
        // Options of a rule tell apart cells of that rule; other rules do not have them.
        let rivals = alike.filter { $0.training.optimizer.name == training.optimizer.name }.map(\.spec)
        let ofRule = differences(rivals).filter(isRuleOption)
        // So do options of an activation scheme.
        let schemed = training.activations.map { own in alike.filter { $0.training.activations?.scheme == own.scheme }.map(\.spec) } ?? []
        let ofScheme = differences(schemed).filter { $0.hasPrefix(scheme) }
        let others = differences(alike.map(\.spec)).filter { !$0.hasPrefix("model.") && !$0.hasPrefix(scheme) && !isRuleOption($0) && !["options.rank", "training.optimizer", "training.activations"].contains($0) }
        // An option that the cell does not have, or a group, is not what it is called by.
        let words = (others + ofRule + ofScheme).compactMap { key -> String? in
            let isOwn = own.values[key] != nil || !["options.", "training.groups.", scheme].contains { key.hasPrefix($0) }
            return isOwn ? "\(shortName(key)) \(own.value(key))" : nil
        }
        return named + words
    }

    /// `parameters of low_rank r=128`: what a picked shape has in common with which row.
    private static func matched(_ spec: some Encodable) -> String? {
        switch spec {
        case let run as RunSpec: run.model.match?.words
        case let cell as PredictionSpec: cell.model.match?.words
        default: nil
        }
    }

    private static let scheme = "training.activations."

    private static func isRuleOption(_ key: String) -> Bool {
        key.hasPrefix("training.optimizer.") || ["training.beta1", "training.beta2", "training.epsilon"].contains(key)
    }

    private static func shortName(_ key: String) -> String {
        let name = SpecFields.shortName(key)
        return name.hasPrefix("optimizer.") ? String(name.dropFirst("optimizer.".count)) : name
    }
}
