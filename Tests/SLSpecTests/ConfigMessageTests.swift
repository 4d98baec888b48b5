import Foundation
import SLSpec
import Testing

/// Whole messages, as a user reads them: where, what, what is allowed, how to fix it.
@Suite struct ConfigMessageTests {
    private func lines(_ text: String...) -> String { text.joined(separator: "\n") }

    @Test func aMisspeltKey() {
        #expect(
            problem(#"{"model": "9m", "methods": ["full_rank"], "evaluation": {"evry": 5}}"#)
                == lines(
                    "test.json: evaluation.evry: unknown key 'evry'", "  allowed: batch_size, every, held_out, held_out_time, held_out_tokens, mode, rows, test_tokens, tokens", "  hint: did you mean 'every'?"))
    }

    @Test func anAuthorsName() {
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "sltrain", "sp_ratio": 0.03}]}"#).hasSuffix(
                "\n  hint: 'sp_ratio' is the authors' name; here it is 'delta'"))
        #expect(
            problem(#"{"model": "9m", "methods": ["lost"], "training": {"num_training_steps": 3}}"#).hasSuffix(
                "\n  hint: 'num_training_steps' is the authors' name; here it is 'steps'"))
    }

    @Test func anAuthorsNameOfAnotherMethod() {
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "full_rank", "update_proj_gap": 200}]}"#).hasSuffix(
                "; full_rank has no use for it"))
        let hint = problem(#"{"model": "9m", "methods": [{"method": "full_rank", "update_proj_gap": 200}]}"#).components(separatedBy: "  hint: ").last ?? ""
        #expect(hint.hasPrefix("'update_proj_gap' is the authors' name of 'update_interval', an option of galore, "))
    }

    @Test func keysInTheWrongObject() {
        func hint(_ text: String) -> String? { problem(text).components(separatedBy: "  hint: ").last }
        let start = #"{"model": "9m", "methods": ["lost"], "#
        #expect(hint(start + #""corpus": "sotu"}"#) == #"'corpus' belongs inside "data""#)
        #expect(hint(start + #""training": {"seeds": [1]}}"#) == #"'seeds' belongs at the top level, beside "methods""#)
        #expect(
            hint(start + #""training": {"residual_rank": 5}}"#)
                == #"'residual_rank' is an option of lost: write it inside the method's object, e.g. {"method": "lost", "residual_rank": …}"#)
        #expect(
            hint(start + #""max_length": 256}"#) == #"'max_length' is the authors' name; here it is 'sequence_length' inside "training""#)
        #expect(hint(#"{"model": "9m", "methods": [{"method": "lost", "every": 3}]}"#) == #"'every' belongs inside "evaluation""#)
        #expect(hint(start + #""evaluation": {"eval_every": 9}}"#) == "here it is 'every'")
    }

    @Test func aRankAboveTheSmallerSide() {
        #expect(
            problem(#"{"model": "60m", "methods": [{"method": "galore", "rank": [128, 513]}]}"#)
                == lines(
                    "test.json: methods[0].rank: 513 exceeds the smaller side of the layer 'self_attn.q_proj' [512, 512] of model '60m'",
                    "  allowed: 1 to 512 for model '60m'", "  hint: lower the rank, or leave this model out"))
    }

    @Test func aValueOutOfRange() {
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "lost", "activation": "Silu"}]}"#)
                == lines(
                    "test.json: methods[0].activation: \"Silu\" given", "  allowed: one of \"silu\", \"identity\"",
                    "  hint: did you mean \"silu\"?"))
        #expect(
            problem(#"{"model": "9m", "methods": ["lost"], "training": {"lr": [1e-3, 2e-3]}}"#)
                == lines(
                    "test.json: training.lr: [0.001, 0.002] given", "  allowed: a number above 0",
                    "  hint: a list is swept inside a method's object, not here"))
        #expect(
            problem(#"{"model": "9m", "methods": [{"method": "galore", "update_interval": 9223372036854775807}]}"#)
                == lines("test.json: methods[0].update_interval: 9223372036854775807 given", "  allowed: a whole number up to 2147483647"))
    }

    @Test func anOverride() {
        #expect(
            problem(#"{"model": "9m", "methods": ["lost", "sltrain"]}"#, set: ["methods.sltrian.rank=3"])
                == lines(
                    "--set: methods.sltrian.rank: methods: no entry for 'sltrian'", "  allowed: lost, sltrain",
                    "  hint: did you mean --set methods.sltrain.rank=…?"))
        #expect(
            problem(#"{"model": "9m", "methods": ["lost"]}"#, set: ["methods[2].rank=3"])
                == lines("--set: methods[2].rank: methods: no entry [2]", "  allowed: methods[0]"))
        #expect(
            problem(#"{"model": "9m", "methods": ["lost"]}"#, set: ["model.hidden_size=3"])
                == lines(
                    "--set: model.hidden_size: model: \"9m\" has no part 'hidden_size'", "  hint: --set model=… replaces the whole value"))
        let deep = Array(repeating: "a", count: 50_000).joined(separator: ".")
        #expect(problem(#"{"model": "9m", "methods": ["lost"]}"#, set: [deep + "=1"]).contains("a path of 50000 parts"))
    }

    @Test func listsThatMakeTooManyRuns() {
        let many = "[" + (1...100).map(String.init).joined(separator: ", ") + "]"
        let text = #"{"model": "9m", "methods": [{"method": "lost", "steps": \#(many), "batch_size": \#(many), "rank": \#(many)}]}"#
        #expect(problem(text).contains("methods: the lists make 1000000 runs\n  allowed: at most 10000 runs a sweep"))
    }
}
