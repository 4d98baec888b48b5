extension TrainingKeys {
    /// The training spec of given values, the rest from defaults, the optimizer's and the method's recipe.
    ///
    /// - Parameters:
    ///   - given: under flat dotted keys, as ``TrainingSpec`` writes them.
    ///   - model: whose published values hold. - shape: what is trained, where it is another.
    ///   - ranks: of the config: part of a run whose bits depend on them.
    static func resolve(
        _ given: [String: OptionValue], recipe: MethodDescriptor.Recipe, model: ModelShape, shape: ModelShape? = nil, optimizers: [OptimizerDescriptor],
        ranks: Int = 1
    ) -> TrainingSpec {
        func value(_ name: String) -> OptionValue? { given[name] ?? descriptor(name)?.defaultValue(.anything) }
        func integer(_ name: String) -> Int { value(name)?.integer ?? 1 }
        func real(_ name: String) -> Double { value(name)?.real ?? 0 }
        func choice<Choice: RawRepresentable<String>>(_ name: String, _ otherwise: Choice) -> Choice {
            value(name)?.text.flatMap { Choice(rawValue: $0) } ?? otherwise
        }
        var memory = MemoryOptions(
            update: choice("update", .wholeModel), states: choice("states", .likeWeights), blockSize: integer("block_size"),
            storage: choice("storage", .fp32), rounding: choice("rounding", .nearest), recompute: choice("recompute", .none),
            precision: choice("precision", .fp32), shardsOptimizer: value("shard_optimizer")?.bool ?? false)
        if given["optimizer"] == .text(OptimizerSpec.eightBitAdamW) { memory.states = .eightBit }
        // What has no effect is no part of a run's identity.
        if memory.states != .eightBit { memory.blockSize = MemoryOptions().blockSize }
        if memory.storage == .fp32 { memory.rounding = .nearest }
        let asked = OptimizerSpec(given, under: "optimizer") ?? OptimizerSpec()
        let optimizer = complete(asked, shared: given, recipe: recipe, model: model, optimizers: optimizers)
        let groups = GroupKeys.groups(given).map { group in
            var group = group
            group.optimizer = group.optimizer.map { complete($0, shared: given, recipe: recipe, model: model, optimizers: optimizers) }
            return group
        }
        let published = optimizers.first { $0.name == optimizer.name }?.learningRate(model)
        let steps = integer("steps")
        let ratio = real("warmup_ratio")
        return TrainingSpec(
            steps: steps, batchSize: integer("batch_size"), gradientAccumulation: integer("gradient_accumulation"), shards: integer("shards"),
            exchange: value("exchange")?.text.flatMap { GradientSum($0, ranks: ranks) } ?? .ordered, sequenceLength: integer("sequence_length"), learningRate: given["lr"]?.real ?? published ?? recipe.learningRate,
            warmupSteps: given["warmup_steps"]?.integer ?? Int((Double(steps) * ratio).rounded()),
            minimumLearningRateRatio: real("min_lr_ratio"), weightDecay: given["weight_decay"]?.real ?? recipe.weightDecay, optimizer: optimizer, groups: groups,
            gradientClip: given.keys.contains("grad_clip") ? given["grad_clip"]?.real : recipe.gradientClip,
            memory: memory, activations: ActivationKeys.spec(given, model: shape ?? model))
    }

    /// Every option of the optimizer with a value: its own key's, that of a training key of the same name, or the default.
    private static func complete(
        _ asked: OptimizerSpec, shared: [String: OptionValue], recipe: MethodDescriptor.Recipe, model: ModelShape,
        optimizers: [OptimizerDescriptor]
    ) -> OptimizerSpec {
        let name = asked.name == OptimizerSpec.eightBitAdamW ? OptimizerSpec.standard : asked.name
        guard let known = optimizers.first(where: { $0.name == name }) else { return OptimizerSpec(name, asked.options) }
        var spec = OptimizerSpec(name)
        for option in known.options {
            var otherwise = option.defaultValue(model)
            if name == OptimizerSpec.standard { otherwise = recipe.value(of: option.name) ?? otherwise }
            var value = asked.options[option.name] ?? shared[option.name] ?? otherwise
            // One spelling: 1 and 1.0 are the same number.
            if name == OptimizerSpec.standard, let number = value.real { value = .real(number) } else { value = value.canonical }
            if option.isWritten || value != otherwise.canonical { spec.options[option.name] = value }
        }
        return spec
    }
}

extension MethodDescriptor.Recipe {
    /// What the recipe says of an option of AdamW.
    func value(of option: String) -> OptionValue? {
        switch option {
        case "epsilon": .real(epsilon)
        case "beta1": betas.map { .real($0.first) }
        case "beta2": betas.map { .real($0.second) }
        default: nil
        }
    }
}
