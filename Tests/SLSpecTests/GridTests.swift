import SLSpec
import Testing

/// Lists that go in step, and cells that are left out.
struct GridTests {
    private func config(_ method: String, _ more: String = "") throws -> SweepConfig { try load(#"{"model": ["9m", "20m"], "methods": [\#(method)]\#(more)}"#) }
    private func issues(_ method: String, _ more: String = "") -> String { problem(#"{"model": ["9m", "20m"], "methods": [\#(method)]\#(more)}"#) }

    private func cells(_ config: SweepConfig) -> [String] {
        config.cells.map { "\($0.model.name) \($0.method) \($0.options["rank"]?.description ?? "-") \($0.training.learningRate) \($0.seed)" }
    }

    @Test func zippedListsGoInStep() throws {
        let method = #"{"method": "lora", "rank": [4, 8], "lr": [0.01, 0.02], "alpha": [16, 32], "zip": ["rank", "lr"]}"#
        let found = try config(method).cells.filter { $0.model.name == "9m" }
        #expect(found.map { "\($0.options["rank"]?.integer ?? 0) \($0.training.learningRate) \($0.options["alpha"]?.real ?? 0)" } == [
            "4 0.01 16.0", "4 0.01 32.0", "8 0.02 16.0", "8 0.02 32.0",
        ])
    }

    @Test(arguments: [
        (#""zip": ["rank", "alpha"]"#, "lists of 2, 3 values"), (#""zip": ["rank"]"#, "equally long"), (#""zip": "rank""#, "equally long"),
        (#""zip": ["rank", "lrr"]"#, "methods[0].zip[1]"), (#""zip": ["rank", "rank"]"#, "methods[0].zip[1]"),
    ])
    func zipIsChecked(zip: String, words: String) {
        #expect(issues(#"{"method": "lora", "rank": [4, 8], "alpha": [8, 16, 32], "lr": [0.1, 0.2], \#(zip)}"#).contains(words))
    }

    @Test func excludedCellsAreLeftOut() throws {
        let methods = #""full_rank", {"method": "lora", "rank": [4, 8]}"#
        let all = try cells(config(methods, #", "seeds": [1, 2]"#))
        #expect(all.count == 12)
        let kept = try cells(config(methods, #", "seeds": [1, 2], "exclude": [{"method": "lora", "size": "20m"}, {"rank": 8.0, "seed": [2, 3]}]"#))
        #expect(kept == all.filter { !$0.hasPrefix("20m lora") && !($0.contains(" lora 8 ") && $0.hasSuffix(" 2")) })
    }

    @Test(arguments: [
        (#"[{"method": "galore"}]"#, "no cell is like that"), (#"[{}]"#, "empty object"), (#"{"method": "lora"}"#, "a list of objects"),
        (#"[{"rnk": 4}]"#, "did you mean 'rank'?"), (#"[{"rank": []}]"#, "a value, or a list of values"),
        (#"[{"size": ["9m", "20m"]}]"#, "no cell is left"),
    ])
    func exclusionsAreChecked(exclude: String, words: String) {
        #expect(issues(#""full_rank", {"method": "lora", "rank": [4, 8]}"#, #", "exclude": \#(exclude)"#).contains(words), "\(exclude)")
    }
}
