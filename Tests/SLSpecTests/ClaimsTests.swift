import Foundation
import SLMethods
import SLMethodKit
import SLSpec
import Testing

/// Files of claims are read strictly, and the one that is committed is right.
@Suite struct ClaimsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "results")
    private static let catalog = BuiltinMethods.registry.catalog

    private static func claim(_ expect: String, id: String = "a", more: String = "") -> String {
        #"{"id": "\#(id)", "paper": "P", "source": "A 2024, arXiv:1", "place": "abstract", "read": "paper", "claim": "It is so.", "expect": [\#(expect)]\#(more)}"#
    }

    private static func file(_ claims: String...) -> String { #"{"claims": [\#(claims.joined(separator: ", "))]}"# }

    private static let test = #"{"quantity": "loss", "row": {"method": "sltrain", "support": "random"}, "relation": "not_higher", "against": {"method": "full_rank"}, "margin": 0.05}"#

    private func issues(_ text: String) -> [ConfigIssue] {
        do {
            _ = try Claims.load(text: text, name: "c.json", catalog: Self.catalog)
            return []
        } catch let error as ConfigError {
            return error.issues
        } catch {
            return [ConfigIssue(file: "", keyPath: "", problem: "\(error)")]
        }
    }

    // MARK: What is committed

    @Test func theCommittedClaimsAreRead() throws {
        let claims = try Claims.load(file: Self.folder.appending(path: "claims.json"), catalog: Self.catalog)
        #expect(claims.count >= 15)
        let papers = Set(claims.map(\.paper))
        for paper in ["SLTrain", "ReLoRA", "GaLore", "LOST", "Fira", "CoLA", "APOLLO", "Muon", "LORO", "AdaRankGrad", "Benchmark of Glentis et al."] {
            #expect(papers.contains(paper), "\(paper)")
        }
        for claim in claims {
            #expect(claim.source.contains("arXiv:") || claim.source.contains("OpenReview"), "\(claim.id) without a place to find it")
            #expect(claim.words.hasSuffix("."), "\(claim.id)")
        }
        #expect(try #require(claims.first { $0.id == "sltrain-is-comparable" }).tests == [
            ClaimTest(
                .loss, ClaimRow(["sltrain"], [.init("restarts.every", [.null]), .init("support", [.text("random")])]), .notHigher,
                ClaimRow(["full_rank"], [.init("optimizer", [.text("adamw")])]), margin: 0.05)
        ])
    }

    /// The schema that editors use and the program know the same keys and words.
    @Test func theSchemaSaysWhatTheProgramReads() throws {
        func tree(_ name: String) throws -> JSONValue {
            try JSONValue.parse(try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8))
        }
        let schema = try tree("claims.schema.json")
        let definitions = try #require(schema["$defs"])
        #expect(Set(SchemaChecker.keys(of: schema["properties"])) == Set(Claims.topKeys))
        #expect(Set(SchemaChecker.keys(of: definitions["claim"]?["properties"])) == Set(Claims.claimKeys))
        let test = try #require(definitions["test"]?["properties"])
        #expect(Set(SchemaChecker.keys(of: test)) == Set(Claims.testKeys))
        func words(_ value: JSONValue?) -> JSONValue? { value?["enum"] }
        #expect(words(test["quantity"]) == .array(ClaimTest.Quantity.allCases.map { .string($0.rawValue) }))
        #expect(words(test["relation"]) == .array(ClaimTest.Relation.allCases.map { .string($0.rawValue) }))
        #expect(words(definitions["claim"]?["properties"]?["read"]) == .array(Claim.Evidence.allCases.map { .string($0.rawValue) }))
        #expect(words(definitions["row"]?["properties"]?["match"]) == .array(MatchQuantity.allCases.map { .string($0.rawValue) }))
        #expect(SchemaChecker(root: schema).problems(try tree("claims.json")) == [])
    }

    // MARK: What is read

    @Test func rowsAndNumbersAreRead() throws {
        let text = Self.file(Self.claim(
            #"{"quantity": "paper_memory", "row": {"method": ["galore", "fira"], "rank": [32, 64.0], "x-why": "no key", "restarts.every": {"above": 0}}, "relation": "lower", "against": {"method": "full_rank", "match": "parameters"}, "sizes": ["9m"]}"#,
            more: #", "note": "n""#))
        let claim = try Claims.load(text: text, name: "c.json")[0]
        #expect(claim.note == "n" && claim.evidence == .paper)
        #expect(claim.tests == [
            ClaimTest(
                .paperMemory,
                ClaimRow(["galore", "fira"], [.init("rank", [.integer(32), .integer(64)]), .init("restarts.every", above: 0)]), .lower,
                ClaimRow(["full_rank"], match: .parameters), sizes: ["9m"])
        ])
        #expect(claim.tests[0].row.words == "galore or fira (rank 32 or 64, restarts.every above 0)")
        #expect(claim.tests[0].against?.words == "full_rank (as large in parameters as another row)")
        #expect(try Claims.load(text: Self.file(Self.claim("")), name: "c.json")[0].tests.isEmpty)
    }

    // MARK: What is refused

    @Test(arguments: [
        ("{}", "claims", "missing"), (#"{"claims": []}"#, "claims", "[] given"), ("[]", "", "[] is a list"), ("{", "", "line 1"),
        (#"{"claims": [3]}"#, "claims[0]", "3 is a whole number"), (file(claim("3")), "claims[0].expect[0]", "3 is a whole number"),
        (file(claim(test).replacing(#""place": "abstract", "#, with: "")), "claims[0]", "'place' is missing"),
        (file(claim(test).replacing(#""paper", "claim""#, with: #""papers", "claim""#)), "claims[0].read", "\"papers\" given"),
        (file(claim(test), claim(test)), "claims[1].id", "\"a\" is that of claims[0], too"),
        (file(claim(test, id: "a b")), "claims[0].id", "\"a b\" given"),
        (file(claim(test, more: #", "nots": "n""#)), "claims[0].nots", "unknown key 'nots'"),
        (file(claim(test.replacing("not_higher", with: "better"))), "claims[0].expect[0].relation", "\"better\" given"),
        (file(claim(test.replacing("\"loss\"", with: "\"los\""))), "claims[0].expect[0].quantity", "\"los\" given"),
        (file(claim(test.replacing("0.05", with: "-1"))), "claims[0].expect[0].margin", "-1 given"),
        (file(claim(test.replacing("sltrain", with: "sltrane"))), "claims[0].expect[0].row.method", "\"sltrane\" is no method"),
        (file(claim(test.replacing("support", with: "suport"))), "claims[0].expect[0].row.suport", "unknown key 'suport'"),
        (file(claim(test.replacing("\"random\"", with: "{}"))), "claims[0].expect[0].row.support", "{} given"),
        (file(claim(test.replacing(#", "against": {"method": "full_rank"}"#, with: ""))), "claims[0].expect[0].against", "missing"),
        (file(claim(test.replacing("loss", with: "gradient_rank"))), "claims[0].expect[0].against", "given"),
        (file(claim(test.replacing("not_higher", with: "alike").replacing("0.05", with: "0"))), "claims[0].expect[0].margin", "0 for alike"),
    ]) func whatIsWrongIsNamedWithItsPath(text: String, path: String, problem: String) {
        let found = issues(text)
        #expect(found.contains { $0.file == "c.json" && $0.keyPath == path && $0.problem.contains(problem) }, "\(found)")
    }

    @Test func everythingIsReportedTogetherWithTheNearestKey() {
        let found = issues(Self.file(Self.claim(Self.test.replacing("support", with: "suport").replacing("not_higher", with: "lowre"), more: #", "nots": "n""#)))
        #expect(found.count == 3 && found.compactMap(\.hint).count == 3, "\(found)")
        #expect(found.contains { $0.hint == "did you mean 'support'?" } && found.contains { $0.hint == "did you mean \"lower\"?" })
    }
}
