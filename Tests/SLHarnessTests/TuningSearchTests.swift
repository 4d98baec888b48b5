import Foundation
import SLHarness
import SLMethodKit
import SLMethods
import SLSpec
import Synchronization
import Testing

/// From recorded trials to the next ones and to the choice.
@Suite struct TuningSearchTests {
    private let data = DataIdentity(
        name: "x", packing: .concat, corpusSHA256: String(repeating: "a", count: 64), tokenizer: "bytes",
        tokenizerSHA256: String(repeating: "b", count: 64), vocabularySize: 32_000, trainTokens: 1_000_000, validationTokens: 5000)

    private func config(_ tuning: String) throws -> SweepConfig {
        try SweepConfig.load(
            text: #"""
                {"model": "9m", "seeds": [1, 2], "training": {"steps": 100, "lr": 0.001},
                 "methods": ["full_rank", {"method": "galore", "rank": 8, "tune": {"scale": {"factor": 2}}}],
                 "tuning": {"seeds": [100, 101], \#(tuning)}}
                """#, name: "t.json", folder: FileManager.default.temporaryDirectory, catalog: BuiltinMethods.registry.catalog)
    }

    private static let descent = #""search": "coordinate_descent", "max_trials": 20, "coordinates": {"lr": {"factor": 2}}"#

    /// Best at 0.004 for short trials and at 0.008 for long ones; 0.016 diverges on one seed. Galore's scale is best at its own 0.25.
    private static func loss(_ draft: CellDraft) -> Double? {
        let rate = draft.training.learningRate
        if rate > 0.012, draft.seed == 101 { return nil }
        let best = draft.training.steps < 100 ? 0.004 : 0.008
        let scale = draft.options["scale"]?.real.map { abs(log2($0 / 0.25)) } ?? 0
        return 5 + 0.1 * abs(log2(rate / best)) + 0.05 * scale + 0.001 * Double(draft.seed % 2)
    }

    private static func standing(_ draft: CellDraft) -> TuningChoice.Standing {
        let loss = loss(draft)
        return .init(status: loss == nil ? .diverged : .finished, evalLoss: loss)
    }

    private func choose(_ state: TuningSearches.State, _ known: @escaping (RunSpec) -> TuningChoice.Standing) throws -> [TunedCell] {
        try TuningChoice.choose(
            state.plan, spec: { $0.spec(data: data) }, runID: { String(try $0.runKey().prefix(12)) }, standing: known, searched: state.searched)
    }

    @Test func theSweepGetsWhatTheSearchFound() throws {
        let config = try config(Self.descent)
        let plan = try #require(config.tuning)
        let state = TuningSearches(plan).state(Self.standing)
        let standings = Dictionary(uniqueKeysWithValues: Set(state.plan.drafts).map { ($0.spec(data: data), Self.standing($0)) })
        let tuned = try choose(state) { standings[$0] ?? .init(status: nil, evalLoss: nil) }
        #expect(tuned.map { $0.chosen?.values["lr"] } == [.real(0.008), .real(0.008)] && tuned.map(\.isOpen) == [false, false])
        #expect(tuned.map(\.steps) == [100, 100] && tuned.map { $0.chosen?.steps } == [100, 100])
        // Full-rank tries rates alone, at full length; the range went on to where it diverged.
        #expect(tuned[0].search?.phases.map(\.steps) == [100] && tuned[1].search?.phases.map(\.steps) == [50, 100])
        #expect(tuned[0].trials.map { $0.values["lr"]?.real ?? 0 } == [0.001, 0.0005, 0.002, 0.004, 0.008, 0.016] && tuned[0].trials[5].isDiverged)
        #expect(tuned[0].extensions.map(\.key) == ["lr"] && tuned[0].extensions.first?.high == 0.016 && tuned[0].edgeKeys == [])
        #expect(tuned[1].search?.phases.map(\.keys) == [["lr", "scale"], ["lr"]] && tuned[1].search?.phases.map(\.end) == [.complete, .complete])
        #expect(tuned[1].phases.map { $0.trials.count }.reduce(0, +) == tuned[1].trials.count)
        let cells = TuningChoice.finalCells(state.plan, tuned, of: config.cells)
        #expect(cells.map { "\($0.method) \($0.training.learningRate) \($0.training.steps) \($0.seed)" } == [
            "full_rank 0.008 100 1", "full_rank 0.008 100 2", "galore 0.008 100 1", "galore 0.008 100 2",
        ])
        #expect(try cells[2].spec(data: data).groupKey() == tuned[1].groupKey)
    }

    /// Run by run in another order, each time from nothing but what is recorded.
    @Test(arguments: [1, 3, 5]) func whateverEndsFirstTheTrialsAreTheSame(stride: Int) throws {
        let plan = try #require(try config(Self.descent).tuning)
        let whole = TuningSearches(plan).state(Self.standing).plan.drafts
        var done: Set<CellDraft> = []
        var first: [Int] = []
        while true {
            let asked = TuningSearches(plan).state { done.contains($0) ? Self.standing($0) : .init(status: nil, evalLoss: nil) }.plan.drafts
            let open = asked.filter { !done.contains($0) }
            guard !open.isEmpty else { break }
            // The cells' searches are open side by side.
            if done.isEmpty { first = open.map { $0.method == "galore" ? 1 : 0 } }
            #expect(Set(asked).isSubset(of: whole))
            done.insert(open[(done.count * stride) % open.count])
        }
        #expect(first == [0, 0, 1, 1] && done == Set(whole))
    }

    /// One that failed for another reason than its settings is no infinitely bad one: its search waits, the other goes on.
    @Test func aFailedTrialHoldsItsCellUp() throws {
        let plan = try #require(try config(Self.descent).tuning)
        func standing(_ draft: CellDraft) -> TuningChoice.Standing {
            draft.method == "full_rank" && draft.training.learningRate == 0.002 && draft.seed == 100 ? .init(status: .failed, evalLoss: nil) : Self.standing(draft)
        }
        let state = TuningSearches(plan).state(standing)
        let standings = Dictionary(uniqueKeysWithValues: Set(state.plan.drafts).map { ($0.spec(data: data), standing($0)) })
        let tuned = try choose(state) { standings[$0] ?? .init(status: nil, evalLoss: nil) }
        #expect(tuned.map(\.isOpen) == [true, false] && tuned[0].chosen == nil && tuned[0].openRuns == 0 && tuned[1].chosen != nil)
        #expect(tuned[0].trials.map { $0.values["lr"]?.real ?? 0 } == [0.001, 0.0005, 0.002])
    }

    @Test func aRefusedRunIsNoTrial() throws {
        let plan = try #require(try config(Self.descent).tuning)
        let state = TuningSearches(plan) { $0.training.learningRate < 0.003 }.state(Self.standing)
        #expect(state.plan.cells[0].trials.map(\.final.training.learningRate) == [0.001, 0.0005, 0.002] && state.searched[0].record.isOver)
    }

    @Test func successiveHalvingChoosesAmongTheLongest() throws {
        let plan = try #require(try config(
            #""search": "successive_halving", "max_trials": 4, "eta": 2, "rungs": 2, "coordinates": {"lr": {"factor": 2}}"#).tuning)
        let state = TuningSearches(plan).state(Self.standing)
        #expect(state.searched.map(\.record.isOver) == [true, true] && state.plan.cells.map(\.trials.count) == [4, 4])
        for (cell, searched) in zip(state.plan.cells, state.searched) {
            #expect(cell.trials.map(\.draft.training.steps) == [50, 50, 50, 100] && searched.chosen == 3)
        }
    }

    /// A grid has no search, and its trials are those of the config.
    @Test func aGridIsWhatItIs() throws {
        let text = #"{"model": "9m", "methods": ["full_rank"], "tuning": {"lr": [0.1, 0.2]}}"#
        let plan = try #require(try SweepConfig.load(
            text: text, name: "t.json", folder: FileManager.default.temporaryDirectory, catalog: BuiltinMethods.registry.catalog).tuning)
        let state = TuningSearches(plan).state(Self.standing)
        #expect(state.searched.isEmpty && state.plan.drafts == plan.drafts && plan.drafts.count == 2)
    }
}

/// A sweep of which more becomes known as its runs end.
@Suite(.serialized) struct FollowingTests {
    @Test func whatFollowsIsRunToo() throws {
        let specs = try (1...4).map { try Sample.spec("full_rank", seed: UInt64($0)) }
        let ledger = FakeLedger()
        let said = Mutex("")
        var asked = 0
        try inFolder { folder in
            var runner = SweepRunner(
                launcher: CellLauncher(executable: URL(filePath: "/bin/sh"), arguments: ["-c", "exit 1"], folder: folder), ledger: ledger,
                memory: MemoryGuard(threads: 2, availableBytes: { nil }), jobs: 2,
                assignment: { CellAssignment(spec: $0.spec, data: $0.data, dataDirectory: "", database: folder.path, sweep: "s", threads: 2) },
                outOfMemoryKills: { 0 }, stopRequests: { 0 }, clock: { 0 })
            // Each end makes one more known, up to the last.
            runner.following = {
                asked += 1
                return asked <= 3 ? try Sample.plan([specs[asked]], ledger).cells : []
            }
            var display = ProgressDisplay(terminal: { Terminal(isInteractive: false, hasColor: false) }, clock: { 0 }) { text in said.withLock { $0 += text } }
            let outcome = try runner.run(try Sample.plan([specs[0]], ledger), display: &display)
            #expect(outcome.failed == 4 && asked == 4)
        }
        for spec in specs { #expect(try ledger.failure(of: spec.runKey()) != nil) }
        #expect(said.withLock { $0 }.contains("[4/4]"))
    }

    @Test func nothingFollowsAStop() throws {
        let spec = try Sample.spec("full_rank")
        let ledger = FakeLedger()
        var asked = 0
        try inFolder { folder in
            let stops = Mutex(0)
            var runner = SweepRunner(
                launcher: CellLauncher(executable: URL(filePath: "/bin/sh"), arguments: ["-c", "exit 75"], folder: folder), ledger: ledger,
                memory: MemoryGuard(threads: 2, availableBytes: { nil }),
                assignment: { CellAssignment(spec: $0.spec, data: $0.data, dataDirectory: "", database: folder.path, sweep: "s", threads: 2) },
                outOfMemoryKills: { 0 },
                // Asked for once the run has begun.
                stopRequests: { stops.withLock { count in
                    count += 1
                    return count > 1 ? 1 : 0
                } }, clock: { 0 })
            runner.following = {
                asked += 1
                return []
            }
            var display = ProgressDisplay(terminal: { Terminal(isInteractive: false, hasColor: false) }, clock: { 0 }) { _ in }
            let outcome = try runner.run(try Sample.plan([spec], ledger), display: &display)
            #expect(outcome.interrupted == 1 && asked == 0)
        }
    }
}
