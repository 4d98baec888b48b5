/// The keys of `training`, described like a method's options so that checks, help and schema read one list.
public enum TrainingKeys {
    static let standardBatchSize = 8

    private static let anyCount = 1...Int(Int32.max)

    public static let all: [OptionDescriptor] = [
        key("steps", .integer(anyCount), "Optimizer updates; exactly this many.", 1000, authors: "num_training_steps / max_steps"),
        OptionDescriptor(
            name: "tokens", domain: .positiveReal(upTo: 1e15), help: "Budget in training tokens in place of steps; rounded up to whole updates. Padding is none.",
            source: "", defaultDescription: "steps", defaultValue: { _ in .null }),
        OptionDescriptor(
            name: "flops", domain: .positiveReal(upTo: 1e30),
            help: "Budget in floating-point operations of training in place of steps: as many updates as fit, at least one.",
            source: "", defaultDescription: "steps", defaultValue: { _ in .null }),
        OptionDescriptor(
            name: "tokens_per_parameter", domain: .positiveReal(upTo: 1e9),
            help: "Budget in training tokens for each parameter of the size's dense model, the same for every method; rounded up to whole updates. 20 is Chinchilla's.",
            source: "Wen et al. 2025, arXiv:2509.02046; Hoffmann et al. 2022, arXiv:2203.15556", defaultDescription: "steps", defaultValue: { _ in .null }),
        OptionDescriptor(
            name: parameterScope, domain: .choice(ParameterScope.allCases.map(\.rawValue)),
            help: "The parameters that tokens_per_parameter counts: the blocks' linears (Wen et al.), or embedding, head and norms too (Hoffmann et al.).",
            source: "Wen et al. 2025, arXiv:2509.02046", defaultDescription: ParameterScope.blockLinears.rawValue, defaultValue: { _ in .null }),
        key("batch_size", .integer(anyCount), "Sequences an update.", .integer(standardBatchSize), authors: "total_batch_size"),
        key(
            "gradient_accumulation", .integer(anyCount), "Micro-batches an update; divides batch_size.", 1,
            authors: "gradient_accumulation_steps"),
        OptionDescriptor(
            name: "shards", domain: .integer(1...65_536),
            help: "Parts of an update's micro-batches whose gradients are added in a binary tree: as many processes can share an update and give the same bits. A power of two that divides gradient_accumulation.",
            source: "", defaultValue: 1),
        OptionDescriptor(
            name: "exchange", domain: .choice(GradientSum.names),
            help: "How processes that share an update add their gradients: ordered in the shards' tree, with the same bits for every number of them, or all_reduce by MPI's own sum, which is faster and makes `ranks` part of the run.",
            source: "", defaultValue: .text(GradientSum.ordered.name)),
        key("sequence_length", .integer(2...65_536), "Tokens a sequence.", 256, authors: "max_length"),
        OptionDescriptor(
            name: "lr", domain: .positiveReal(upTo: .infinity), help: "Peak learning rate.", authorsName: "learning_rate",
            source: "the method's recipe", defaultDescription: "the method's published rate for the model", defaultValue: { _ in .null }),
        OptionDescriptor(
            name: "warmup_steps", domain: .integer(0...Int(Int32.max)), help: "Updates of linear warm-up.",
            source: "arXiv:2403.03507, Appendix C.1", defaultDescription: "a tenth of steps", defaultValue: { _ in .null }),
        OptionDescriptor(
            name: "warmup_ratio", domain: .real(0...1), help: "Warm-up as a share of steps; instead of warmup_steps.",
            source: "arXiv:2403.03507, Appendix C.1", defaultValue: 0.1),
        key("min_lr_ratio", .real(0...1), "The cosine reaches this share of lr one update after the last.", 0.1),
        OptionDescriptor(
            name: "weight_decay", domain: .real(0...Double.greatestFiniteMagnitude), help: "Decoupled weight decay.", source: "the method's recipe",
            defaultDescription: "the method's (0; cola 0.01)", defaultValue: { _ in .null }),
        key("beta1", .real(0...0.999_999_9), "The optimizer's β₁.", 0.9, authors: "adam_beta1"),
        key("beta2", .real(0...0.999_999_9), "The optimizer's β₂.", 0.999, authors: "adam_beta2"),
        OptionDescriptor(
            name: "epsilon", domain: .positiveReal(upTo: 1), help: "The optimizer's ε.", authorsName: "eps", source: "the method's recipe",
            defaultDescription: "the method's (1e-8; galore 1e-6)", defaultValue: { _ in .null }),
        OptionDescriptor(
            name: "grad_clip", domain: .optionalPositiveReal, help: "Global gradient norm to clip to; null for none.",
            authorsName: "grad_clipping / clip_grad_norm", source: "the method's recipe",
            defaultDescription: "the method's (none; relora 1, cola 0.5)",
            defaultValue: { _ in .null }),
        memory(
            "update", MemoryOptions.Update.self, "per_layer consumes a gradient as soon as it is complete: never all at once. Processes that share a run have one micro-batch each then.",
            .text(ordinary.update.rawValue), source: "Lv et al. 2023, LOMO, arXiv:2306.09782; GaLore, arXiv:2403.03507, §4.3"),
        memory(
            "states", MemoryOptions.States.self, "Format of optimizer state: that of the weights, block-wise 8-bit codes, or companded 8-bit codes, which lose no small second moment.",
            .text(ordinary.states.rawValue), source: "8bit: Dettmers et al. 2021, arXiv:2110.02861; 8bit_companded: Gonzalez Ortiz et al. 2026, arXiv:2602.23349"),
        OptionDescriptor(
            name: "block_size", domain: .numbers([256, 2048]), help: "Elements that share a scale in 8bit states.",
            source: "bitsandbytes: 256 since 0.44, 2048 before", defaultValue: 256),
        memory(
            "storage", MemoryOptions.Storage.self, "Format of weights and optimizer state between their uses.",
            .text(ordinary.storage.rawValue), source: "scripts of github.com/jiaweizzhao/GaLore @2cc66f8 train in bfloat16"),
        memory(
            "rounding", MemoryOptions.Rounding.self, "From fp32 to bf16; stochastic is unbiased.", .text(ordinary.rounding.rawValue),
            source: "Zamirai et al. 2020, arXiv:2010.06192"),
        memory(
            "recompute", MemoryOptions.Recompute.self, "block keeps each block's input only and computes the rest again; bottlenecks (CoLA-M) keeps the residual streams and what linears hold between two factors.",
            .text(ordinary.recompute.rawValue), source: "block: Chen et al. 2016, arXiv:1604.06174; bottlenecks: Liu et al. 2025, arXiv:2502.10940"),
        memory(
            "precision", MemoryOptions.Precision.self,
            "Of the operands of matrix products; sums, norms, softmax, loss and updates are fp32. What the backward pass keeps of them is in it, too.",
            .text(ordinary.precision.rawValue), source: "Micikevicius et al. 2017, arXiv:1710.03740; bf16: Kalamkar et al. 2019, arXiv:1905.12322"),
        OptionDescriptor(
            name: "shard_optimizer", domain: .boolean,
            help: "Where processes share a run, each keeps and applies the optimizer's state of some tensors only; with update per_layer no other process holds their summed gradients. The same bits.",
            authorsName: "ZeRO stage 1; with per_layer stage 2", source: "Rajbhandari et al. 2020, ZeRO, arXiv:1910.02054", defaultValue: .bool(ordinary.shardsOptimizer)),
    ]

