import GRDB
public import SLSpec

/// What became of one run's attempts.
public struct CollectedRun: Sendable, Hashable {
    public var runID: String
    /// How the run stands here now; `nil` when no attempt is whole and nothing was known.
    public var status: RunStatus?
    /// Whether this changed the record.
    public var isNew = false
    /// Finished attempts whose results are not those of the record, and in what.
    public var disagreements: [(attempt: Int, difference: String)] = []

    public static func == (one: CollectedRun, two: CollectedRun) -> Bool {
        one.runID == two.runID && one.status == two.status && one.isNew == two.isNew
            && one.disagreements.map(\.attempt) == two.disagreements.map(\.attempt)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(runID) }
}

extension ResultStore {
    /// Takes over what the attempts at one run recorded: the first that finished, else the newest.
    ///
    /// The same attempts collected again change nothing. Two that both finished must agree in every bit; one that does not is
    /// entered in the table `disagreement`, and the record stays.
    ///
    /// - Parameters:
    ///   - attempts: at one run, ascending.
    ///   - replacing: whether they take the place of an earlier finished result, whatever it was.
    public func collect(_ attempts: [AttemptSnapshot], replacing: Bool = false) throws(FileError) -> CollectedRun {
        guard let newest = attempts.last else { throw FileError(file: path, problem: "was given no attempt to collect") }
        let runID = newest.runID
        guard attempts.allSatisfy({ $0.runKey == newest.runKey }) else {
            throw FileError(file: newest.source, problem: "is of another run than the attempts beside it", fix: "each run has a folder of its own")
        }
        var outcome = CollectedRun(runID: runID)
        let finished = attempts.filter { $0.status == .finished }
        let best = finished.first ?? newest
        let here = try read { try RunRow.fetch($0, runID: runID) }
        if try takes(best, over: here, attempts, replacing: replacing) {
            outcome.isNew = try take(best)
        }
        outcome.status = try read { try RunRow.fetch($0, runID: runID)?.status }
        guard outcome.status == .finished else { return outcome }
        for other in finished {
            guard let difference = try difference(of: other) else { continue }
            outcome.disagreements.append((other.attempt, difference))
            try write { db in
                try db.execute(
                    sql: """
                        INSERT INTO disagreement (run_id, attempt, file, found_at, difference) VALUES (?, ?, ?, \(Clock.now), ?)
                        ON CONFLICT (run_id, attempt) DO NOTHING
                        """, arguments: [runID, other.attempt, other.source, difference])
            }
        }
        return outcome
    }

    private func takes(_ best: AttemptSnapshot, over here: RunRow?, _ attempts: [AttemptSnapshot], replacing: Bool) throws(FileError) -> Bool {
        guard let here else { return true }
        let isOfThese = attempts.contains { $0.recordedAttempt == here.attempt }
        switch (here.status, best.status) {
        case (.finished, .finished):
            guard replacing else { return false }
            return try !holdsOne(of: attempts)
        case (.finished, _): return false
        // Somebody trains it here, and not for a batch system.
        case (.running, _): return isOfThese || !here.isBeingRecordedElsewhere || best.status == .finished
        default: return true
        }
    }

