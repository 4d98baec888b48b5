import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// The key `predict`: models that are planned and never run.
@Suite struct PredictDecodingTests {
    private let shape = #""hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 32000"#

    private func config(_ predict: String, model: String = #""9m""#, methods: String = #"["full_rank"]"#) -> String {
        #"{"model": \#(model), "predict": \#(predict), "methods": \#(methods), "seeds": [1, 2]}"#
    }

    @Test func everyMethodIsPlannedOnceForEveryModel() throws {
        let config = try load(
            config(#"["7b", {"name": "wide", \#(shape)}]"#, methods: #"["full_rank", {"method": "sltrain", "rank": [8, 16], "lr": 1e-4}]"#))
        #expect(config.cells.count == 6 && config.models.map(\.name) == ["9m"], "two seeds of three cells")
        #expect(config.predicted.map(\.model.name) == ["7b", "7b", "7b", "wide", "wide", "wide"])
        #expect(config.predicted.map(\.method) == ["full_rank", "sltrain", "sltrain", "full_rank", "sltrain", "sltrain"])
        #expect(config.predicted.map { $0.options["rank"]?.integer } == [nil, 8, 16, nil, 8, 16])
        #expect(config.predicted[1].training.learningRate == 1e-4 && config.predicted[1].prediction.rank == 8)
    }

    @Test func defaultsAreThoseOfThePlannedModel() throws {
        let config = try load(config(#""7b""#, methods: #"["sltrain", "sltrain"]"#))
        #expect(config.predicted.count == 1, "the same cell once")
        #expect(config.predicted.first?.options["rank"] == 1024 && config.predicted.first?.options["delta"] == 0.05)
    }

    @Test func withoutTheKeyNothingIsPredicted() throws {
        #expect(try load(#"{"model": "9m", "methods": ["full_rank"]}"#).predicted.isEmpty)
    }

    @Test func theKeyDoesNotChangeAnyRun() throws {
        let data = DataIdentity(
            name: "d", packing: .concat, corpusSHA256: "a", tokenizer: "bytes", tokenizerSHA256: "b", vocabularySize: 259, trainTokens: 1,
            validationTokens: 1)
        let with = try load(config(#"["7b"]"#)).cells.map { try $0.spec(data: data).runKey() }
        let without = try load(#"{"model": "9m", "methods": ["full_rank"], "seeds": [1, 2]}"#).cells.map { try $0.spec(data: data).runKey() }
        #expect(with == without)
    }

    @Test(arguments: [
        ("[]", "predict: an empty list"), ("3", "predict: 3 given"), (#"["7x"]"#, "predict[0]: unknown model '7x'"),
        (#"["7b", null]"#, "predict[1]: null given"), (#"{"hidden_sise": 8}"#, "did you mean 'hidden_size'?"),
        (#"["9m"]"#, "predict: '9m' stands in \"model\" too"), (#""gone.json""#, "predict: there is no model file"),
        (#"[{"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 3, "vocab_size": 400}]"#, "predict[0].num_attention_heads"),
    ])
    func badModelsAreRefused(predict: String, words: String) {
        #expect(problem(config(predict)).contains(words), "\(problem(config(predict)))")
    }

    /// What no plan could be made of is refused before anything runs.
    @Test func optionsThatTheModelCannotHaveAreRefused() {
        let small = #"{"name": "small", "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 1, "vocab_size": 400}"#
        #expect(problem(config(small, methods: #"[{"method": "sltrain", "rank": 16}]"#)).contains("of model 'small'"))
    }

    @Test func tooManyCellsAreRefused() {
        let many = "[" + (1...200).map(String.init).joined(separator: ",") + "]"
        let text = #"{"model": "9m", "predict": ["7b", "3b"], "methods": [{"method": "sltrain", "rank": [1, 2], "alpha": \#(many), "delta": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.01, 0.02, 0.03, 0.04]}]}"#
        #expect(problem(text).contains("predict: the lists make more than 10000 cells"))
    }

    @Test func aMisspeltKeyIsToldTheNearest() {
        #expect(problem(#"{"model": "9m", "methods": ["full_rank"], "predcit": ["7b"]}"#).contains("did you mean 'predict'?"))
        #expect(problem(#"{"model": "9m", "methods": ["full_rank"], "training": {"predict": ["7b"]}}"#).contains("'predict' belongs at the top level"))
    }

    @Test func aModelAndAPredictionNeedTwoNames() {
        #expect(problem(config(#"[{\#(shape)}]"#, model: #"{\#(shape), "rope_theta": 7}"#)).contains("'custom' stands in \"model\" too"))
    }
}
