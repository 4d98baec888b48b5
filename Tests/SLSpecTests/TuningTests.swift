import SLSpec
import Testing

/// What is tried before a sweep, on equal terms.
struct TuningTests {
    private func config(_ tuning: String, _ methods: String = #""full_rank", {"method": "lora", "rank": [4, 8], "lr": 0.002}"#) -> String {
        #"{"model": "9m", "seeds": [1, 2], "training": {"steps": 200, "lr": 0.003}, "methods": [\#(methods)], "tuning": \#(tuning)}"#
    }
    private func plan(_ tuning: String, _ methods: String? = nil) throws -> TuningPlan {
        try #require(try load(methods.map { config(tuning, $0) } ?? config(tuning)).tuning)
    }

    @Test func everyCellIsTunedOnceForAllSeeds() throws {
        let plan = try plan(#"{"seeds": [100, 101], "lr": [0.001, 0.01]}"#)
        #expect(plan.cells.map { "\($0.draft.method) \($0.draft.options["rank"]?.description ?? "-")" } == ["full_rank -", "lora 4", "lora 8"])
        #expect(plan.trialsPerCell == 2 && plan.drafts.count == 12)
        #expect(plan.drafts.prefix(4).map { "\($0.training.learningRate) \($0.seed)" } == ["0.001 100", "0.001 101", "0.01 100", "0.01 101"])
        #expect(plan.cells[0].trials.map(\.values) == [["lr": .real(0.001)], ["lr": .real(0.01)]])
    }

    @Test func factorsMultiplyTheCellsOwnRate() throws {
        let plan = try plan(#"{"lr_factors": [0.5, 1, 3]}"#)
        #expect(plan.cells.map { $0.trials.map(\.draft.training.learningRate) } == [[0.0015, 0.003, 0.009], [0.001, 0.002, 0.006], [0.001, 0.002, 0.006]])
        #expect(plan.seeds == [1000])
    }

    @Test func trialsMayBeShorterAndTheFinalIsNot() throws {
        let trial = try plan(#"{"steps": 50, "lr": [0.001]}"#).cells[1].trials[0]
        #expect(trial.draft.training.steps == 50 && trial.draft.training.warmupSteps == 5 && trial.draft.evaluation.every == 0)
        #expect(trial.final.training.steps == 200 && trial.final.training.learningRate == 0.001 && trial.final.options == trial.draft.options)
    }

    @Test func aMethodMayTryItsOwnKeys() throws {
        let plan = try plan(
            #"{"lr": [0.001, 0.002, 0.003, 0.004]}"#,
            #""full_rank", {"method": "galore", "rank": 8, "tune": {"lr": [0.01, 0.02], "scale": [0.25, 1]}}"#)
        #expect(plan.cells[1].trials.map { "\($0.final.training.learningRate) \($0.final.options["scale"]?.real ?? 0)" } == [
            "0.01 0.25", "0.01 1.0", "0.02 0.25", "0.02 1.0",
        ])
    }

    @Test(arguments: [
        (#"{"lr": [0.1], "seeds": [2]}"#, "2 is a seed of the sweep too"), (#"{}"#, "neither lr nor lr_factors"),
        (#"{"lr": [0.1], "lr_factors": [1]}"#, "lr and lr_factors"), (#"{"lr": []}"#, "an empty list"), (#"{"lr": [0]}"#, "tuning.lr[0]"),
        (#"{"lrs": [0.1]}"#, "did you mean"), (#"{"lr": [0.1], "steps": 0}"#, "tuning.steps"), (#"[]"#, "an object"),
    ])
    func tuningIsChecked(tuning: String, words: String) { #expect(problem(config(tuning)).contains(words), "\(problem(config(tuning)))") }

    @Test(arguments: [
        (#"{"method": "lora", "tune": {"lr": [0.1, 0.2]}}"#, "2 trials, 3 for other cells"),
        (#"{"method": "lora", "lr": [0.1, 0.2]}"#, "is swept, and tuned too"),
        (#"{"method": "lora", "rank": [4, 8], "tune": {"rank": [4, 8, 16]}}"#, "is swept too"),
        (#"{"method": "lora", "tune": {}}"#, "nothing to try"), (#"{"method": "lora", "tune": {"steps": [4]}}"#, "unknown key 'steps'"),
        (#"{"method": "lora", "tune": {"gamma": [0.1, 0.2, 0.3]}}"#, "unknown key 'gamma'"),
    ])
    func equalTermsAreHeld(method: String, words: String) {
        let text = config(#"{"lr": [0.1, 0.2, 0.3]}"#, #""full_rank", \#(method)"#)
        #expect(problem(text).contains(words), "\(problem(text))")
    }

    /// What comes to the same run is one trial, however it is written.
    @Test(arguments: [
        (#"{"lr": [0.01, 0.01, 0.02]}"#, #""full_rank""#, 2), (#"{"lr": [0.01, 1e-2, 0.02]}"#, #""full_rank""#, 2),
        (#"{"lr_factors": [1, 1.0, 2]}"#, #""full_rank""#, 2), (#"{"lr_factors": [1, 1.0000000001, 2]}"#, #""full_rank""#, 2),
        (#"{"lr": [0.01]}"#, #"{"method": "lora", "tune": {"lr": [0.01, 0.02, 0.01], "rank": [4, 4]}}"#, 2),
        (#"{"lr": [0.01]}"#, #"{"method": "full_rank", "tune": {"warmup_steps": [20], "lr": [0.1, 0.1]}}"#, 1),
        (#"{"lr": [0.01]}"#, #"{"method": "full_rank", "tune": {"warmup_ratio": [0.1, 0.1001]}}"#, 1),
    ])
    func trialsThatAreTheSameCountOnce(tuning: String, method: String, count: Int) throws {
        let plan = try plan(tuning, method)
        #expect(plan.cells.map(\.trials.count) == [count] && plan.duplicates > 0)
    }

    @Test func aSeedThatIsNamedTwiceIsOne() throws {
        let plan = try plan(#"{"lr": [0.01], "seeds": [100, 101, 100]}"#)
        #expect(plan.seeds == [100, 101])
    }

    @Test func repeatedTrialsAreNoEqualTerms() {
        let text = config(#"{"lr": [0.1, 0.2, 0.3]}"#, #""full_rank", {"method": "lora", "tune": {"lr": [0.1, 0.1, 0.2]}}"#)
        #expect(problem(text).contains("2 trials, 3 for other cells") && problem(text).contains("count once"), "\(problem(text))")
    }

    /// A cell of `include` is tuned like any other: without a choice it would have no run.
    @Test func includedCellsAreTunedToo() throws {
        let text = #"""
            {"model": ["9m", "20m"], "methods": ["full_rank"], "exclude": [{"size": "20m"}],
             "include": [{"method": "lora", "rank": 4, "model": "20m"}, {"method": "full_rank", "model": "9m"}],
             "tuning": {"lr_factors": [0.5, 1]}}
            """#
        let plan = try #require(try load(text).tuning)
        #expect(plan.cells.map { "\($0.draft.model.name) \($0.draft.method) \($0.trials.count)" } == ["9m full_rank 2", "20m lora 2"])
    }

    @Test func aGridWithoutTuningIsASlip() {
        let text = #"{"model": "9m", "methods": [{"method": "lora", "tune": {"lr": [0.1]}}]}"#
        #expect(problem(text).contains(#"there is no "tuning""#))
    }
}
