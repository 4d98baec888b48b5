import Foundation
import SLHarness
import SLSpec
import SLStore
import SLSystem
import SLTraining

/// Brings into a results database what jobs recorded in files of their own: from anywhere, at any time, as often as wanted.
///
/// What is whole is taken, and what is not, now or for ever, is left with a word. One collector that is asked again looks only at
/// files that have changed.
final class Collector {
    /// What was found.
    struct Outcome {
        /// Runs with attempts, by how they stand now.
        var standing: [RunStatus: Int] = [:]
        /// Runs whose record changed.
        var taken = 0
        /// Runs that were claimed and have recorded nothing yet.
        var unrecorded = 0
        /// Attempts that can't be used, in words.
        var unusable: [String] = []
        /// Finished attempts that disagree with the record, in words.
        var disagreements: [String] = []
        /// Runs whose attempts were removed.
        var pruned = 0
    }

    /// The results database.
    let database: String
    private let runs: RunsFolder
    private var seen: [String: [String: FileState]] = [:]
    private var known: [String: (status: RunStatus?, disagreements: [String])] = [:]

    private struct FileState: Equatable {
        var bytes: Int
        var changed: Date
    }

    init(database: String) {
        self.database = database
        runs = RunsFolder(database: database)
    }

    /// The folders of runs that jobs have claimed or recorded.
    var folders: [AttemptFolder] {
        ((try? FileManager.default.contentsOfDirectory(atPath: runs.url.path)) ?? []).sorted()
            .map { AttemptFolder(runs: runs, runID: $0) }.filter { !$0.claims.isEmpty || !$0.attempts.isEmpty }
    }

    /// - Parameters:
    ///   - sweep: whose runs are looked at; `nil` for all.
    ///   - prunes: whether attempts of runs that are finished and collected are removed.
    /// - Throws: `FileError` when the results database can't be written.
    func collect(sweep: String? = nil, prunes: Bool = false) throws -> Outcome {
        let folders = folders
        guard !folders.isEmpty || FileManager.default.fileExists(atPath: database) else {
            throw FileError(file: database, problem: "no such file, and no runs of jobs beside it", fix: "name the database that the sweep was submitted with", isMissingFile: true)
        }
        let store = try ResultStore(path: database)
        let chosen = try Self.chosen(folders, sweep, store)
        var outcome = Outcome()
        guard let scratch = ScratchFolder(prefix: "slbench-collect", otherwise: [URL(filePath: database).deletingLastPathComponent()]) else {
            throw FileError(file: database, problem: "there is no folder for temporary files", fix: "set TMPDIR to a folder that can be written")
        }
        defer { scratch.remove() }
        var changed: [String] = []
        for folder in chosen {
            let state = Self.state(of: folder)
            if let seen = seen[folder.runID], seen == state, !prunes, let known = known[folder.runID] {
                if let status = known.status { outcome.standing[status, default: 0] += 1 } else { outcome.unrecorded += 1 }
                outcome.disagreements += known.disagreements
                continue
            }
            let run = try collect(folder, sweep, store, scratch.url, &outcome)
            seen[folder.runID] = state
            known[folder.runID] = (run?.status, run.map(Self.words) ?? [])
            guard let run else { continue }
            if run.isNew { changed.append(run.runID) }
            if prunes, run.status == .finished, run.disagreements.isEmpty, try prune(folder, store) { outcome.pruned += 1 }
        }
        outcome.taken = changed.count
        // A name that nothing answers to.
        if let sweep, outcome.standing.isEmpty, outcome.unrecorded == 0, outcome.unusable.isEmpty { _ = try store.runIDs(sweep: sweep) }
        // Those beside them, too, have had company.
        if !changed.isEmpty { try store.countCompanions(of: chosen.map(\.runID)) }
        try store.closeAbandonedRuns()
        return outcome
    }

    private static func chosen(_ folders: [AttemptFolder], _ sweep: String?, _ store: ResultStore) throws -> [AttemptFolder] {
        guard let sweep, try store.sweepNames().contains(sweep) || folders.isEmpty else { return folders }
        let ids = Set(try store.runIDs(sweep: sweep))
        return folders.filter { ids.contains($0.runID) }
    }

    private func collect(
        _ folder: AttemptFolder, _ sweep: String?, _ store: ResultStore, _ scratch: URL, _ outcome: inout Outcome
    ) throws -> CollectedRun? {
        let first = (try? CellAssignment(contentsOf: folder.assignmentFile))?.firstAttempt ?? 1
        var snapshots: [AttemptSnapshot] = []
        defer { for number in folder.attempts { try? FileManager.default.removeItem(at: scratch.appending(path: "\(number).sqlite")) } }
        for number in folder.attempts where number >= first {
            do throws(FileError) {
                snapshots.append(
                    try AttemptSnapshot(of: folder.database(number).path, attempt: number, copy: scratch.appending(path: "\(number).sqlite").path))
            } catch {
                outcome.unusable.append("\(error.file): \(error.problem)")
            }
        }
        // A sweep that the database does not know: the attempts say whose they are.
        if let sweep, let last = snapshots.last, try !store.sweepNames().contains(sweep), last.sweep != sweep { return nil }
        guard !snapshots.isEmpty else {
            outcome.unrecorded += folder.finishedMarks.isEmpty ? 1 : 0
            return nil
        }
        let run = try store.collect(snapshots, replacing: first > 1)
        if let status = run.status { outcome.standing[status, default: 0] += 1 }
        outcome.disagreements += Self.words(run)
        return run
    }

    private static func words(_ run: CollectedRun) -> [String] {
        run.disagreements.map { "run \(run.runID): attempt \($0.attempt) finished with other results than the record: \($0.difference)" }
    }

    /// Removes the databases of a finished run's attempts, unless a newer claim may still be at work with them.
    private func prune(_ folder: AttemptFolder, _ store: ResultStore) throws -> Bool {
        let attempts = folder.attempts
        guard let last = attempts.last, folder.claims.last ?? 0 <= last else { return false }
        try folder.mark(folder.finishedMark(last), "collected into \(URL(filePath: database).path)")
        for number in attempts { store.removeAttempt(folder.database(number).path) }
        CheckpointFolder(url: folder.url).removeCheckpoints()
        return true
    }

    private static func state(of folder: AttemptFolder) -> [String: FileState] {
        var state: [String: FileState] = [:]
        for number in folder.attempts {
            let path = folder.database(number).path
            guard let facts = try? FileManager.default.attributesOfItem(atPath: path), let changed = facts[.modificationDate] as? Date,
                let bytes = facts[.size] as? Int
            else { continue }
            state[path] = FileState(bytes: bytes, changed: changed)
        }
        return state
    }
}
