/// Keys of published files that choose nothing here.
extension ModelKeys {
    /// Those that must say what this model is.
    static let fixed = [
        only("hidden_act", .string("silu")), only("tie_word_embeddings", .bool(false)), only("attention_bias", .bool(false)),
        only("mlp_bias", .bool(false)), only("attention_dropout", .integer(0)), only("pretraining_tp", .integer(1)),
        only("is_encoder_decoder", .bool(false)), only("add_cross_attention", .bool(false)), only("quantization_config", .null),
    ]

    /// Those that change nothing.
    static let carried = [
        idle("model_type", .modelType), idle("architectures", .architectures), idle("bos_token_id", .tokenID), idle("eos_token_id", .tokenID),
        idle("pad_token_id", .tokenID), idle("max_sequence_length", .count), idle("max_position_embeddings", .count), idle("use_cache", .flag),
        idle("torch_dtype", .text), idle("dtype", .text), idle("transformers_version", .text), idle("_name_or_path", .text),
        idle("problem_type", .text), idle("tokenizer_class", .text), idle("output_attentions", .flag), idle("output_hidden_states", .flag),
        idle("return_dict", .flag), idle("torchscript", .flag), idle("_attn_implementation_autoset", .flag),
        idle("chunk_size_feed_forward", .number), idle("id2label", .anything), idle("label2id", .anything), idle("slbench", .anything),
    ]

    private static func only(_ name: String, _ value: JSONValue) -> ConfigKey {
        ConfigKey(
            "", name, .constant(value), hint: "this model has nothing else", meaning: "what this model is; nothing else is possible")
    }

    private static func idle(_ name: String, _ kind: Carried) -> ConfigKey { ConfigKey("", name, .carried(kind)) }

    /// What a key that changes nothing may hold.
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
