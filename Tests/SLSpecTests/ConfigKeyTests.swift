import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// The tables of keys are all that decoder, schema and reference know of a config outside methods and optimizers.
@Suite struct ConfigKeyTests {
    private static let sections = [ConfigSection.top] + ConfigSection.inner
    private let catalog = BuiltinMethods.registry.catalog
    private var schema: JSONValue { get throws { try JSONValue.parse(ConfigSchema.json(catalog: catalog)) } }

    /// Some value of every key whose default can't be written down.
    private static let samples = [
        "$schema": #""schema.json""#, "description": #""words""#, "name": #""a""#, "model": #""9m""#, "predict": #""20m""#,
        "methods": #"["full_rank", "lora"]"#, "exclude": #"[{"method": "lora"}]"#, "include": #"[{"method": "lora", "rank": 4}]"#,
        "tuning": #"{"lr": [0.1]}"#, "data": "{}", "training": "{}", "evaluation": "{}", "checkpoint": "{}", "probes": "{}", "evidence": "{}", "slurm": "{}", "database": #""r.sqlite""#,
        "report": #""r.md""#, "threads": "1", "data.tokenizer": #""bytes""#, "training.tokens": "4096", "training.flops": "1e6",
        "training.tokens_per_parameter": "[0.5, 1]", "training.tokens_per_parameter_of": #""all""#,
        "training.lr": "0.1", "training.warmup_steps": "3", "training.weight_decay": "0", "training.epsilon": "1e-8",
        "training.grad_clip": "null", "training.groups": #"{"norms": {"weight_decay": 0}}"#, "evaluation.batch_size": "4",
        "evaluation.test_tokens": "4096", "evaluation.held_out_tokens": "4096", "evaluation.held_out_time": #""end""#,
        "slurm.partition": #""main""#, "slurm.account": #""phys""#, "slurm.qos": #""long""#, "slurm.time": #""1-0""#, "slurm.memory": #""8G""#,
        "slurm.constraint": #""genoa&10g""#, "slurm.kernels": #""haswell""#, "slurm.template": #""job.sh""#, "slurm.options": #"["--mail-type=END"]"#,
        "tuning.steps": "5", "tuning.lr": "[0.1]", "tuning.lr_factors": "[0.5, 1]", "tuning.groups": #"{"linears": {"lr_factor": [0.5, 1]}}"#,
        "tuning.coordinates": #"{"lr": {"factor": 2}, "groups": {"linears": {"lr_factor": {"from": 0.25, "to": 1, "factor": 2}}}}"#,
    ]

    /// Keys without which another is refused.
    private static let companions = [
        "evaluation.held_out_tokens": #""held_out": ["sotu"], "#, "evaluation.held_out_time": #""held_out": ["sotu"], "#,
        "evaluation.batch_size": #""mode": "galore-compat", "#, "tuning.seeds": #""lr": [0.1], "#, "tuning.steps": #""lr": [0.1], "#,
        "tuning.groups": #""lr": [0.1], "#, "tuning.search": #""lr": [0.1], "#, "tuning.coordinates": descent, "tuning.max_trials": descent + lr,
        "tuning.tolerance": descent + lr, "tuning.short": descent + lr, "tuning.eta": halving + lr, "tuning.rungs": halving + lr,
        "training.tokens_per_parameter_of": #""tokens_per_parameter": 1, "#,
    ]
    private static let descent = #""search": "coordinate_descent", "#
    private static let halving = #""search": "successive_halving", "#
    private static let lr = #""coordinates": {"lr": {"factor": 2}}, "#

