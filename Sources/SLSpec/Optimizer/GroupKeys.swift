/// Parameter groups under flat dotted keys: `groups.linears.lr_factor`, `groups.head.optimizer`, `groups.head.optimizer.momentum`.
///
/// A selector may have dots of its own, so keys are read from their end.
enum GroupKeys {
    static let prefix = "groups."

    static let learningRateFactor = OptionDescriptor(
        name: "lr_factor", domain: .positiveReal(upTo: 1e6), help: "Multiple of the learning rate for the tensors of the group.",
        source: "PyTorch's parameter groups", defaultDescription: "1", defaultValue: { _ in .real(1) })
    static let weightDecay = OptionDescriptor(
        name: "weight_decay", domain: .real(0...Double.greatestFiniteMagnitude), help: "Decoupled weight decay of the group.",
        source: "PyTorch's parameter groups", defaultDescription: "the run's", defaultValue: { _ in .null })
    static let numbers = [learningRateFactor, weightDecay]

    static func flat(_ group: ParameterGroup) -> [String: OptionValue] {
        let path = prefix + group.selector.text
        var flat = group.optimizer?.flat(under: "\(path).optimizer") ?? [:]
        flat["\(path).\(learningRateFactor.name)"] = group.learningRateFactor.map { .real($0) }
        flat["\(path).\(weightDecay.name)"] = group.weightDecay.map { .real($0) }
        return flat
    }

    /// Every group that some key speaks of.
    static func groups(_ flat: [String: OptionValue]) -> [ParameterGroup] {
        let selectors = Set(flat.keys.compactMap(selector))
        return selectors.sorted().map { selector in
            let path = prefix + selector.text
            return ParameterGroup(
                selector, learningRateFactor: flat["\(path).\(learningRateFactor.name)"]?.real,
                weightDecay: flat["\(path).\(weightDecay.name)"]?.real, optimizer: OptimizerSpec(flat, under: "\(path).optimizer"))
        }
    }

    private static func selector(_ key: String) -> ParameterSelector? {
        guard key.hasPrefix(prefix) else { return nil }
        let rest = key.dropFirst(prefix.count)
        let ends = numbers.map { ".\($0.name)" } + [".optimizer"]
        if let end = ends.first(where: { rest.hasSuffix($0) }) { return ParameterSelector(String(rest.dropLast(end.count))) }
        // An option of the group's optimizer.
        return rest.ranges(of: ".optimizer.").last.flatMap { ParameterSelector(String(rest[..<$0.lowerBound])) }
    }
}
