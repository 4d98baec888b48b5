import Foundation
import GRDB
public import SLSpec

extension ResultStore {
    /// Records what a sweep consists of, in its order. No run is created by it.
    ///
    /// The plan replaces the one the sweep had: a run that left it keeps everything recorded and comes back with the
    /// plan that names it again. So `specs` is the whole sweep, not what is left to do. The predictions are replaced too.
    ///
    /// - Parameters:
    ///   - predictions: Cells that are only planned, each once.
    ///   - evidence: What the runs are held against.
    /// - Returns: The run keys, one for each of `specs`.
    @discardableResult
    public func registerSweep(
        name: String, specs: [RunSpec], predictions: [PredictionRecord] = [], evidence: EvidenceSpec = EvidenceSpec()
    ) throws(FileError) -> [String] {
        let path = path
        var identified: [IdentifiedSpec] = []
        for spec in specs { identified.append(try IdentifiedSpec(spec, file: path)) }
        return try write { db in
            let sweep = try Self.sweepID(db, name: name, file: path)
            try db.execute(
                sql: "UPDATE sweep SET planned_at = \(Clock.now), equivalence_margin = ? WHERE id = ?", arguments: [evidence.equivalenceMargin, sweep])
            try db.execute(sql: "DELETE FROM sweep_run WHERE sweep_id = ?", arguments: [sweep])
            for spec in identified { try Self.addToSweep(db, sweep: sweep, runID: try spec.save(db)) }
            try db.execute(sql: "DELETE FROM prediction WHERE sweep_id = ?", arguments: [sweep])
            for (position, prediction) in predictions.enumerated() {
                try PredictionRow(prediction, sweepID: sweep, position: position).insert(db)
            }
            return identified.map(\.key)
        }
    }

    /// What a sweep's runs are held against, as it was planned last.
    static func evidence(_ db: Database, sweep: Int64) throws -> EvidenceSpec {
        EvidenceSpec(equivalenceMargin: try Double.fetchOne(db, sql: "SELECT equivalence_margin FROM sweep WHERE id = ?", arguments: [sweep]))
    }

    /// The finished runs that a sweep's plan holds and a new plan would not: their records stay, and leave the sweep's tables.
    ///
    /// - Parameter runKeys: of the new plan.
    public func finishedRuns(of sweep: String, besides runKeys: [String]) throws(FileError) -> [String] {
        let kept = Set(runKeys)
        return try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT run_key FROM sweep_run JOIN sweep ON sweep.id = sweep_run.sweep_id JOIN run_spec USING (run_id) JOIN run USING (run_id)
                    WHERE sweep.name = ? AND run.status = 'finished' ORDER BY position
                    """, arguments: [sweep]
            ).filter { !kept.contains($0) }
        }
    }

    /// What the runs of a sweep's plan are, in its order.
    ///
    /// - Throws: `FileError` that names the sweeps there are.
    public func specs(sweep name: String) throws(FileError) -> [(runID: String, spec: RunSpec)] {
        let path = path
        return try read { db in
            let sweep = try Self.knownSweep(db, name: name, file: path)
            let rows = try Row.fetchAll(
                db, sql: "SELECT run_id, spec FROM sweep_run JOIN run_spec USING (run_id) WHERE sweep_id = ? ORDER BY position", arguments: [sweep])
            return try rows.map { row in (row["run_id"], try JSONDecoder().decode(RunSpec.self, from: Data((row["spec"] as String).utf8))) }
        }
    }

    /// Records what was tried to choose a sweep's settings, in the place of what was recorded before. The trials' own runs
    /// must be known, as those of any sweep.
    public func registerTuning(sweep name: String, cells: [TunedCell]) throws(FileError) {
        let path = path
        try write { db in try TuningRows.insert(db, cells, sweep: Self.sweepID(db, name: name, file: path)) }
    }

    /// The names of all sweeps, the oldest first.
    public func sweepNames() throws(FileError) -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT name FROM sweep ORDER BY id") }
    }

    /// - Throws: `FileError` that names the sweeps there are.
    static func knownSweep(_ db: Database, name: String, file: String) throws -> Int64 {
        if let sweep = try Int64.fetchOne(db, sql: "SELECT id FROM sweep WHERE name = ?", arguments: [name]) { return sweep }
        let known = try String.fetchAll(db, sql: "SELECT name FROM sweep ORDER BY id")
        throw FileError(
            file: file, problem: "holds no sweep named '\(name)'",
            fix: known.isEmpty ? "run a sweep first" : "it holds: " + known.joined(separator: ", "))
    }

    static func sweepID(_ db: Database, name: String, file: String) throws -> Int64 {
        guard !name.isEmpty else { throw FileError(file: file, problem: "a sweep needs a name", fix: "name the sweep") }
        try db.execute(
            sql: "INSERT INTO sweep (name, created_at, planned_at) VALUES (?, \(Clock.now), \(Clock.now)) ON CONFLICT (name) DO NOTHING",
            arguments: [name])
        guard let id = try Int64.fetchOne(db, sql: "SELECT id FROM sweep WHERE name = ?", arguments: [name]) else {
            throw FileError(file: file, problem: "lost the sweep '\(name)' while it was written")
        }
        return id
    }

    /// Appends the run unless the sweep has it.
    static func addToSweep(_ db: Database, sweep: Int64, runID: String) throws {
        try db.execute(
            sql: """
                INSERT INTO sweep_run (sweep_id, run_id, position)
                SELECT :sweep, :run, coalesce(max(position) + 1, 0) FROM sweep_run WHERE sweep_id = :sweep
                ON CONFLICT (sweep_id, run_id) DO NOTHING
                """, arguments: ["sweep": sweep, "run": runID])
    }
}
