import Foundation
import Testing

/// `slbench claims`: from no database to verdicts and a report.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct ClaimsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "results")

    private static func claim(_ id: String, _ expect: String) -> String {
        #"{"id": "\#(id)", "paper": "P", "source": "A 2024, arXiv:1", "place": "abstract", "read": "paper", "claim": "It is so.", "expect": [\#(expect)]}"#
    }

    private static let own = """
        {"claims": [\(claim("memory", #"{"quantity": "paper_memory", "row": {"method": "sltrain"}, "relation": "lower", "against": {"method": "full_rank"}, "margin": 0.9}"#)),
        \(claim("loss", #"{"quantity": "loss", "row": {"method": "sltrain", "support": "random"}, "relation": "lower", "against": {"method": "full_rank"}}"#)),
        \(claim("absent", #"{"quantity": "loss", "row": {"method": "lost"}, "relation": "lower", "against": {"method": "full_rank"}}"#))]}
        """

    /// The committed file, without any database: nothing is tested, and nothing fails.
    @Test func withoutADatabaseNothingIsTested() throws {
        try inWorkplace { place in
            try place.write(try String(contentsOf: Self.folder.appending(path: "claims.json"), encoding: .utf8), to: "results/claims.json")
            let listed = try place.run("claims", "--format", "json")
            #expect(listed.status == 0, "\(listed.talk)")
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]])
            #expect(rows.count >= 15 && rows.allSatisfy { $0["verdict"] as? String == "not tested" })
            #expect(listed.talk.contains("there is no such database, so nothing is tested"))
            #expect(try place.run("claims", "--db", "none.sqlite").status == 66, "one that was named must be there")
            #expect(try place.run("claims", "--sweep", "x").status == 66)
            #expect(try place.run("claims", "other.json").status == 66)
        }
    }

    @Test func verdictsComeFromRuns() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(extra: #", "seeds": [1, 2]"#), to: "tiny.json")
            #expect(try place.run("sweep", "tiny.json", "--no-report").status == 0)
            try place.write(Self.own, to: "own.json")
            let table = try place.run("claims", "own.json", "--format", "csv")
            #expect(table.status == 0, "\(table.talk)")
            let lines = table.output.split(whereSeparator: \.isNewline).map(String.init)
            #expect(lines.count == 4 && lines[0].hasPrefix("claim,paper,source,place,read,published,verdict,sweep,size,tokens,"))
            #expect(lines[1].hasPrefix("memory,") && lines[1].contains(",refuted,tiny,tiny,"), "no method saves nine tenths")
            #expect(lines[2].hasPrefix("loss,") && lines[2].contains(",undecided,tiny,tiny,"), "two seeds decide nothing")
            #expect(lines[3].hasPrefix("absent,") && lines[3].contains(",not tested,"))
            // Every run that a verdict rests on is in the database.
            let ids = try place.run("query", "SELECT run_id FROM comparison", "--format", "csv").output.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
            #expect(ids.count == 4 && ids.allSatisfy { lines[2].contains($0) })
            #expect(try place.run("claims", "own.json", "--sweep", "other").status == 74)
            #expect(try place.run("claims", "own.json").output.contains("refuted"))
        }
    }

    @Test func theReportIsWrittenAndGuarded() throws {
        try inWorkplace { place in
            try place.write(Self.own, to: "own.json")
            try place.write("my notes", to: "notes.md")
            for name in ["notes.md", "own.json", "x.html"] { #expect([64, 74].contains(try place.run("claims", "own.json", "-o", name).status), "\(name)") }
            for _ in 0..<2 { #expect(try place.run("claims", "own.json", "-o", "out/claims.md").status == 0) }
            let text = try place.read("out/claims.md")
            #expect(text.hasPrefix("# Published claims, and what was found\n") && text.contains("3 claims: 3 not tested."))
            #expect(text.contains("(claims-baselines.svg)") == FileManager.default.fileExists(atPath: place.folder.appending(path: "out/claims-baselines.svg").path))
            #expect(try place.read("notes.md") == "my notes")
        }
    }

    /// Mistakes in a file of claims are a config's mistakes.
    @Test func mistakesNameTheirPlace() throws {
        try inWorkplace { place in
            try place.write(Self.own.replacing("sltrain", with: "sltrane"), to: "own.json")
            let refused = try place.run("claims", "own.json")
            #expect(refused.status == 78 && refused.talk.contains("own.json: claims[0].expect[0].row.method: \"sltrane\" is no method"), "\(refused.talk)")
            #expect(refused.talk.contains("did you mean \"sltrain\"?") && refused.talk.contains("claims[1].expect[0].row.method"))
        }
    }

    /// What is committed is what the program makes of the committed claims, as far as nothing is tested.
    @Test func theCommittedReportHasEveryClaim() throws {
        let text = try String(contentsOf: Self.folder.appending(path: "claims.md"), encoding: .utf8)
        let tree = try JSONSerialization.jsonObject(with: Data(contentsOf: Self.folder.appending(path: "claims.json")))
        let claims = try #require((tree as? [String: Any])?["claims"] as? [[String: Any]])
        for claim in claims {
            let id = try #require(claim["id"] as? String)
            #expect(text.contains("| `\(id)` |"), "slbench claims -o results/claims.md writes \(id)")
        }
    }
}
