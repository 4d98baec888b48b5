import ArgumentParser
import Foundation
import SLHarness
import SLReport
import SLSpec
import SLStore
import SLSystem

struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune", abstract: "Choose every cell's settings by trials on equal terms, then run the sweep with them.",
        discussion: """
            The config's "tuning" says what is tried and on which seeds; the sweep's own seeds are others. For every cell the trial
            with the lowest mean validation loss is taken, and the sweep runs with it as usual. Trials are runs like any other, in
            a sweep of the name with ".tuning" behind it: what is done stays done, and the same command goes on after a stop.

              "tuning": {"seeds": [1000], "steps": 200, "lr_factors": [0.5, 1, 2]}

            A method's object may try its own keys instead, as many combinations as the others: "tune": {"lr": [0.01, 0.02, 0.04]}.

            A search picks its trials by those that have ended, at most as many for every cell ("max_trials"): coordinate descent until no
            neighbour of a nearly best trial is untried, or successive halving. It goes on after a stop as if there had been none.

              "tuning": {"search": "coordinate_descent", "coordinates": {"lr": {"factor": 2}, "weight_decay": [0, 0.1]}}

            The report shows every trial, what lies within the tolerance of the best and how much the loss depends on each key, and warns
            where the best lies on the edge of what was tried.

            --only holds for trials and runs alike: with --rerun, "seed=1" (a seed of the sweep) runs the sweep's own cells again
            and leaves every trial as it is, "seed=1000" (a seed of the tuning) the other way round.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var choice: RunChoice

    @Flag(help: "Print the trials' plan and stop.")
    var dryRun = false

    @Flag(help: "Make the trials and choose; leave the sweep itself to a later `slbench tune`.")
    var trialsOnly = false

    @OptionGroup var output: ReportOptions

    func run() throws {
        let loaded = try config.load()
        guard let tuning = loaded.tuning else {
            throw ConfigIssue(
                file: config.config, keyPath: "tuning", problem: "missing", allowed: "what to try",
                hint: "e.g. \"tuning\": {\"seeds\": [1000], \"lr_factors\": [0.5, 1, 2]}")
        }
        let path = database.path(config: loaded.database)
        if tuning.duplicates > 0 { Talk.say("\(tuning.duplicates) trials are named more than once and count once") }
        if dryRun { return try show(tuning, loaded, path) }
        let final = SweepSession(config: loaded, path: path, execution: execution, choice: choice)
        let report = try trialsOnly ? nil : output.place(
            otherwise: final.defaultReport, protection: OutputGuard(config: config.config, loaded, database: path))
        let lock = try final.lock(loaded.name)
        try withExtendedLifetime(lock) { try run(tuning, loaded, path, report: report) }
    }

    /// The trials as a sweep of their own, as far as they are known.
    private func trials(_ loaded: SweepConfig, _ drafts: [CellDraft]) -> SweepConfig {
        var trials = loaded
        (trials.name, trials.cells, trials.predicted) = (loaded.name + Self.suffix, drafts, [])
        // Trials are looked at once: nothing of them stays but their record.
        trials.checkpoint.final = .none
        trials.probes = nil
        return trials
    }

    private func show(_ tuning: TuningPlan, _ loaded: SweepConfig, _ path: String) throws {
        var drafts = tuning.drafts
        if tuning.search != .grid {
            // Without the text it can't be told what is done, and a search begins at its start.
            let first = trials(loaded, drafts)
            do {
                drafts = try TuningSession(tuning, first, path: path, identities: DataIdentities(first)).cells()
            } catch let error as DataError where error.isMissingFile {}
            for words in TuningTable.prospect(tuning) { Talk.say(words) }
        }
        let session = SweepSession(config: trials(loaded, drafts), path: path, execution: execution, choice: choice)
        try PlanCommand.show(session.preparation, database: path, .table, choice, jobs: execution.parallel.jobs)
    }

    private func run(_ tuning: TuningPlan, _ loaded: SweepConfig, _ path: String, report: ReportOutput?) throws {
        var session = SweepSession(config: trials(loaded, tuning.drafts), path: path, execution: execution, choice: choice)
        let search = try TuningSession(tuning, session.config, path: path, identities: session.preparation.identities())
        session = SweepSession(config: trials(loaded, try search.cells()), path: path, execution: execution, choice: choice)
        // Words of --only may be about the trials, about the runs with what they chose, or about both.
        let trials = try session.run(mayBeNone: !trialsOnly, searching: search)
        let (explored, tuned) = try search.choose()
        try ResultStore(path: path).registerTuning(sweep: loaded.name, cells: tuned)
        print(TableRenderer.render(TuningTable.of(tuned), as: .table), terminator: "")
        for warning in tuned.flatMap(TuningTable.warnings) { Talk.say(warning) }
        try checkTrials(trials.outcome)
        if trialsOnly { return try concludeUnchosen(tuned) }
        var final = loaded
        final.cells = TuningChoice.finalCells(explored, tuned, of: loaded.cells)
        let chosen = SweepSession(config: final, path: path, execution: execution, choice: choice)
        try chosen.conclude(try chosen.run(mayBeNone: trials.holdsChosen), report: report)
        try concludeUnchosen(tuned)
    }

    /// A cell for which nothing could be chosen has no run, and is a result all the same.
    private func concludeUnchosen(_ tuned: [TunedCell]) throws {
        // Trials that were not made this time are no lost ones.
        let lost = tuned.filter { $0.chosen == nil && !$0.isOpen }
        guard !lost.isEmpty else { return }
        Talk.say("\(lost.count) of \(tuned.count) cells have no run: no trial finished on every tuning seed; the report lists them")
        throw ExitCode(2)
    }

    /// What the name of a sweep's trials ends with.
    static let suffix = ".tuning"

    /// A trial that failed for another reason than its settings would make the choice unfair.
    private func checkTrials(_ outcome: SweepOutcome) throws {
        if StopFlag.isRaised || outcome.interrupted > 0 || outcome.failed > 0 {
            try SweepRun.conclude(outcome, reasons: "a choice without them would be unfair: --retry-failed runs them again")
        }
    }
}