    /// The same in another object.
    private static let besides = ["evaluation.test_tokens": #", "data": {"test": "held_out"}"#]

    private static let required = [("model", #""9m""#), ("methods", #"["full_rank", "lora"]"#)]

    /// A config with one key given, beside those without which there is none.
    private func config(_ key: ConfigKey, _ value: String) -> String {
        let own = (Self.companions[key.path] ?? "") + #""\#(key.name)": \#(value)"#
        let part = key.section.isEmpty ? own : #""\#(key.section)": {\#(own)}"#
        let others = Self.required.filter { $0.0 != key.path }.map { #""\#($0.0)": \#($0.1), "# }.joined()
        return "{\(others)\(part)\(Self.besides[key.path] ?? "")}"
    }

    /// A default that is spelled out is the default, and what has none takes something.
    @Test(arguments: sections.map(\.name)) func everyKeyIsRead(section: String) throws {
        let checker = SchemaChecker(root: try schema)
        let keys = try #require(Self.sections.first { $0.name == section }).keys
        let plain = try load(#"{"model": "9m", "methods": ["full_rank", "lora"]}"#)
        #expect(!keys.isEmpty)
        for key in keys {
            let value = try #require(key.defaultValue?.text ?? Self.samples[key.path], "\(key.path) has no default and no sample")
            let text = config(key, value)
            #expect(problems(text) == [], "\(key.path)")
            #expect(try checker.problems(JSONValue.parse(text)) == [], "\(key.path)")
            guard key.defaultValue != nil, key.section != "tuning" else { continue }
            let spelled = try load(text)
            #expect(spelled.cells == plain.cells && spelled.data == plain.data, "\(key.path)")
            #expect(spelled.evaluation == plain.evaluation && spelled.checkpoint == plain.checkpoint && spelled.evidence == plain.evidence, "\(key.path)")
        }
    }

    @Test func everyKeyOfAModelIsRead() throws {
        let sizes = #""hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 400"#
        func config(_ more: String) -> String { #"{"model": {\#(sizes)\#(more)}, "methods": ["full_rank"], "data": {"tokenizer": "bytes"}}"# }
        let plain = try load(config("")).models
        let checker = SchemaChecker(root: try schema)
        for key in ConfigSection.model.keys where !key.isRequired {
            let values = key.defaultValue.map { [$0.text] } ?? ["null", "1", "true", #""llama""#, #"["LlamaForCausalLM"]"#, "{}"]
            let taken = values.map { config(#", "\#(key.name)": \#($0)"#) }.filter { problems($0).isEmpty }
            #expect(!taken.isEmpty, "\(key.name)")
            for text in taken {
                #expect(try checker.problems(JSONValue.parse(text)) == [], "\(key.name)")
                if key.name != "name" { #expect(try load(text).models == plain, "\(key.name)") }
            }
        }
        for key in ConfigSection.model.keys where key.isRequired { #expect(sizes.contains(#""\#(key.name)":"#), "\(key.name)") }
    }

    /// Of the top level, its sections and a model's object the schema has the keys of the tables, in their order, and no others.
    @Test func theSchemaHasTheKeysOfTheTables() throws {
        let root = try schema
        for section in Self.sections + [ConfigSection.model] {
            let object = section.name.isEmpty ? root : root["$defs"]?[section.name]
            #expect(SchemaChecker.keys(of: object?["properties"]) == section.keys.map(\.name), "\(section.name)")
            #expect(object?["additionalProperties"] == JSONValue.bool(false), "\(section.name)")
        }
    }

    /// A line for every key, and a key for every line.
    @Test func theReferenceHasTheKeysOfTheTables() {
        let lines = ConfigReference.markdown(catalog: catalog).split(separator: "\n").map(String.init)
        let keys = (Self.sections + [ConfigSection.model]).flatMap(\.keys).filter { !$0.isComment }
        for key in keys { #expect(lines.contains { $0.hasPrefix("| `\(key.path)` |") }, "\(key.path)") }
        #expect(lines.count { $0.hasPrefix("| `") && !$0.hasPrefix("| `groups.GROUP.") && !$0.hasPrefix("| `activations.") } == keys.count)
    }

    /// Whoever writes a key that is unknown is told those of its table.
    @Test(arguments: sections.map(\.name)) func unknownKeysAreToldTheTable(section: String) throws {
        let known = try #require(Self.sections.first { $0.name == section }).keys.map(\.name).sorted().joined(separator: ", ")
        let slip = section.isEmpty ? #""qqqqqqqqqqqq": 1"# : #""\#(section)": {"qqqqqqqqqqqq": 1, "x-note": 1}"#
        let text = problem(#"{"model": "9m", "methods": ["full_rank"], \#(slip)}"#)
        #expect(text.contains("unknown key 'qqqqqqqqqqqq'\n  allowed: \(known)"), "\(text)")
    }

    /// What a spec records under a name, the table has under the same.
    @Test func specsAndTablesAgree() {
        func names(_ section: String) -> [String] { Self.sections.first { $0.name == section }?.keys.map(\.name) ?? [] }
        // Corpora of other sources are data, and stand among the keys that say when and on how much of them models are measured.
        let heldOut = DataSpec.CodingKeys.heldOut.rawValue
        #expect(DataSpec.CodingKeys.allCases.map(\.rawValue).filter { $0 != heldOut } == names("data"))
        #expect(SlurmSpec.CodingKeys.allCases.map(\.rawValue) == names("slurm"))
        #expect(EvaluationSpec.CodingKeys.allCases.map(\.rawValue) + [heldOut] == names("evaluation"))
        #expect(Set(TrainingSpec.CodingKeys.allCases.map(\.rawValue)).isSubset(of: names("training")))
    }
}
