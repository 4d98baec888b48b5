import SLSpec
import Testing

/// The batch of an evaluation that is a mean of batch means.
struct EvaluationBatchTests {
    private func text(_ evaluation: String, _ training: String = #""batch_size": 16"#) -> String {
        #"{"model": "9m", "methods": ["full_rank", {"method": "lora", "batch_size": 4}], "training": {\#(training)}, "evaluation": {\#(evaluation)}}"#
    }

    @Test func oneForAllCells() throws {
        #expect(try load(text(#""mode": "galore-compat", "batch_size": 5"#)).cells.map(\.evaluation.batchSize) == [5, 5])
        #expect(try load(text(#""mode": "galore-compat""#)).cells.map(\.evaluation.batchSize) == [16, 16])
        #expect(try load(text(#""mode": "galore-compat""#, "")).cells.map(\.evaluation.batchSize) == [8, 8])
    }

    @Test func tuningTrialsHaveItToo() throws {
        let config = #"""
            {"model": "9m", "methods": ["full_rank"], "evaluation": {"mode": "galore-compat", "batch_size": 5, "every": 3},
             "tuning": {"lr": [0.1, 0.2]}}
            """#
        let trial = try #require(try load(config).tuning?.cells.first?.trials.first)
        #expect(trial.draft.evaluation == EvaluationSpec(every: 0, tokens: 65_536, mode: .galoreCompat, batchSize: 5))
    }

    @Test(arguments: [#""batch_size": 5"#, #""mode": "token-weighted", "batch_size": 5"#]) func withoutEffectItIsRefused(evaluation: String) {
        #expect(problem(text(evaluation)).contains(#"evaluation.batch_size: has no effect with mode "token-weighted""#), "\(problem(text(evaluation)))")
    }

    @Test(arguments: ["0", "1.5", "\"many\""]) func itIsACount(value: String) {
        #expect(problem(text(#""mode": "galore-compat", "batch_size": \#(value)"#)).contains("evaluation.batch_size"))
    }

    @Test func itIsIdentityOnlyWhereItActs() throws {
        func key(_ evaluation: String) throws -> String {
            let data = DataIdentity(
                name: "d", packing: .concat, corpusSHA256: "a", tokenizer: "bytes", tokenizerSHA256: "b", vocabularySize: 300, trainTokens: 1000,
                validationTokens: 100)
            return try #require(try load(text(evaluation)).cells.first).spec(data: data).runKey()
        }
        #expect(try key(#""mode": "galore-compat", "batch_size": 5"#) != key(#""mode": "galore-compat""#))
        #expect(try key(#""mode": "galore-compat", "batch_size": 16"#) == key(#""mode": "galore-compat""#))
        let ordinary = try #require(try load(text("")).cells.first)
        #expect(ordinary.evaluation.batchSize == nil)
    }
}
