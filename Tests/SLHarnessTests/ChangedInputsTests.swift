import SLHarness
import SLSpec
import Testing

/// A plan says what changed since the last time, and nothing when nothing did.
@Suite struct ChangedInputsTests {
    private func note(_ change: (inout RunSpec) -> Void) throws -> String? {
        let spec = try Sample.spec("sltrain")
        var earlier = spec
        change(&earlier)
        return try Sample.plan([spec], FakeLedger(started: [earlier])).cells.first?.note
    }

    @Test func otherDataIsNamed() throws {
        #expect(try note { $0.data.corpusSHA256 = "0123456789" } == "the corpus changed: a… was 01234567…")
        #expect(try note { $0.data.tokenizerSHA256 = "f00" } == "the tokenizer changed: b… was f00…")
        #expect(try note { $0.data.packing = .truncate } == "the packing changed: concat, was truncate")
        #expect(try note { $0.data.validationTokens = 5 } == "the number of validation tokens changed: 1000, was 5")
        let both = try note {
            $0.data.corpusSHA256 = "c"
            $0.data.trainTokens = 7
        }
        #expect(both == "the corpus changed: a… was c…")
    }

    @Test func otherRunsAreNoChange() throws {
        #expect(try note { $0.data.name = "elsewhere" } == nil)
        #expect(
            try note {
                $0.data.corpusSHA256 = "c"
                $0.seed = 9
            } == nil)
        #expect(
            try note {
                $0.data.corpusSHA256 = "c"
                $0.training.steps = 11
            } == nil)
    }

    @Test func aFinishedRunOfAnotherProgramIsStale() throws {
        let spec = try Sample.spec("lost")
        func note(_ maker: ProgramIdentity, _ program: ProgramIdentity?, _ status: RunStatus = .finished) throws -> String? {
            let key = try spec.runKey()
            return try Sample.plan([spec], FakeLedger([key: status], made: [key: maker]), program: program).cells.first?.note
        }
        let now = ProgramIdentity(version: "2.0", commit: "abcdef0123456789")
        let old = ProgramIdentity(version: "1.0", commit: "abcdef0123456789", isModified: true)
        #expect(try note(old, now) == "stale: made by slbench 1.0 at abcdef01, modified, this is slbench 2.0 at abcdef01")
        #expect(try note(ProgramIdentity(version: "2.0", commit: "99"), now) == "stale: made by slbench 2.0 at 99, this is slbench 2.0 at abcdef01")
        #expect(try note(now, now) == nil && note(old, nil) == nil && note(old, now, .interrupted) == nil)
        #expect(try note(ProgramIdentity(version: "2.0"), now) == nil)
        let modified = ProgramIdentity(version: "2.0", commit: "abcdef0123456789", isModified: true)
        #expect(try note(modified, now) != nil && note(modified, modified) == nil)
    }
}
