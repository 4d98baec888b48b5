import OrderedCollections

/// A training spec is one flat object: memory options, the optimizer's options and groups stand beside the other keys, under dotted names
/// (`optimizer.momentum`, `groups.linears.lr_factor`), an activation scheme under `activations`.
///
/// AdamW's own options stand under their plain names, and 8-bit state makes it `adamw8bit`: so the identities of runs from before
/// there were other optimizers stay what they were.
extension TrainingSpec {
    /// The keys that a reader knows from configs, in their order there; options of optimizers and groups have keys of their own.
    public static let keys: [String] = {
        let all = CodingKeys.allCases.map(\.rawValue)
        let place = all.firstIndex(of: CodingKeys.gradientClip.rawValue) ?? all.endIndex
        return all[..<place] + ["optimizer"] + plainOptions + all[place...]
    }()

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let all = try [String: OptionValue](from: decoder)
        var memory = try MemoryOptions(from: decoder)
        var optimizer = OptimizerSpec(all["optimizer"]?.text ?? OptimizerSpec.standard)
        if optimizer.name == OptimizerSpec.eightBitAdamW {
            optimizer.name = OptimizerSpec.standard
            memory.states = .eightBit
        }
        if optimizer.isStandard {
            for name in Self.plainOptions { optimizer.options[name] = all[name]?.real.map { .real($0) } }
        }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) where key.hasPrefix("optimizer.") {
            optimizer.options[String(key.dropFirst("optimizer.".count))] = value
        }
        self.init(
            steps: try values.decode(Int.self, forKey: .steps), batchSize: try values.decode(Int.self, forKey: .batchSize),
            gradientAccumulation: try values.decode(Int.self, forKey: .gradientAccumulation),
            shards: try values.decodeIfPresent(Int.self, forKey: .shards) ?? 1,
            exchange: try values.decodeIfPresent(String.self, forKey: .exchange).map { name in
                guard let sum = GradientSum(name, ranks: all[GradientSum.ranksKey]?.integer ?? 1) else {
                    throw DecodingError.dataCorruptedError(forKey: .exchange, in: values, debugDescription: "'\(name)' is not known")
                }
                return sum
            } ?? .ordered,
            sequenceLength: try values.decode(Int.self, forKey: .sequenceLength),
            learningRate: try values.decode(Double.self, forKey: .learningRate),
            warmupSteps: try values.decode(Int.self, forKey: .warmupSteps),
            minimumLearningRateRatio: try values.decode(Double.self, forKey: .minimumLearningRateRatio),
            weightDecay: try values.decode(Double.self, forKey: .weightDecay), optimizer: optimizer,
            groups: GroupKeys.groups(all), gradientClip: try values.decodeIfPresent(Double.self, forKey: .gradientClip), memory: memory,
            activations: ActivationKeys.spec(all))
    }

    /// Options of AdamW that stand under their own names.
    static let plainOptions = ["beta1", "beta2", "epsilon"]

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(steps, forKey: .steps)
        try values.encode(batchSize, forKey: .batchSize)
        try values.encode(gradientAccumulation, forKey: .gradientAccumulation)
        // Another number is another rounding, and another run.
        if shards != 1 { try values.encode(shards, forKey: .shards) }
        if exchange != .ordered { try values.encode(exchange.name, forKey: .exchange) }
        try values.encode(sequenceLength, forKey: .sequenceLength)
        try values.encode(learningRate, forKey: .learningRate)
        try values.encode(warmupSteps, forKey: .warmupSteps)
        try values.encode(minimumLearningRateRatio, forKey: .minimumLearningRateRatio)
        try values.encode(weightDecay, forKey: .weightDecay)
        try values.encodeIfPresent(gradientClip, forKey: .gradientClip)
        var memory = memory
        var flat = optimizer.flat(under: "optimizer")
        if optimizer.isStandard {
            flat = [:]
            for (name, value) in optimizer.options.values { flat[Self.plainOptions.contains(name) ? name : "optimizer.\(name)"] = value }
            if memory.states == .eightBit {
                flat["optimizer"] = .text(OptimizerSpec.eightBitAdamW)
                memory.states = .likeWeights
            }
        }
        try memory.encode(to: encoder)
        if case .allReduce(let ranks) = exchange { flat[GradientSum.ranksKey] = .integer(ranks) }
        for group in groups { flat.merge(GroupKeys.flat(group)) { first, _ in first } }
        if let activations { flat.merge(ActivationKeys.flat(activations)) { first, _ in first } }
        var others = encoder.container(keyedBy: DynamicKey.self)
        for (key, value) in flat { try others.encode(value, forKey: DynamicKey(stringValue: key)) }
    }
}

extension OptimizerSpec {
    /// Name and options under dotted keys.
    func flat(under key: String) -> [String: OptionValue] {
        var flat: [String: OptionValue] = [key: .text(name)]
        for (name, value) in options.values { flat["\(key).\(name)"] = value }
        return flat
    }

    /// The reverse of ``flat(under:)``; `nil` where the key itself is not there.
    init?(_ flat: [String: OptionValue], under key: String) {
        guard let name = flat[key]?.text else { return nil }
        self.init(name)
        for (path, value) in flat.sorted(by: { $0.key < $1.key }) where path.hasPrefix(key + ".") {
            options[String(path.dropFirst(key.count + 1))] = value
        }
    }
}

/// A key that is known only when it is met.
struct DynamicKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
