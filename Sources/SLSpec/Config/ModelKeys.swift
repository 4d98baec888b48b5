/// The keys of a model object: Hugging Face's LLaMA configuration. Checks and schema read one list.
enum ModelKeys {
    /// The most layers and the most parameters a shape may have: far above what runs, low enough that every count of
    /// bytes and operations stays exact.
    static let mostLayers = 1024
    static let mostParameters = 1e13

    static let sizes: [OptionDescriptor] = [
        size("hidden_size", "Width of the residual stream."),
        size("intermediate_size", "Width inside the MLP."),
        size("num_hidden_layers", "Blocks.", upTo: mostLayers),
        size("num_attention_heads", "Attention heads; they divide hidden_size into parts of an even size."),
        size("vocab_size", "Rows of embedding and head; at least the tokenizer's vocabulary."),
    ]

    static let reals: [OptionDescriptor] = [
        real("rms_norm_eps", upTo: 1, "ε of the norms.", 1e-6),
        real("rope_theta", upTo: .infinity, "Base of the rotary positions.", 10_000),
        real("initializer_range", upTo: 100, "Standard deviation of the initial weights.", 0.02),
    ]

    /// Keys of published files that must say what this model is.
    static let fixed: [(key: String, value: JSONValue)] = [
        ("hidden_act", .string("silu")), ("tie_word_embeddings", .bool(false)),
        ("attention_bias", .bool(false)), ("mlp_bias", .bool(false)), ("attention_dropout", .integer(0)), ("pretraining_tp", .integer(1)),
        ("is_encoder_decoder", .bool(false)), ("add_cross_attention", .bool(false)), ("quantization_config", .null),
    ]

    /// Keys of published files that must agree with the sizes.
    static let derived = ["num_key_value_heads", "head_dim"]

    /// What a key of published files that changes nothing here may hold.
    enum Carried: String {
        case text = "a text or null"
        case flag = "true or false"
        case count = "a whole number from 1"
        case tokenID = "a token id (a whole number), a list of them, or null"
        case number = "a whole number from 0 or null"
        case anything = "an object, a list or null"
        case architectures = "a list that names a LLaMA class, e.g. [\"LlamaForCausalLM\"]"
        /// Weights that no LLaMA can hold are exported under a type of this program's own; their shape is one all the same.
        case modelType = "\"llama\", or what an export of this program says"
    }

    static let carried: [(key: String, kind: Carried)] = [
        ("model_type", .modelType), ("architectures", .architectures), ("bos_token_id", .tokenID), ("eos_token_id", .tokenID), ("pad_token_id", .tokenID),
        ("max_sequence_length", .count), ("max_position_embeddings", .count), ("use_cache", .flag), ("torch_dtype", .text),
        ("dtype", .text), ("transformers_version", .text), ("_name_or_path", .text), ("problem_type", .text), ("tokenizer_class", .text),
        ("output_attentions", .flag), ("output_hidden_states", .flag), ("return_dict", .flag), ("torchscript", .flag),
        ("_attn_implementation_autoset", .flag), ("chunk_size_feed_forward", .number), ("id2label", .anything), ("label2id", .anything),
        ("slbench", .anything),
    ]

    static var names: [String] { ["name"] + (sizes + reals).map(\.name) + derived + RopeDecoder.keys + fixed.map(\.key) + carried.map(\.key) }

    private static func size(_ name: String, _ help: String, upTo most: Int = 1_000_000) -> OptionDescriptor {
        OptionDescriptor(
            name: name, domain: .integer(1...most), help: help, source: "Hugging Face LlamaConfig", defaultDescription: "none",
            defaultValue: { _ in .null })
    }

    private static func real(_ name: String, upTo most: Double, _ help: String, _ value: OptionValue) -> OptionDescriptor {
        OptionDescriptor(name: name, domain: .positiveReal(upTo: most), help: help, source: "Hugging Face LlamaConfig", defaultValue: value)
    }
}

extension ModelKeys.Carried {
    private static func isOwn(_ name: String) -> Bool { name.hasPrefix("slbench_") }

    func accepts(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.text, .string), (.text, .null), (.flag, .bool), (.tokenID, .null), (.number, .null): true
        case (.anything, .object), (.anything, .array), (.anything, .null): true
        case (.count, _): (value.whole ?? 0) >= 1
        case (.number, _): (value.whole ?? -1) >= 0
        case (.tokenID, .array(let values)): values.allSatisfy { $0.whole != nil }
        case (.tokenID, _): value.whole != nil
        case (.modelType, .string(let name)): name == "llama" || Self.isOwn(name)
        case (.architectures, .array(let values)):
            values.contains { if case .string(let name) = $0 { name.lowercased().hasPrefix("llama") || Self.isOwn(name) } else { false } }
        default: false
        }
    }
}
