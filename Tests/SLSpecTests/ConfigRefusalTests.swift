import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

@Suite struct ConfigRefusalTests {
    private func with(_ part: String) -> String { #"{"model": "9m", "methods": ["full_rank"], \#(part)}"# }

    @Test func malformedJSONNamesLineAndColumn() {
        #expect(
            problem("{\n  \"model\": \"9m\",\n  \"methods\": [\"full_rank\"],\n}").contains("line 4, column 1: a key in quotes expected"))
        #expect(problem("").contains("line 1, column 1"))
        #expect(problem(#"{"model": "9m", "model": "20m"}"#).contains("the key 'model' is given twice"))
        #expect(problem(#"{"model": "9m"} x"#).contains("something follows the end"))
        #expect(problem(String(repeating: "[", count: 100_000)).contains("nested deeper"))
    }

    /// The whole text of one problem of each kind: where, what, allowed, hint.
    @Test func unknownKeysAreToldTheNearest() {
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "lost", "gama": 0.5}]}"#).hasPrefix(
                "test.json: methods[0].gama: unknown key 'gama'"))
        #expect(problem(#"{"model": "9m", "methods": [{"method": "lost", "gama": 0.5}]}"#).contains("hint: did you mean 'gamma'?"))
        #expect(problem(with(#""trainning": {}"#)).contains("did you mean 'training'?"))
        #expect(problem(with(#""training": {"step": 3}"#)).contains("training.step: unknown key 'step'"))
        #expect(problem(with(#""data": {"corpsu": "sotu"}"#)).contains("did you mean 'corpus'?"))
        #expect(problem(with(#""evaluation": {"token": 3}"#)).contains("did you mean 'tokens'?"))
        #expect(problem(with(#""steps": 3"#)).contains("'steps' belongs inside \"training\""))
        #expect(problem(#"{"model": {"hidden_sise": 8}, "methods": ["lost"]}"#).contains("did you mean 'hidden_size'?"))
    }

    @Test(arguments: [
        ("sltrain", "sp_ratio", "delta"), ("sltrain", "lora_alpha", "alpha"), ("galore", "update_proj_gap", "update_interval"),
        ("galore", "galore_scale", "scale"), ("relora", "lora_r", "rank"), ("galore", "proj_type", "projection"),
    ])
    func authorsNamesAreToldOurs(method: String, theirs: String, ours: String) {
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "\#(method)", "\#(theirs)": 1}]}"#)
                .contains("'\(theirs)' is the authors' name; here it is '\(ours)'"))
    }

    @Test func optionsOfOtherMethodsAreRefused() {
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "full_rank", "delta": 0.1}]}"#)
                .contains("'delta' is an option of sltrain, spiel, lost; full_rank has no use for it"))
    }

    @Test func valuesOutsideTheirRange() {
        #expect(problem(#"{"model": "9m", "methods": [{"method": "sltrain", "delta": 0}]}"#).contains("a number above 0, at most 1.0"))
        #expect(problem(#"{"model": "9m", "methods": [{"method": "sltrain", "delta": 1.5}]}"#).contains("methods[0].delta: 1.5 given"))
        #expect(problem(#"{"model": "9m", "methods": [{"method": "lost", "gamma": -0.1}]}"#).contains("a number from 0.0 to 1.0"))
        #expect(problem(#"{"model": "9m", "methods": [{"method": "lost", "rank": "8"}]}"#).contains("methods[0].rank: \"8\" given"))
        #expect(problem(#"{"model": "9m", "methods": [{"method": "lost", "rank": [8, 0]}]}"#).contains("methods[0].rank[1]: 0 given"))
        #expect(problem(#"{"model": "9m", "methods": [{"method": "lost", "rank": true}]}"#).contains("methods[0].rank: true given"))
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "lost", "activation": "relu"}]}"#).contains("one of \"silu\", \"identity\""))
        #expect(problem(with(#""training": {"steps": 0}"#)).contains("training.steps: 0 given"))
        #expect(problem(with(#""training": {"lr": 1e400}"#)).contains("too large"))
        #expect(problem(with(#""seeds": []"#)).contains("seeds: [] given"))
        #expect(problem(with(#""data": {"packing": "concatt"}"#)).contains("did you mean \"concat\"?"))
        #expect(problem(with(#""data": {"tokenizer": "sentencepiece:7"}"#)).contains("N from 300"))
        #expect(problem(with(#""data": {"allow_unknown": "yes"}"#)).contains("data.allow_unknown: \"yes\" given"))
        #expect(problem(with(#""data": {"allow_unkown": true}"#)).contains("did you mean 'allow_unknown'?"))
    }

    @Test func ranksAboveTheSmallerSideNameTheLayer() {
        let text = problem(#"{"model": ["9m", "60m"], "methods": [{"method": "lost", "rank": 200}]}"#)
        #expect(text.contains("methods[0].rank: 200 exceeds the smaller side of the layer 'self_attn.q_proj' [128, 128] of model '9m'"))
        #expect(!text.contains("60m"))
    }

    @Test func whatDependsOnSeveralKeys() {
        #expect(problem(with(#""training": {"batch_size": 8, "gradient_accumulation": 3}"#)).contains("3 does not divide batch_size 8"))
        #expect(problem(with(#""training": {"steps": 5, "warmup_steps": 6}"#)).contains("6 is more than steps 5"))
        #expect(problem(with(#""training": {"warmup_steps": 6, "warmup_ratio": 0.1}"#)).contains("given beside warmup_steps"))
    }

    @Test func shapesThatCannotBe() {
        func model(_ part: String) -> String {
            #"{"methods": ["full_rank"], "model": {"hidden_size": 12, "intermediate_size": 8, "num_hidden_layers": 1, "vocab_size": 9, \#(part)}}"#
        }
        #expect(problem(model(#""num_attention_heads": 5"#)).contains("5 heads do not divide hidden_size 12"))
        #expect(problem(model(#""num_attention_heads": 4"#)).contains("even head size"))
        #expect(problem(model(#""num_attention_heads": 2, "num_key_value_heads": 1"#)).contains("grouped queries are not offered"))
        #expect(problem(model(#""num_attention_heads": 2, "tie_word_embeddings": true"#)).contains("allowed: false"))
        #expect(problem(model(#""num_attention_heads": 0"#)).contains("num_attention_heads: 0 given"))
        #expect(problem(#"{"model": "60M ", "methods": ["full_rank"]}"#).contains("unknown model"))
        #expect(problem(#"{"model": "61m", "methods": ["full_rank"]}"#).contains("did you mean '60m'?"))
    }

    @Test func methodsThatAreNone() {
        #expect(problem(#"{"model": "9m", "methods": ["galor"]}"#).contains("unknown method 'galor'"))
        #expect(problem(#"{"model": "9m", "methods": ["galor"]}"#).contains("did you mean 'galore'?"))
        #expect(problem(#"{"model": "9m", "methods": []}"#).contains("a list of methods"))
        #expect(problem(#"{"model": "9m"}"#).contains("methods: missing"))
        #expect(problem(#"{"model": "9m", "methods": [{"rank": 8}]}"#).contains("an entry without \"method\""))
        #expect(problem("[]").contains("[] is a list"))
    }

    @Test func everythingIsReportedTogether() {
        let all = problems(
            #"{"model": "61m", "methods": [{"method": "lost", "gama": 1, "delta": 7}], "training": {"stps": 1}, "seeds": [-1]}"#)
        #expect(all.count == 5)
    }

    @Test func overridesAreNamedAsTheSource() {
        #expect(
            problem(#"{"model": "9m", "methods": ["lost"]}"#, set: ["training.stpes=3"]).hasPrefix(
                "--set: training.stpes: unknown key 'stpes'"))
        #expect(problem(#"{"model": "9m", "methods": ["lost"]}"#, set: ["training.steps"]).contains("has no '='"))
        #expect(problem(#"{"model": "9m", "methods": ["lost"]}"#, set: ["methods.galore.rank=3"]).contains("no entry for 'galore'"))
        #expect(problem(#"{"model": "9m", "methods": ["lost"]}"#, set: ["methods[4].rank=3"]).contains("no entry [4]"))
    }

    @Test func aMissingFileIsAMissingFile() {
        #expect {
            try SweepConfig.load(file: URL(filePath: "/nowhere/x.json"), catalog: Catalog())
        } throws: { ($0 as? DataError)?.isMissingFile == true }
    }
}
