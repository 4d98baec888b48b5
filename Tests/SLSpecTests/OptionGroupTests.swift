import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// Options of a method with an object of their own: `restarts`.
@Suite struct OptionGroupTests {
    private let data = DataIdentity(
        name: "d", packing: .concat, corpusSHA256: "a", tokenizer: "bytes", tokenizerSHA256: "b", vocabularySize: 259, trainTokens: 1,
        validationTokens: 1)

    private func cells(_ entry: String, set overrides: [String] = []) throws -> [CellDraft] {
        try load(#"{"model": "60m", "methods": [\#(entry)]}"#, set: overrides).cells
    }

    private func problem(_ entry: String) -> String { SLSpecTests.problem(#"{"model": "60m", "methods": [\#(entry)]}"#) }

    @Test func theObjectBecomesDottedOptions() throws {
        let cell = try #require(
            try cells(#"{"method": "low_rank", "restarts": {"every": 200, "refactor": true, "reset_optimizer": true, "recovery_steps": 12, "schedule_offset": 0}}"#).first)
        #expect(cell.options["restarts.every"] == 200 && cell.options["restarts.recovery_steps"] == 12)
        #expect(cell.options["restarts.refactor"] == nil, "what is at its default is not written")
    }

    /// Absent, `null` and an interval of null are the run that there was before there were restarts.
    @Test(arguments: [#""restarts": null"#, #""restarts": {"every": null}"#, #""restarts": {"every": null, "recovery_steps": 3}"#])
    func withoutThemTheIdentityIsTheOld(words: String) throws {
        let old = try #require(try cells(#""sltrain""#).first)
        let cell = try #require(try cells(#"{"method": "sltrain", \#(words)}"#).first)
        #expect(try cell.spec(data: data).runKey() == old.spec(data: data).runKey())
        #expect(!(try cell.spec(data: data).canonicalJSON().contains("restarts")))
    }

    @Test func membersAreSweptAndOverridden() throws {
        let swept = try cells(#"{"method": "sltrain", "restarts": {"every": [null, 100, 200], "recovery_steps": [5, 10]}}"#)
        #expect(swept.map { $0.options["restarts.every"] } == [nil, 100, 100, 200, 200])
        let set = try cells(#"{"method": "sltrain", "restarts": {"every": 100}}"#, set: ["methods.sltrain.restarts.every=50"])
        #expect(set.map { $0.options["restarts.every"] } == [50])
        let zipped = try cells(#"{"method": "sltrain", "rank": [8, 16], "restarts": {"every": [100, 200]}, "zip": ["rank", "restarts.every"]}"#)
        #expect(zipped.count == 2)
    }

    @Test func whatIsWrongIsNamed() {
        #expect(problem(#"{"method": "sltrain", "restarts": {"evry": 200}}"#).contains("did you mean 'every'?"))
        #expect(problem(#"{"method": "sltrain", "restarts": {"refactor": false}}"#).contains("an object without \"every\""))
        #expect(problem(#"{"method": "sltrain", "restarts": {"every": 0}}"#).contains("methods[0].restarts.every"))
        #expect(problem(#"{"method": "sltrain", "restarts": 200}"#).contains("methods[0].restarts"))
        #expect(problem(#"{"method": "sltrain", "restarts.every": 200}"#).contains("unknown key 'restarts.every'"))
        #expect(problem(#"{"method": "galore", "restarts": {"every": 200}}"#).contains("unknown key 'restarts'"))
    }
}
