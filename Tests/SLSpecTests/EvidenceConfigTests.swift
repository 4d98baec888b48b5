import SLSpec
import Testing

/// Seeds of a method's own, and what the runs are held against.
@Suite struct EvidenceConfigTests {
    private func config(_ methods: String, _ more: String = "") throws -> SweepConfig {
        try load(#"{"model": ["9m", "20m"], "seeds": [1, 2], "methods": \#(methods)\#(more)}"#)
    }

    private func cells(_ config: SweepConfig) -> [String] { config.cells.map { "\($0.model.name) \($0.method) \($0.seed)" } }

    @Test func aMethodHasSeedsOfItsOwn() throws {
        let found = try config(#"[{"method": "full_rank", "seeds": [1, 2, 3]}, "low_rank"]"#)
        let one = ["full_rank 1", "full_rank 2", "full_rank 3", "low_rank 1", "low_rank 2"]
        #expect(cells(found) == one.map { "9m " + $0 } + one.map { "20m " + $0 } && found.duplicates == 0)
        // Its seeds stand in the place of the sweep's, and swept values have all of them.
        let swept = try config(#"[{"method": "lora", "rank": [4, 8], "seeds": [9]}]"#)
        #expect(cells(swept) == ["9m lora 9", "9m lora 9", "20m lora 9", "20m lora 9"])
        #expect(try config(#"[{"method": "lora", "seeds": [1, 1]}]"#).duplicates == 2)
    }

    @Test func theSameRunIsTheSameRun() throws {
        let own = try config(#"[{"method": "full_rank", "seeds": [1, 2]}]"#)
        #expect(own.cells == (try config(#"["full_rank"]"#)).cells)
    }

    /// A tuning may not use a seed that any of the rows is reported on.
    @Test func tuningSeedsAreNoneOfThem() {
        let found = problem(
            #"{"model": "9m", "seeds": [1], "methods": [{"method": "full_rank", "seeds": [1, 1000]}], "tuning": {"seeds": [1000], "lr": [0.001, 0.002]}}"#)
        #expect(found.contains("tuning.seeds: 1000 is a seed of the sweep too"))
    }

    @Test(arguments: [
        (#"[{"method": "lora", "seeds": 3}]"#, "methods[0].seeds: 3 given"), (#"[{"method": "lora", "seeds": []}]"#, "methods[0].seeds: [] given"),
        (#"[{"method": "lora", "seeds": [1, -2]}]"#, "methods[0].seeds[1]: -2 given"), (#"[{"method": "lora", "sedes": [1]}]"#, "did you mean 'seeds'?"),
    ])
    func seedsAreChecked(methods: String, words: String) {
        #expect(problem(#"{"model": "9m", "methods": \#(methods)}"#).contains(words))
    }

    @Test func theMostCellsCountEachEntrysSeeds() {
        let seeds = (0..<5001).map(String.init).joined(separator: ", ")
        #expect(problem(#"{"model": ["9m", "20m"], "methods": [{"method": "lora", "seeds": [\#(seeds)]}]}"#).contains("the lists make 10002 runs"))
    }

    @Test func theMarginIsRead() throws {
        #expect(try config(#"["full_rank"]"#).evidence == EvidenceSpec())
        #expect(try config(#"["full_rank"]"#, #", "evidence": {"equivalence_margin": 0.02}"#).evidence.equivalenceMargin == 0.02)
        #expect(try config(#"["full_rank"]"#, #", "evidence": {"equivalence_margin": null}"#).evidence.equivalenceMargin == nil)
        let base = #"{"model": "9m", "methods": ["full_rank"], "evidence": "#
        #expect(problem(base + #"{"equivalence_margin": 0}}"#).contains("evidence.equivalence_margin: 0 given"))
        #expect(problem(base + #"{"margin": 0.1}}"#).contains("evidence.margin"))
        #expect(problem(base + "3}").contains("evidence: 3"))
    }

    /// What runs are held against is no part of them.
    @Test func theMarginChangesNoRun() throws {
        #expect(try config(#"["full_rank"]"#, #", "evidence": {"equivalence_margin": 0.02}"#).cells == (try config(#"["full_rank"]"#)).cells)
    }
}
