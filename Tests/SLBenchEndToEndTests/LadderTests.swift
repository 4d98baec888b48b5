import Foundation
import Testing

/// A ladder of budgets on the real binary.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct LadderTests {
    private static let config = """
        {
          "model": { "name": "mini", "vocab_size": 259, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2 },
          "methods": ["full_rank", { "method": "low_rank", "rank": 4 }], "seeds": [1, 2],
          "data": { "corpus": "synthetic", "tokenizer": "bytes" },
          "training": { "tokens_per_parameter": [0.05, 0.1], "batch_size": 2, "sequence_length": 16, "lr": 0.003, "warmup_ratio": 0.25 },
          "evaluation": { "tokens": 256 }
        }
        """

    /// 4 · 16² + 3 · 16 · 32 = 2560 parameters in the blocks: 128 and 256 tokens, 4 and 8 updates of 32.
    @Test func twoRungs() throws {
        try inWorkplace { place in
            try place.write(Self.config, to: "ladder.json")
            let valid = try place.run("validate", "ladder.json")
            #expect(valid.output.contains("8 cells") && valid.output.contains("mini: 128 tokens a run, 0.05 for each parameter of the block linears"), "\(valid.output)")
            #expect(valid.output.contains("mini: 256 tokens a run, 0.10 for each"), "\(valid.output)")
            let plan = try place.run("plan", "ladder.json")
            #expect(plan.output.contains("8 of 8 cells to run") && plan.output.contains("per param"), "\(plan.output)")
            #expect(plan.output.contains("steps 4") && plan.output.contains("steps 8") && !plan.output.contains("warmup_steps"), "\(plan.output)")
            let sweep = try place.run("sweep", "ladder.json")
            #expect(sweep.status == 0, "\(sweep.talk)")
            func rows(_ sql: String) throws -> [String] {
                try place.run("query", sql, "--format", "csv").output.split(whereSeparator: \.isNewline).map(String.init).dropFirst().map { $0 }
            }
            #expect(try rows("SELECT method, steps, tokens, count(*) FROM comparison GROUP BY method, steps ORDER BY method, steps") == [
                "full_rank,4,128,2", "full_rank,8,256,2", "low_rank,4,128,2", "low_rank,8,256,2",
            ])
            let report = try place.read("results/ladder.md")
            #expect(report.contains("## The ladder") && report.contains("mini, 128 tokens") && report.contains("mini, 256 tokens") && report.contains("Kendall's τ"))
            // The same budgets under another key are the same runs.
            let other = Self.config.replacing("\"tokens_per_parameter\": [0.05, 0.1]", with: "\"steps\": [4, 8]")
            try place.write(other, to: "steps.json")
            #expect(try place.run("plan", "steps.json", "--set", "name=ladder").output.contains("nothing to run"))
        }
    }
}
