import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// A list of budgets: every method on each.
struct LadderTests {
    static let catalog = BuiltinMethods.registry.catalog

    private func text(_ training: String, _ methods: String = #""full_rank", {"method": "low_rank", "rank": [4, 8]}"#, _ more: String = "") -> String {
        #"{"model": "9m", "methods": [\#(methods)], "training": {"batch_size": 4, "sequence_length": 16, \#(training)}\#(more)}"#
    }

    @Test func everyMethodClimbsIt() throws {
        let cells = try load(text(#""tokens": [640, 1280, 6400]"#)).cells
        #expect(cells.map { "\($0.method) \($0.options["rank"]?.integer ?? 0) \($0.training.steps)" } == [
            "full_rank 0 10", "full_rank 0 20", "full_rank 0 100", "low_rank 4 10", "low_rank 4 20", "low_rank 4 100",
            "low_rank 8 10", "low_rank 8 20", "low_rank 8 100",
        ])
        #expect(cells.map(\.training.warmupSteps).prefix(3) == [1, 2, 10], "the warm-up is a share of each budget")
    }

    @Test(arguments: [
        (#""steps": [10, 20]"#, [10, 20]), (#""tokens": [640, 641]"#, [10, 11]), (#""flops": [6400, 12800]"#, [10, 20]),
        (#""tokens_per_parameter": [0.001, 0.002]"#, [13, 26]), (#""steps": [10]"#, [10]), (#""steps": 10"#, [10]),
    ])
    func anyBudgetMayBeALadder(training: String, steps: [Int]) throws {
        #expect(try load(text(training, #""full_rank""#)).cells.map(\.training.steps) == steps)
    }

    @Test func aMethodsOwnBudgetIsOnNoRung() throws {
        let cells = try load(text(#""steps": [10, 20]"#, #""full_rank", {"method": "lora", "tokens": 64}, {"method": "galore", "steps": [5, 6]}"#)).cells
        #expect(cells.map { "\($0.method) \($0.training.steps)" } == ["full_rank 10", "full_rank 20", "lora 1", "galore 5", "galore 6"])
    }

    @Test func includedCellsClimbToo() throws {
        let cells = try load(text(#""steps": [10, 20]"#, #""full_rank""#, #", "include": [{"method": "lora", "seeds": [7]}]"#)).cells
        #expect(cells.map { "\($0.method) \($0.training.steps) \($0.seed)" } == ["full_rank 10 1", "full_rank 20 1", "lora 10 7", "lora 20 7"])
    }

    @Test func equalRungsAreOne() throws {
        let config = try load(text(#""tokens": [640, 639]"#, #""full_rank""#))
        #expect(config.cells.count == 1 && config.duplicates == 1)
    }

    @Test func everyRungIsTuned() throws {
        let plan = try #require(try load(text(#""steps": [10, 20]"#, #""full_rank""#, #", "tuning": {"lr": [0.1, 0.2]}"#)).tuning)
        #expect(plan.cells.map { $0.trials.map(\.draft.training.steps) } == [[10, 10], [20, 20]])
        #expect(plan.cells.map { $0.trials.map(\.final.training.steps) } == [[10, 10], [20, 20]])
        // Trials of one length are the same runs for all rungs.
        let short = try #require(try load(text(#""steps": [10, 20]"#, #""full_rank""#, #", "tuning": {"lr": [0.1, 0.2], "steps": 5}"#)).tuning)
        #expect(short.cells.count == 2 && short.cells[0].trials.map(\.draft) == short.cells[1].trials.map(\.draft))
        #expect(short.cells.map { $0.trials.map(\.final.training.steps) } == [[10, 10], [20, 20]])
    }

    @Test func memoryIsPredictedOnce() throws {
        let config = try load(text(#""steps": [10, 20]"#, #""full_rank""#, #", "predict": "20m""#))
        #expect(config.predicted.map(\.training.steps) == [20])
    }

    @Test(arguments: [
        (#""steps": []"#, "training.steps: an empty list"), (#""steps": [5, 0]"#, "training.steps[1]"), (#""steps": [5], "tokens": [5, 6]"#, "tokens: given beside steps"),
        (#""steps": [5, 20], "warmup_steps": 10"#, "warmup_steps 10 is more than steps 5"), (#""lr": [0.1, 0.2]"#, "a list is swept inside a method's object"),
    ])
    func laddersAreChecked(training: String, words: String) {
        let found = problem(text(training))
        #expect(found.contains(words), "\(found)")
    }

    // MARK: Memory as a budget

    private func matched(_ methods: String, sizes: @escaping (PredictionSpec) -> Double?) throws -> [CellDraft] {
        try SweepConfig.load(
            text: #"{"model": "9m", "methods": [\#(methods)]}"#, name: "t.json", folder: FileManager.default.temporaryDirectory, catalog: Self.catalog,
            measure: { _, spec in sizes(spec) }
        ).cells
    }

    /// A method with half the reference's memory at its width is given the width at which it has all of it.
    @Test func aQuantityAloneIsTheReferences() throws {
        func size(_ spec: PredictionSpec) -> Double? { Double(spec.model.denseParameterCount) * (spec.method == "low_rank" ? 0.5 : spec.training.optimizer.isStandard ? 1 : 3) }
        let cells = try matched(#"{"method": "full_rank", "optimizer": "muon"}, "full_rank", {"method": "low_rank", "match": "paper_memory"}"#, sizes: size)
        let picked = try #require(cells.last)
        #expect(picked.model.match?.row == "full_rank" && picked.model.match?.quantity == .paperMemory && picked.model.hiddenSize > 128)
        let reference = try #require(size(cells[1].prediction)), found = try #require(size(picked.prediction))
        #expect(abs(found / reference - 1) <= 0.01, "as large as the plain row, not as the first")
    }

    @Test func whatItHasAnywayIsNoMatch() {
        func words(_ methods: String) -> String {
            do {
                _ = try matched(methods) { Double($0.model.denseParameterCount) }
                return ""
            } catch let error as ConfigError { return error.issues.map(\.rendered).joined() } catch { return "\(error)" }
        }
        #expect(words(#""full_rank", {"method": "full_rank", "lr": 0.1, "match": "memory"}"#).contains("has the memory of the reference as it is"))
        #expect(words(#""lora", {"method": "low_rank", "match": "memory"}"#).contains("there is no reference"))
        #expect(words(#""full_rank", {"method": "low_rank", "match": "papermemory"}"#).contains("paper_memory"))
    }
}
