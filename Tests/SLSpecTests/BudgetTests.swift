import SLSpec
import Testing

/// Budgets in tokens and FLOPs, and cells beside the grid.
struct BudgetTests {
    private func steps(_ training: String, _ methods: String = #""full_rank", "galore""#) throws -> [Int] {
        try load(#"{"model": "9m", "methods": [\#(methods)], "training": {"batch_size": 4, "sequence_length": 16, \#(training)}}"#).cells.map(\.training.steps)
    }
    private func issue(_ training: String, _ methods: String = #""full_rank""#) -> String {
        problem(#"{"model": "9m", "methods": [\#(methods)], "training": {\#(training)}}"#)
    }

    @Test func tokensAreRoundedUpToWholeUpdates() throws {
        #expect(try steps(#""tokens": 6400"#) == [100, 100])
        #expect(try steps(#""tokens": 6401"#) == [101, 101])
        #expect(try steps(#""tokens": 1"#) == [1, 1])
        #expect(try steps(#""tokens": 1.28e5"#) == [2000, 2000])
    }

    @Test func asManyUpdatesAsTheFLOPsAllow() throws {
        #expect(try steps(#""flops": 64000"#) == [100, 50])
        #expect(try steps(#""flops": 64639"#) == [100, 50])
        #expect(try steps(#""flops": 1"#) == [1, 1])
    }

    @Test func warmUpFollowsTheBudget() throws {
        let cells = try load(#"{"model": "9m", "methods": ["full_rank"], "training": {"tokens": 204800, "warmup_ratio": 0.2}}"#).cells
        #expect(cells[0].training.steps == 100 && cells[0].training.warmupSteps == 20)
    }

    @Test func aMethodsBudgetReplacesTheSharedOneWhateverItsKey() throws {
        #expect(try steps(#""tokens": 6400"#, #""full_rank", {"method": "lora", "steps": 7}, {"method": "galore", "flops": 12800}"#) == [100, 7, 10])
        #expect(try steps(#""steps": 9"#, #"{"method": "lora", "tokens": [64, 640]}"#) == [1, 10])
    }

    @Test(arguments: [
        (#""steps": 5, "tokens": 100"#, "tokens: given beside steps"), (#""tokens": 100, "flops": 5"#, "flops: given beside tokens"),
        (#""tokens": 0"#, "above 0"), (#""flops": "many""#, "above 0"), (#""tokens": 1e15, "batch_size": 1, "sequence_length": 2"#, "updates"),
    ])
    func budgetsAreChecked(training: String, words: String) { #expect(issue(training).contains(words), "\(issue(training))") }

    @Test func aMethodCannotHaveTwoBudgets() {
        #expect(issue(#""steps": 5"#, #"{"method": "lora", "steps": 5, "flops": 10}"#).contains("methods[0].flops: given beside steps"))
    }

    @Test func includedCellsComeLast() throws {
        let config = try load(
            #"""
            {"model": ["9m", "20m"], "methods": ["full_rank"], "seeds": [1, 2], "exclude": [{"size": "20m"}],
             "include": [{"method": "lora", "rank": [4, 8], "model": "20m", "seeds": [7]}, {"method": "full_rank", "model": "20m", "seeds": [1]},
                         {"method": "full_rank", "model": "9m"}]}
            """#)
        let cells = config.cells.map { "\($0.model.name) \($0.method) \($0.options["rank"]?.description ?? "-") \($0.seed)" }
        #expect(cells == ["9m full_rank - 1", "9m full_rank - 2", "20m lora 4 7", "20m lora 8 7", "20m full_rank - 1"])
    }

    @Test(arguments: [
        (#"[]"#, "a list of objects"), (#"[{"rank": 4}]"#, #"include[0]: an entry without "method""#),
        (#"[{"method": "lora", "rnk": 4}]"#, "did you mean 'rank'?"), (#"[{"method": "lora", "seeds": 1}]"#, "include[0].seeds"),
        (#"[{"method": "lora", "model": "9mm"}]"#, "include[0].model: unknown model '9mm'"),
    ])
    func includesAreChecked(include: String, words: String) {
        #expect(problem(#"{"model": "9m", "methods": ["full_rank"], "include": \#(include)}"#).contains(words))
    }
}