    /// Whether the record here is that of one of the attempts.
    private func holdsOne(of attempts: [AttemptSnapshot]) throws(FileError) -> Bool {
        for attempt in attempts where attempt.status == .finished {
            let isSame = try attached(attempt) { db in
                try Bool.fetchOne(
                    db,
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM main.run AS a JOIN other.run AS b USING (run_id)
                        WHERE run_id = ? AND a.started_at = b.started_at AND a.host = b.host AND a.process_id IS b.process_id
                            AND a.ended_at IS b.ended_at)
                        """, arguments: [attempt.runID]) ?? false
            }
            if isSame { return true }
        }
        return false
    }

    /// One that says `running` and was ended here, since its process is gone, is not begun again by its file.
    ///
    /// - Returns: whether that changed anything.
    private func take(_ attempt: AttemptSnapshot) throws(FileError) -> Bool {
        let path = path
        return try attached(attempt) { db in
            var isNew = true
            try db.inTransaction(.immediate) {
                let (runID, key) = (attempt.runID, attempt.runKey)
                isNew = try Bool.fetchOne(
                    db,
                    sql: """
                        SELECT NOT EXISTS (SELECT 1 FROM main.run AS a JOIN other.run AS b USING (run_id)
                        WHERE run_id = ? AND a.attempt = b.attempt AND a.started_at = b.started_at
                            AND (a.status = b.status AND a.heartbeat_at = b.heartbeat_at
                                OR b.status = 'running' AND a.status = 'interrupted' AND b.heartbeat_at <= a.heartbeat_at))
                        """, arguments: [runID]) ?? true
                guard isNew else { return .rollback }
                let companions = try RunRow.fetch(db, runID: runID)?.companionRuns
                let isKnown = try IdentifiedSpec.runID(db, key: key) != nil
                let merge = Merge(target: path, source: attempt.source)
                try merge.copyOne(db, runID)
                try db.execute(
                    sql: "UPDATE main.run SET companion_runs = max(coalesce(companion_runs, 0), ?) WHERE run_id = ?", arguments: [companions ?? 0, runID])
                // The plan here says what a sweep holds; only a run that it never knew joins the sweep that it was trained for.
                if !isKnown, let sweep = attempt.sweep { try Self.addToSweep(db, sweep: Self.sweepID(db, name: sweep, file: path), runID: runID) }
                return .commit
            }
            return isNew
        }
    }

    private func difference(of attempt: AttemptSnapshot) throws(FileError) -> String? {
        let path = path
        return try attached(attempt) { try Merge(target: path, source: attempt.source).difference($0, attempt.runID) }
    }

    private func attached<Value>(_ attempt: AttemptSnapshot, _ body: (Database) throws -> Value) throws(FileError) -> Value {
        try checkFile()
        do {
            return try database.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS other", arguments: [attempt.copy])
                defer { try? db.execute(sql: "DETACH DATABASE other") }
                return try body(db)
            }
        } catch {
            throw FileError(error, file: path)
        }
    }

    /// Counts for each run the most other runs that were in training on the same machine at one moment, by the times that the attempts
    /// recorded: processes that record into files of their own don't see each other.
    public func countCompanions(of runIDs: [String]) throws(FileError) {
        try write { db in
            for runID in runIDs {
                try db.execute(
                    sql: """
                        UPDATE run SET companion_runs = max(coalesce(companion_runs, 0), coalesce((
                            SELECT max(n) FROM (
                                SELECT count(DISTINCT other.run_id) AS n
                                FROM attempt AS mine
                                JOIN attempt AS moment ON moment.host = mine.host
                                    AND moment.began_at < mine.ended_at AND moment.ended_at > mine.began_at
                                JOIN attempt AS other ON other.host = mine.host AND other.run_id <> mine.run_id
                                    AND other.began_at <= max(mine.began_at, moment.began_at)
                                    AND other.ended_at > max(mine.began_at, moment.began_at)
                                WHERE mine.run_id = run.run_id
                                GROUP BY mine.attempt, max(mine.began_at, moment.began_at))), 0))
                        WHERE run_id = ?
                        """, arguments: [runID])
            }
        }
    }

    /// The runs of a sweep's plan, in its order.
    ///
    /// - Throws: `FileError` that names the sweeps there are.
    public func runIDs(sweep name: String) throws(FileError) -> [String] {
        let path = path
        return try read { db in
            try String.fetchAll(
                db, sql: "SELECT run_id FROM sweep_run WHERE sweep_id = ? ORDER BY position", arguments: [Self.knownSweep(db, name: name, file: path)])
        }
    }

    /// Finished attempts that disagree with the record of their run, in words.
    public func disagreements(sweep: String? = nil) throws(FileError) -> [String] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT run_id, attempt, file, difference FROM disagreement
                    WHERE :sweep IS NULL OR run_id IN (
                        SELECT run_id FROM sweep_run JOIN sweep ON sweep.id = sweep_id WHERE sweep.name = :sweep)
                    ORDER BY run_id, attempt
                    """, arguments: ["sweep": sweep]
            ).map { row in
                "run \(row["run_id"] as String): attempt \(row["attempt"] as Int) finished with other results than the record: "
                    + "\(row["difference"] as String) (\(row["file"] as String))"
            }
        }
    }
}
