import Foundation
import Testing

/// One cell of a config, from drawn or from given weights.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct TrainTests {
    private func losses(_ place: Workplace, _ run: String) throws -> [Double] {
        try place.run("query", "SELECT loss FROM evaluation WHERE run_id = '\(run)' ORDER BY step", "--format", "csv").output
            .split(whereSeparator: \.isNewline).dropFirst().compactMap { Double($0) }
    }

    private func runs(_ place: Workplace) throws -> [(id: String, method: String, sweep: String, initialization: String)] {
        let sql = """
            SELECT c.run_id, c.method, coalesce(c.sweep, '-'), coalesce(json_extract(s.spec, '$.initialization'), '-')
            FROM comparison c JOIN run_spec s USING (run_id) JOIN run r USING (run_id) ORDER BY r.started_at
            """
        return try place.run("query", sql, "--format", "csv").output.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let cells = line.split(separator: ",").map(String.init)
            return (cells[0], cells[1], cells[2], cells[3])
        }
    }

    @Test func oneCellIsTrainedAndGivenWeightsAreItsBeginning() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank", "galore", {"method": "low_rank", "rank": 4}"#), to: "tiny.json")
            // Several cells: which, and how each is named.
            let several = try place.run("train", "tiny.json")
            #expect(several.status == 64 && several.talk.contains("3 cells and one is trained"))
            #expect(several.talk.contains("--only size=tiny,method=low_rank,rank=4,seed=1"))

            let first = try place.run("train", "tiny.json", "--only", "method=full_rank")
            #expect(first.status == 0 && first.output.contains("full_rank"), "\(first.talk)")
            #expect(try runs(place).map(\.sweep) == ["tiny"])
            // A sweep finds it done.
            #expect(try place.run("sweep", "tiny.json", "--no-report").talk.contains("done"))
            let source = try #require(try runs(place).first { $0.method == "full_rank" })
            #expect(try place.run("export", source.id, "--to", "safetensors", "-o", "out").status == 0)

            for method in ["full_rank", "galore"] {
                let run = try place.run("train", "tiny.json", "--only", "method=\(method)", "--init", "out/model.safetensors")
                #expect(run.status == 0 && run.talk.contains("starts from the weights"), "\(run.talk)")
                let made = try #require(try runs(place).last)
                #expect(made.method == method && made.sweep == "tiny-init" && made.initialization.count == 64)
                let (old, new) = (try losses(place, source.id), try losses(place, made.id))
                #expect(abs(try #require(new.first) - #require(old.last)) <= 1e-6)
                let compared = try place.run("compare", source.id, made.id).output
                #expect(compared.contains("`initialization`") && compared.contains(made.initialization))
                // The same again is done already; by the digest alone it is the same run.
                #expect(try place.run("train", "tiny.json", "--only", "method=\(method)", "--init", made.initialization).talk.contains("nothing to run"))
            }
            let refused = try place.run("train", "tiny.json", "--only", "method=low_rank", "--init", "out/model.safetensors")
            #expect(refused.status == 65 && refused.talk.contains("lora_A, lora_B") && refused.talk.contains("--factored"))
            let low = try #require(try runs(place).first { $0.method == "low_rank" })
            #expect(try place.run("export", low.id, "--to", "safetensors", "--factored", "-o", "factors").status == 0)
            #expect(try place.run("train", "tiny.json", "--only", "method=low_rank", "--init", "factors/model.safetensors").status == 0)
            let again = try #require(try runs(place).last)
            #expect(try losses(place, again.id).first == losses(place, low.id).last)

            // A file that is missing, or nobody's; a digest of which no run has begun.
            #expect(try place.run("train", "tiny.json", "--only", "method=galore", "--init", "none.safetensors").status == 66)
            #expect(try place.run("train", "tiny.json", "--only", "method=galore", "--init", "tiny.json").status == 65)
            let digest = String(repeating: "0", count: 64)
            let unknown = try place.run("train", "tiny.json", "--only", "method=galore", "--init", digest)
            #expect(unknown.status == 2 && unknown.talk.contains("no file was named"), "\(unknown.talk)")
        }
    }
}
