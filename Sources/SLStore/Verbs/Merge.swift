import GRDB
import SLSpec

/// The steps of a merge; the other database is attached as `other`.
struct Merge {
    let target: String
    let source: String

    private struct Pair: Decodable, FetchableRecord {
        var runID: String
        var otherID: String
        var here: RunStatus?
        var there: RunStatus?
        var stepsHere: Int
        var stepsThere: Int

        enum CodingKeys: String, CodingKey {
            case runID = "run_id"
            case otherID = "other_id"
            case here, there
            case stepsHere = "steps_here"
            case stepsThere = "steps_there"
        }
    }

    func run(_ db: Database) throws -> MergeOutcome {
        try db.execute(sql: """
            INSERT INTO main.run_spec (run_id, run_key, group_key, spec)
            SELECT run_id, run_key, group_key, spec FROM other.run_spec WHERE run_key NOT IN (SELECT run_key FROM main.run_spec)
            """)
        var outcome = MergeOutcome()
        var conflicts: [String] = []
        for pair in try pairs(db) {
            guard pair.runID == pair.otherID else {
                throw FileError(file: source, problem: "run \(pair.otherID) is called \(pair.runID) in \(target)", fix: "merge the other way round")
            }
            guard pair.there != nil else { continue }
            switch (pair.here, pair.there) {
            case (nil, _):
                try copy(db, pair.runID)
                outcome.added += 1
                outcome.takenRuns.append(pair.runID)
            case (.running, _):
                throw FileError(
                    file: target, problem: "run \(pair.runID) is being recorded", fix: "merge when its sweep has ended, or `slbench sweep` closes it")
            case (.finished, .finished):
                if try difference(db, pair.runID) != nil {
                    conflicts.append(pair.runID)
                } else {
                    outcome.kept += 1
                    outcome.keptRuns.append(pair.runID)
                }
            case (_, .finished):
                try replace(db, pair.runID)
                outcome.replaced += 1
                outcome.takenRuns.append(pair.runID)
            case (.finished, _):
                outcome.kept += 1
            default:
                if pair.stepsThere > pair.stepsHere, pair.there != .running {
                    try replace(db, pair.runID)
                    outcome.replaced += 1
                    outcome.takenRuns.append(pair.runID)
                } else {
                    outcome.kept += 1
                }
            }
        }
        guard conflicts.isEmpty else {
            throw FileError(
                file: target,
                problem: "\(conflicts.count) finished \(conflicts.count == 1 ? "run has" : "runs have") other results in \(source): "
                    + conflicts.prefix(8).joined(separator: ", ") + (conflicts.count > 8 ? ", …" : ""),
                fix: "nothing was merged; leave out the database whose results are wrong")
        }
        try db.execute(sql: "INSERT OR IGNORE INTO main.disagreement SELECT * FROM other.disagreement")
        outcome.sweeps = try mergeSweeps(db)
        return outcome
    }

    private func pairs(_ db: Database) throws -> [Pair] {
        func steps(_ schema: String, _ id: String) -> String { "(SELECT count(*) FROM \(schema).step_sample WHERE run_id = \(id))" }
        return try Pair.fetchAll(db, sql: """
            SELECT
                mine.run_id, theirs.run_id AS other_id, here.status AS here, there.status AS there,
                \(steps("main", "mine.run_id")) AS steps_here, \(steps("other", "theirs.run_id")) AS steps_there
            FROM other.run_spec AS theirs
            JOIN main.run_spec AS mine ON mine.run_key = theirs.run_key
            LEFT JOIN main.run AS here ON here.run_id = mine.run_id
            LEFT JOIN other.run AS there ON there.run_id = theirs.run_id
            ORDER BY theirs.run_id
            """)
    }

    /// Tables of a run, parents first, and the columns that must agree between two that finished.
    private static let tables: [(name: String, facts: String?)] = [
        ("run", nil), ("environment", nil), ("step_sample", "step, loss, learning_rate, gradient_norm, tokens"),
        ("evaluation", "step, loss, tokens"), ("evaluated_text", nil), ("text_evaluation", "kind, step, loss, tokens"), ("memory", nil), ("run_result", "steps, tokens, train_loss, total_parameters, trainable_parameters"),
        ("resumption", nil), ("attempt", nil), ("run_data", nil), ("probe", nil), ("probe_spectrum", nil), ("probe_value", nil),
    ]

    private func copy(_ db: Database, _ runID: String) throws {
        for (table, _) in Self.tables { try copy(db, runID, table, try columns(db, table)) }
        for table in ["lifecycle_event", "run_note"] {
            try copy(db, runID, table, try columns(db, table).filter { $0 != "id" }, order: "ORDER BY id")
        }
    }

    private func copy(_ db: Database, _ runID: String, _ table: String, _ columns: [String], order: String = "") throws {
        let list = columns.joined(separator: ", ")
        try db.execute(
            sql: "INSERT INTO main.\(table) (\(list)) SELECT \(list) FROM other.\(table) WHERE run_id = ? \(order)", arguments: [runID])
    }

