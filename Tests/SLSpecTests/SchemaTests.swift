import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// The schema that editors use says what the program says, as far as one key goes.
@Suite struct SchemaTests {
    private let catalog = BuiltinMethods.registry.catalog
    private var checker: SchemaChecker { get throws { SchemaChecker(root: try JSONValue.parse(ConfigSchema.json(catalog: catalog))) } }

    @Test(arguments: ShippedConfigTests.configs) func shippedConfigsFit(name: String) throws {
        let text = try String(contentsOf: ShippedConfigTests.folder.appending(path: "\(name).json"), encoding: .utf8)
        #expect(try checker.problems(try JSONValue.parse(text)) == [])
    }

    @Test func everyOptionOfEveryMethodIsKnown() throws {
        let checker = try checker
        for method in catalog.methods {
            let model = try #require(ModelShape.preset(named: "60m"))
            for option in method.options + TrainingKeys.all {
                let value = json(option.defaultValue(model), option)
                func entry(_ value: JSONValue) -> JSONValue {
                    var own = [JSONValue.Member(key: option.keyInGroup, value: value)]
                    if let group = option.group {
                        let main = MethodOptionGroup.all(of: method.options).first { $0.name == group }?.mainOption
                        if let main, main.name != option.name { own.append(.init(key: main.keyInGroup, value: .integer(200))) }
                        own = [.init(key: group, value: .object(own))]
                    }
                    return config(.object([.init(key: "method", value: .string(method.name))] + own))
                }
                let tree = entry(value)
                #expect(checker.problems(tree) == [], "\(method.name).\(option.name)")
                let swept = entry(.array([value, value]))
                #expect(checker.problems(swept) == [], "\(method.name).\(option.name) as a list")
            }
        }
    }

    @Test(arguments: [
        #"{"method": "sltrain", "sp_ratio": 0.1}"#, #"{"method": "full_rank", "rank": 4}"#, #"{"method": "lost", "rank": 0}"#,
        #"{"method": "lost", "rank": []}"#, #"{"method": "lost", "restarts": {"refactor": true}}"#, #"{"method": "lost", "restarts": {"every": 0}}"#,
        #"{"method": "lost", "restarts": 5}"#, #"{"method": "lost", "activation": "relu"}"#, #"{"method": "galor"}"#, #"{"rank": 4}"#,
        #"{"method": "sltrain", "delta": [0.1, 0]}"#, #"{"method": "sltrain", "lr": "1e-3"}"#, #""galor""#, "3",
    ])
    func whatTheProgramRefusesTheSchemaRefuses(entry: String) throws {
        #expect(try !checker.problems(config(try JSONValue.parse(entry))).isEmpty)
        #expect(!problems(#"{"model": "9m", "methods": [\#(entry)]}"#).isEmpty)
    }

    @Test(arguments: [
        #"{"methods": ["lost"]}"#, #"{"model": "9m", "methods": []}"#, #"{"model": "9x", "methods": ["lost"]}"#,
        #"{"model": "9m", "methods": ["lost"], "predict": ["7x"]}"#, #"{"model": "9m", "methods": ["lost"], "predict": []}"#,
        #"{"model": {"hidden_size": 8}, "methods": ["lost"]}"#, #"{"model": "9m", "methods": ["lost"], "seeds": [-1]}"#,
        #"{"model": "9m", "methods": ["lost"], "data": {"corpsu": "x"}}"#,
        #"{"model": "9m", "methods": ["lost"], "evaluation": {"mode": "x"}}"#,
        #"{"model": "9m", "methods": ["lost"], "training": {"lr": [1e-3]}}"#,
        #"{"model": "9m", "methods": ["lost"], "training": {"tokens": []}}"#, #"{"model": "9m", "methods": ["lost"], "training": {"steps": [5, 0]}}"#,
        #"{"model": "9m", "methods": ["lost", {"method": "lora", "match": "papermemory"}]}"#, #"{"model": "9m", "methods": ["lost"], "schema_version": 2}"#,
    ])
    func wholeConfigsThatBothRefuse(text: String) throws {
        #expect(try !checker.problems(try JSONValue.parse(text)).isEmpty)
        #expect(!problems(text).isEmpty)
    }

    @Test(arguments: [
        #"{"model": ["9m", "x/y.json"], "methods": ["full-rank", {"method": "low-rank", "rank": [1, 2], "x-why": 1, "description": "d"}], "x-a": []}"#,
        #"{"model": {"name": "m", "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "vocab_size": 9, "model_type": "llama"}, "methods": [{"method": "relora", "grad_clip": [null, 1]}], "seeds": [0]}"#,
        #"{"model": "core-1m", "methods": ["lost", {"method": "low_rank", "match": "paper_memory"}], "training": {"tokens_per_parameter": [5, 10, 20]}}"#,
        #"{"model": "9m", "predict": ["7b", "x/y.json"], "methods": ["lost"]}"#, #"{"model": "9m", "predict": "7b", "methods": ["lost"]}"#,
    ])
    func freedomsOfTheConfig(text: String) throws {
        #expect(try checker.problems(try JSONValue.parse(text)) == [])
    }

    /// The README of the configs names every key there is.
    @Test func theReadmeNamesEveryKey() throws {
        let text = try String(contentsOf: ShippedConfigTests.folder.appending(path: "README.md"), encoding: .utf8)
        let root = try JSONValue.parse(ConfigSchema.json(catalog: catalog))
        for part in [root, root["$defs"]?["data"], root["$defs"]?["training"], root["$defs"]?["evaluation"], root["$defs"]?["shape"]] {
            for key in SchemaChecker.keys(of: part?["properties"]) where key != "$schema" {
                #expect(text.contains("`\(key)`") || text.contains(".\(key)`"), "configs/README.md lacks \(key)")
            }
        }
    }

    private func config(_ entry: JSONValue) -> JSONValue {
        .object([.init(key: "model", value: .string("60m")), .init(key: "methods", value: .array([entry]))])
    }

    /// The default as a config writes it; for keys whose default comes from elsewhere, some value they take.
    private func json(_ value: OptionValue, _ option: OptionDescriptor) -> JSONValue {
        switch value {
        case .null:
            switch option.domain {
            case .optionalInteger, .optionalPositiveReal, .optimizer: .null
            case .integer(let range): .integer(range.lowerBound)
            case .choice(let names): .string(names[0])
            default: .real(0.5)
            }
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        case .text(let value): .string(value)
        }
    }
}
