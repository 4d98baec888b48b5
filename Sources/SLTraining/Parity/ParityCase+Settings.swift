import SLMethodKit
import SLOptimizers
import SLSpec

extension ParityCase {
    /// What a case asks for, in this program's words.
    struct Settings {
        let method: String
        let options: MethodOptions
        let training: TrainingSpec
    }

    /// Reads a case's words: its name is that of a method or of an optimizer, and its options go by our names or by their authors'.
    ///
    /// - Returns: the reason why the case can't be replayed, where it can't.
    func settings(_ registry: MethodRegistry) -> Result<Settings, Unsupported> {
        let optimizers = registry.catalog.optimizers
        let dialect = registry.dialects[description.method] ?? CaseDialect()
        let special = description.options.keys.compactMap { dialect.methodsByOption[$0] }.min()
        let named = (try? registry.descriptor(named: special ?? description.method)) ?? dialect.method.flatMap { try? registry.descriptor(named: $0) }
        let ruled = optimizers.first { $0.name == (dialect.optimizer ?? description.method) }
        // A rule trains dense weights, all of them, which the first method of the list is.
        guard let descriptor = named ?? (ruled == nil ? nil : registry.descriptors.first) else {
            return .failure(.init(reason: "method '\(description.method)' is not known here"))
        }
        let rule = ruled ?? optimizers.first { $0.name == OptimizerSpec.standard }
        let shape = description.model.shape
        // The cases were made with exact decompositions, those of all linears in one update.
        let made: [String: OptionValue] = ["subspace": "exact", "refresh": "together"]
        var given = made.filter { descriptor.option(named: $0.key) != nil }
        var optimizer = OptimizerSpec(rule?.name ?? OptimizerSpec.standard)
        given.merge(dialect.options) { $1 }
        func take(_ name: String, _ value: OptionValue, _ list: [OptionDescriptor]) -> String? {
            (list.first { $0.name == name } ?? list.first { $0.hasAuthorsName(name) })?.name
        }
        for (name, value) in values(dialect) {
            if let own = take(name, value, descriptor.options) {
                // `null` for the activation is the identity.
                given[own] = name == "activation" && value == .null ? .text("identity") : value
            } else if let own = take(name, value, rule?.options ?? []) {
                optimizer.options[own] = value
            } else {
                return .failure(.init(reason: "option '\(name)' of the case is not known here"))
            }
        }
        let adam = description.optimizer
        for (name, value) in [("beta1", adam.betas.first), ("beta2", adam.betas.last), ("epsilon", adam.eps)] {
            guard rule?.option(named: name) != nil, optimizer.options[name] == nil, let value else { continue }
            optimizer.options[name] = .real(value)
        }
        let training = TrainingSpec(
            steps: description.steps, batchSize: description.batch, gradientAccumulation: description.microBatches,
            sequenceLength: description.sequenceLength, learningRate: description.learningRate, warmupSteps: description.warmupSteps,
            minimumLearningRateRatio: description.minimumLearningRateRatio, weightDecay: adam.weight_decay, optimizer: optimizer,
            gradientClip: adam.grad_clip,
            memory: MemoryOptions(
                states: description.options["optimizer"]?.value?.text == OptimizerSpec.eightBitAdamW ? .eightBit : .likeWeights),
            activations: activations(dialect))
        return .success(
            Settings(
                method: descriptor.name, options: MethodOptions(descriptor: descriptor, model: shape, given: given), training: training))
    }

    /// The scheme of a case that is named by one: its options `groups` and `scale`.
    private func activations(_ dialect: CaseDialect) -> ActivationSpec? {
        guard let (scheme, roles) = dialect.activations else { return nil }
        let groups = description.options["groups"]
        let counts = groups?.values ?? roles.map { _ in groups?.value ?? .null }
        return ActivationSpec(
            scheme, groups: Dictionary(uniqueKeysWithValues: zip(roles, counts).map { ($0, $1.integer ?? 0) }),
            scale: description.options["scale"]?.value?.real ?? 1)
    }

    /// Why a case can't be replayed.
    struct Unsupported: Error {
        let reason: String
    }

        /// The case's options, lists as their numbered members (`betas` as `beta1`, `beta2`, …), without those that are training keys here.
    private func values(_ dialect: CaseDialect) -> [(String, OptionValue)] {
        description.options.sorted { $0.key < $1.key }.flatMap { name, option -> [(String, OptionValue)] in
            if name == "optimizer" || dialect.activations != nil && ["groups", "scale"].contains(name) || dialect.ignored.contains(name) { return [] }
            if let value = option.value { return [(dialect.names[name] ?? name, dialect.values[name]?[value] ?? value)] }
            let stem = dialect.names[name] ?? (name.hasSuffix("s") ? String(name.dropLast()) : name)
            return (option.values ?? []).enumerated().map { ("\(stem)\($0.offset + 1)", $0.element) }
        }
    }
}
