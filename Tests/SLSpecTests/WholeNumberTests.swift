import SLMethods
import SLSpec
import Testing

/// One rule for every key that takes whole numbers, in the file and on the command line.
@Suite struct WholeNumberTests {
    private static let base = #"{"model": "9m", "methods": [{"method": "galore", "rank": 4}], "seeds": [1], "data": {"tokenizer": "bytes"}, "evaluation": {}, "checkpoint": {}}"#
    private static let keys = [
        "evaluation.tokens", "evaluation.every", "training.steps", "training.batch_size", "checkpoint.every_steps", "threads",
        "methods.galore.update_interval", "methods.galore.rank",
    ]

    @Test(arguments: keys) func allSpellingsAreOneNumber(key: String) throws {
        let plain = try load(Self.base, set: ["\(key)=100"])
        for spelling in ["1e2", "100.0", "1.0E+2"] {
            let other = try load(Self.base, set: ["\(key)=\(spelling)"])
            #expect(other.cells == plain.cells && other.evaluation == plain.evaluation && other.threads == plain.threads, "\(key)=\(spelling)")
            #expect(other.checkpoint == plain.checkpoint)
        }
        for wrong in ["1.5", "2e-1", "1e300", "\"100\"", "true", "-1e3"] {
            #expect(throws: ConfigError.self, "\(key)=\(wrong)") { try load(Self.base, set: ["\(key)=\(wrong)"]) }
        }
    }

    @Test func listsTakeThemToo() throws {
        #expect(try load(Self.base, set: ["seeds=[1e3,2.0]"]).cells.map(\.seed) == [1000, 2])
        #expect(throws: ConfigError.self) { try load(Self.base, set: ["seeds=[1.5]"]) }
        #expect(throws: ConfigError.self) { try load(Self.base, set: ["evaluation.tokens=9223372036854775807"]) }
        #expect(try load(Self.base, set: ["evaluation.tokens=1e6"]).evaluation.tokens == 1_000_000)
        #expect(try load(Self.base, set: ["schema_version=1.0"]).cells.count == 1)
    }
}
