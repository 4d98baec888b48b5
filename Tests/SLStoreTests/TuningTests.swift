import Foundation
import SLSpec
import SLStore
import Testing

@Suite struct TuningTests {
    let store: ResultStore
    init() throws { store = try ResultStore.inMemory() }

    private let trials = [1e-3, 3e-3, 1e-2].map { Sample.spec(learningRate: $0, seed: 101) }

    private func tuned() throws -> TunedCell { try Sample.tuned(Sample.spec(learningRate: 3e-3), trials: trials) }

    @Test func trialsAreReadBackWithWhatBecameOfThem() throws {
        try store.registerSweep(name: "s.tuning", specs: trials)
        try store.registerTuning(sweep: "s", cells: [try tuned()])
        try store.finish(trials[1], sweep: "s.tuning", result: Sample.result(loss: 2.5))
        try store.markFailed(trials[2], Sample.failure)
        let cell = try #require(try store.sweepHistory(name: "s").tuning.first)
        #expect(cell.size == "9m" && cell.method == "galore" && cell.rank == 4 && cell.steps == 50)
        #expect(try cell.groupKey == Sample.spec(learningRate: 3e-3).groupKey())
        #expect(cell.trials.map(\.values) == [1e-3, 3e-3, 1e-2].map { ["lr": .real($0)] })
        #expect(cell.trials.map { $0.runs.first?.status } == [nil, .finished, .failed])
        #expect(cell.trials.map(\.meanLoss) == [nil, 2.5, nil])
        #expect(cell.chosen?.values == ["lr": .real(3e-3)] && cell.edgeKeys == [])
    }

    /// How trials were picked is read back too, and what they took.
    @Test func aSearchIsReadBackWithItsCosts() throws {
        try store.registerSweep(name: "s.tuning", specs: trials)
        var cell = try tuned()
        cell.search = SearchRecord(
            search: .coordinateDescent, maxTrials: 24, tolerance: 0.005,
            coordinates: [.init(key: "lr", isOrdered: true, isExtensible: true, low: 1e-3, high: 3e-3), .init(key: "optimizer", isOrdered: false, isExtensible: false, low: nil, high: nil)],
            phases: [.init(steps: 25, trials: 2, keys: ["lr", "optimizer"], end: .capped), .init(steps: 50, trials: 1, keys: ["lr"], end: nil)], isOver: false)
        try store.registerTuning(sweep: "s", cells: [cell])
        try store.finish(trials[1], sweep: "s.tuning", result: Sample.result(loss: 2.5))
        let read = try #require(try store.sweepHistory(name: "s").tuning.first)
        #expect(read.search == cell.search && read.isOpen)
        let result = Sample.result(loss: 2.5)
        #expect(read.trials[1].runs.first?.cost == TunedCell.Cost(
            tokens: result.tokens, operations: result.trainingFloatingPointOperations, seconds: result.wallSeconds))
        #expect(read.trials[0].runs.first?.cost == TunedCell.Cost() && read.trials.map(\.steps) == trials.map(\.training.steps))
    }

    @Test func outcomesAreToldByRunKey() throws {
        #expect(try store.trialOutcomes(sweep: "s.tuning").isEmpty)
        try store.registerSweep(name: "s.tuning", specs: trials)
        try store.finish(trials[1], sweep: "s.tuning", result: Sample.result(loss: 2.5))
        try store.markFailed(trials[2], Sample.failure)
        let outcomes = try store.trialOutcomes(sweep: "s.tuning")
        #expect(try trials.map { outcomes[try $0.runKey()]?.status } == [nil, .finished, .failed])
        #expect(try trials.map { outcomes[try $0.runKey()]?.evalLoss } == [nil, 2.5, nil])
        #expect(try outcomes.count == 3 && outcomes[trials[0].runKey()]?.runID == String(trials[0].runKey().prefix(12)))
    }

    @Test func registeringAgainReplaces() throws {
        try store.registerSweep(name: "s.tuning", specs: trials)
        try store.registerTuning(sweep: "s", cells: [try tuned(), try tuned()])
        try store.registerTuning(sweep: "s", cells: [try tuned()])
        #expect(try store.sweepHistory(name: "s").tuning.count == 1)
        #expect(try store.query("SELECT count(*) FROM tuning_trial").rows == [[.integer(3)]])
    }

    @Test func trialsOfRunsThatNobodyPlannedAreRefused() throws {
        let error = fileError { try store.registerTuning(sweep: "s", cells: [try tuned()]) }
        #expect(error?.problem.contains("breaks a rule") == true)
    }

    @Test func aBestAtTheEdgeIsNamed() throws {
        var cell = try tuned()
        for place in cell.trials.indices { cell.trials[place].isChosen = place == 2 }
        #expect(cell.edgeKeys == ["lr"])
        // One value alone has no edge.
        cell.trials = [cell.trials[2]]
        #expect(cell.edgeKeys == [])
    }

    @Test func aMergeTakesTheTrialsAlong() throws {
        let folder = try TemporaryFolder()
        do {
            let other = try ResultStore(path: folder.file("other.sqlite"))
            try other.registerSweep(name: "s.tuning", specs: trials)
            try other.registerTuning(sweep: "s", cells: [try tuned()])
            for trial in trials { try other.finish(trial, sweep: "s.tuning") }
        }
        let target = try ResultStore(path: folder.file("target.sqlite"))
        for _ in 0..<2 {
            _ = try target.merge(folder.file("other.sqlite"))
            #expect(try target.sweepHistory(name: "s").tuning.first?.trials.count == 3)
        }
    }

    @Test func aRunSeesWhoElseIsInTraining() throws {
        let (one, two) = (Sample.spec(seed: 1), Sample.spec(seed: 2))
        let (first, second) = (try store.recorder(for: one, sweep: "s", longestWait: .zero), try store.recorder(for: two, sweep: "s", longestWait: .zero))
        try first.start(one, environment: Sample.environment)
        try first.record(Sample.step(1))
        try second.start(two, environment: Sample.environment)
        try second.record(Sample.step(1))
        try first.record(Sample.step(2))
        try second.finish(Sample.result())
        // The other has ended, and still was there.
        try first.finish(Sample.result())
        #expect(try store.comparison(sweep: "s").map(\.companionRuns) == [1, 1])
        let alone = Sample.spec(seed: 3)
        try store.finish(alone, sweep: "s")
        #expect(try store.history(run: alone.runKey()).result?.companionRuns == 0)
    }
}