    private static let ordinary = MemoryOptions()

    private static func memory<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ choices: Choice.Type, _ help: String, _ value: OptionValue, source: String
    ) -> OptionDescriptor {
        OptionDescriptor(name: name, domain: .choice(choices.allCases.map(\.rawValue)), help: help, source: source, defaultValue: value)
    }

    /// Keys that say how long a run trains; one of them at a time. A list of budgets is a ladder.
    static let budgets = ["steps", "tokens", "flops", "tokens_per_parameter"]

    /// What a budget in tokens per parameter counts.
    static let parameterScope = "tokens_per_parameter_of"

    /// Keys that trials may differ in: all but the budget.
    static var tunable: [OptionDescriptor] { all.filter { !budgets.contains($0.name) && $0.name != parameterScope } }

    public static func descriptor(_ name: String) -> OptionDescriptor? { all.first { $0.name == name } }

    private static func key(
        _ name: String, _ domain: OptionDescriptor.Domain, _ help: String, _ value: OptionValue, authors: String? = nil
    ) -> OptionDescriptor {
        OptionDescriptor(
            name: name, domain: domain, help: help, authorsName: authors, source: "arXiv:2403.03507, Appendix C.1", defaultValue: value)
    }
}

extension ModelShape {
    /// A stand-in for defaults that do not depend on the model.
    public static let anything = ModelShape(
        name: "", vocabularySize: 1, hiddenSize: 1, intermediateSize: 1, layerCount: 1, headCount: 1)
}
