import Foundation
import Testing

/// What is measured on the way, and of a file of weights.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct DiagnoseTests {
    private func rows(_ text: String) -> [[Substring]] { text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false) } }

    @Test func aProbedSweepIsThatWithoutProbesAndItsWeightsSayTheSame() throws {
        try inWorkplace { place in
            let methods = #""full_rank", {"method": "galore", "rank": 4, "update_interval": 2}, {"method": "lost", "rank": 4}"#
            let plain = Workplace.config(methods: methods)
            try place.write(plain, to: "plain.json")
            let end = try #require(plain.lastIndex(of: "}"))
            try place.write(plain[..<end] + #", "probes": {"moments": 3, "tokens": 64}}"#, to: "probed.json")
            #expect(try place.run("plan", "probed.json").output.contains("probes at 3 moments"))
            #expect(try place.run("sweep", "plain.json", "--no-report").status == 0)
            #expect(try place.run("sweep", "probed.json", "--no-report").status == 0)
            let digests = try place.run(
                "query", "SELECT method, count(DISTINCT weights_sha256), count(*) FROM run_spec JOIN run_result USING (run_id) GROUP BY method ORDER BY method", "--format", "csv")
            #expect(rows(digests.output).dropFirst().map { $0.joined(separator: " ") } == ["full_rank 1 2", "galore 1 2", "lost 1 2"])
            let counts = try place.run(
                "query", "SELECT method, count(spectral_norm) > 0 FROM probe_spectrum JOIN run_spec USING (run_id) GROUP BY method ORDER BY method", "--format", "csv")
            #expect(rows(counts.output).dropFirst().map { $0.joined(separator: " ") } == ["full_rank 1", "galore 1", "lost 0"])
            #expect(try place.run("db", "check").status == 0)

            let id = try place.run("query", "SELECT run_id FROM run_spec WHERE method = 'full_rank' AND json_extract(spec, '$.probes') IS NOT NULL", "--format", "csv")
            #expect(try place.run("export", String(try #require(rows(id.output).last?.first)), "--to", "safetensors", "-o", "out").status == 0)
            let recorded = try place.run(
                "query", """
                    SELECT role, effective_rank FROM probe_by_role JOIN run_result USING (run_id)
                    WHERE method = 'full_rank' AND subject = 'weight' AND step = steps ORDER BY role
                    """, "--format", "csv")
            let told = try place.run("diagnose", "out/model.safetensors", "--format", "csv")
            let means = rows(told.output).dropFirst().filter { $0[1] != "all" }.map { [$0[1], $0[7]] }.sorted { $0[0] < $1[0] }
            #expect(told.status == 0 && means.count == 7)
            for (mine, theirs) in zip(means, rows(recorded.output).dropFirst()) {
                #expect(mine[0] == theirs[0])
                #expect(abs((Double(mine[1]) ?? 0) - (Double(theirs[1]) ?? 1)) < 1e-6)
            }
            let both = try place.run("diagnose", "out/model.safetensors", "--start", "out/model.safetensors", "--config", "probed.json", "--layers", "--format", "csv")
            #expect(both.status == 0 && both.talk.contains("loss on the fixed batch"))
            #expect(Set(rows(both.output).dropFirst().map { $0[0] }) == ["weight", "distance", "gradient"])
            let cut = try place.run("diagnose", "out/model.safetensors", "--config", "probed.json", "--truncate", "0,0.5", "--format", "csv")
            #expect(cut.status == 0 && rows(cut.output).count == 3 && rows(cut.output)[1][2] == rows(cut.output)[1][4], "\(cut.output)")
        }
    }

    @Test func whatCanNotBeDiagnosedIsRefused() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: "\"full_rank\""), to: "c.json")
            #expect(try place.run("diagnose", "none.safetensors").status == 66)
            #expect(try place.run("diagnose", "none.safetensors", "--model", "61m").status == 64)
            #expect(try place.run("diagnose", "none.safetensors", "--model", "9m").status == 66)
            #expect(try place.run("diagnose", "none.safetensors", "--truncate", "0.5").status == 64)
            #expect(try place.run("diagnose", "none.safetensors", "--config", "c.json", "--truncate", "1").status == 64)
            #expect(try place.run("diagnose", "none.safetensors", "--tokens", "5").status == 64)
        }
    }
}