    private func columns(_ db: Database, _ table: String) throws -> [String] {
        try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
    }

    /// Puts the other's record of a run in the place of the one here.
    func replace(_ db: Database, _ runID: String) throws {
        try db.execute(sql: "DELETE FROM main.run WHERE run_id = ?", arguments: [runID])
        try copy(db, runID)
    }

    /// Puts one run of the other database here, in the place of what is known of it.
    func copyOne(_ db: Database, _ runID: String) throws {
        try db.execute(
            sql: """
                INSERT INTO main.run_spec (run_id, run_key, group_key, spec)
                SELECT run_id, run_key, group_key, spec FROM other.run_spec
                WHERE run_id = ? AND run_key NOT IN (SELECT run_key FROM main.run_spec)
                """, arguments: [runID])
        try replace(db, runID)
    }

    /// In what two finished records of a run are not the same; `nil` where they agree. Times and hosts may differ.
    func difference(_ db: Database, _ runID: String) throws -> String? {
        for case (let table, let facts?) in Self.tables {
            for (one, two) in [("main", "other"), ("other", "main")] {
                let sql = """
                    SELECT EXISTS (
                        SELECT \(facts) FROM \(one).\(table) WHERE run_id = :id EXCEPT SELECT \(facts) FROM \(two).\(table) WHERE run_id = :id)
                    """
                if try Bool.fetchOne(db, sql: sql, arguments: ["id": runID]) == true { return "other rows of \(table)" }
            }
        }
        // Older rows have no digest.
        let sql = """
            SELECT EXISTS (
                SELECT 1 FROM main.run_result AS a JOIN other.run_result AS b USING (run_id)
                WHERE run_id = ? AND a.weights_sha256 <> b.weights_sha256)
            """
        return try Bool.fetchOne(db, sql: sql, arguments: [runID]) == true ? "another digest of the final weights" : nil
    }

    /// Sweeps of equal name become one: first what was planned here, then what only the other planned, in its order.
    private func mergeSweeps(_ db: Database) throws -> Int {
        try db.execute(sql: """
            INSERT INTO main.sweep (name, created_at, planned_at, equivalence_margin)
            SELECT name, created_at, planned_at, equivalence_margin FROM other.sweep WHERE name NOT IN (SELECT name FROM main.sweep) ORDER BY id
            """)
        let added = db.changesCount
        try db.execute(sql: """
            INSERT INTO main.sweep_run (sweep_id, run_id, position)
            SELECT
                mine.id, theirs.run_id,
                (SELECT coalesce(max(position) + 1, 0) FROM main.sweep_run WHERE sweep_id = mine.id)
                    + row_number() OVER (PARTITION BY mine.id ORDER BY theirs.position) - 1
            FROM other.sweep_run AS theirs
            JOIN other.sweep AS source ON source.id = theirs.sweep_id
            JOIN main.sweep AS mine ON mine.name = source.name
            WHERE NOT EXISTS (SELECT 1 FROM main.sweep_run AS known WHERE known.sweep_id = mine.id AND known.run_id = theirs.run_id)
            """)
        let list = try columns(db, "prediction").filter { $0 != "sweep_id" && $0 != "position" }
        let taken = list.joined(separator: ", ")
        try db.execute(sql: """
            INSERT INTO main.prediction (sweep_id, position, \(taken))
            SELECT
                mine.id,
                (SELECT coalesce(max(position) + 1, 0) FROM main.prediction WHERE sweep_id = mine.id)
                    + row_number() OVER (PARTITION BY mine.id ORDER BY theirs.position) - 1, \(list.map { "theirs.\($0)" }.joined(separator: ", "))
            FROM other.prediction AS theirs
            JOIN other.sweep AS source ON source.id = theirs.sweep_id
            JOIN main.sweep AS mine ON mine.name = source.name
            WHERE NOT EXISTS (SELECT 1 FROM main.prediction AS known WHERE known.sweep_id = mine.id AND known.spec = theirs.spec)
            """)
        try mergeTuning(db)
        return added
    }

    /// The trials of a sweep stay together: the other's are taken where there are none here.
    private func mergeTuning(_ db: Database) throws {
        for table in ["tuned_cell", "tuning_trial"] {
            let list = try columns(db, table).filter { $0 != "sweep_id" }.joined(separator: ", ")
            try db.execute(sql: """
                INSERT INTO main.\(table) (sweep_id, \(list))
                SELECT mine.id, \(list)
                FROM other.\(table) AS theirs
                JOIN other.sweep AS source ON source.id = theirs.sweep_id
                JOIN main.sweep AS mine ON mine.name = source.name
                WHERE mine.id NOT IN (SELECT sweep_id FROM main.\(table))
                """)
        }
    }
}
