import Foundation
import GRDB
public import SLSpec

/// One thing that is wrong with a database.
public struct DatabaseIssue: Sendable, Hashable {
    /// The run it is about; `nil` for the whole file.
    public var runID: String?
    public var problem: String
}

extension ResultStore {
    /// Looks at everything that a sound database promises: SQLite's own structure, references between tables, keys that are
    /// the digests of their specs, and results that are complete.
    public func check() throws(FileError) -> [DatabaseIssue] {
        try read { db in
            var issues = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }.map { DatabaseIssue(problem: $0) }
            issues += try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
                DatabaseIssue(problem: "a row of '\(row["table"] as String? ?? "?")' points to a missing row of '\(row["parent"] as String? ?? "?")'")
            }
            issues += try Self.keyIssues(db)
            for (sql, problem) in Self.invariants {
                issues += try Row.fetchAll(db, sql: sql).map { row in
                    DatabaseIssue(runID: row["run_id"], problem: problem + ((row["detail"] as String?).map { ": \($0)" } ?? ""))
                }
            }
            return issues
        }
    }

    private static func keyIssues(_ db: Database) throws -> [DatabaseIssue] {
        try Row.fetchAll(db, sql: "SELECT run_id, run_key, group_key, spec FROM run_spec ORDER BY run_id").flatMap { row -> [DatabaseIssue] in
            let (id, key, group, text) = (row["run_id"] as String, row["run_key"] as String, row["group_key"] as String, row["spec"] as String)
            guard let spec = try? JSONDecoder().decode(RunSpec.self, from: Data(text.utf8)) else {
                return [DatabaseIssue(runID: id, problem: "its specification can't be read by this program")]
            }
            var issues: [DatabaseIssue] = []
            if try spec.runKey() != key { issues.append(DatabaseIssue(runID: id, problem: "its key is not the digest of its specification")) }
            if try spec.groupKey() != group { issues.append(DatabaseIssue(runID: id, problem: "its group key is not that of its specification")) }
            return issues
        }
    }

    /// Queries that find nothing in a sound database; `run_id`, and `detail` where there is more to say.
    private static let invariants: [(sql: String, problem: String)] = [
        ("SELECT run_id FROM run WHERE status = 'finished' AND run_id NOT IN (SELECT run_id FROM run_result)", "finished without a result"),
        ("SELECT run_id FROM run_result JOIN run USING (run_id) WHERE status <> 'finished'", "has a result though it did not finish"),
        ("SELECT run_id FROM run WHERE status = 'finished' AND run_id NOT IN (SELECT run_id FROM memory)", "finished without a memory record"),
        (
            """
            SELECT run_id, 'updates ' || count(*) || ' of ' || max(step) AS detail FROM step_sample
            GROUP BY run_id HAVING count(*) <> max(step)
            """, "updates are missing from its curve"
        ),
        (
            """
            SELECT run_id, 'updates up to ' || coalesce(max(step_sample.step), 0) || ' of ' || steps AS detail
            FROM run_result LEFT JOIN step_sample USING (run_id) GROUP BY run_id HAVING coalesce(max(step_sample.step), 0) <> steps
            """, "its curve ends short of its result"
        ),
        (
            """
            SELECT run_id FROM run_result JOIN run_spec USING (run_id) WHERE steps <> json_extract(spec, '$.training.steps')
            """, "its result is of another number of updates than was asked for"
        ),
        (
            """
            SELECT run_id FROM run_result
            WHERE tokens <> (SELECT sum(tokens) FROM step_sample WHERE step_sample.run_id = run_result.run_id)
            """, "its tokens are not the sum of its updates'"
        ),
        (
            """
            SELECT run_id FROM memory
            WHERE peak_tracked_bytes <> peak_weight_bytes + peak_gradient_bytes + peak_optimizer_bytes + peak_index_bytes
                + peak_activation_bytes + peak_workspace_bytes
            """, "the split of its peak does not add up"
        ),
        (
            """
            SELECT run_id FROM evaluation
            WHERE loss IS NOT NULL AND loss < 700 AND abs(perplexity - exp(loss)) > 1e-6 * exp(loss)
            """, "a perplexity is not the exponential of its loss"
        ),
        (
            """
            SELECT run_id FROM run_result JOIN run_spec USING (run_id)
            WHERE json_extract(spec, '$.probes') IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM probe WHERE probe.run_id = run_result.run_id AND probe.step = run_result.steps AND occasion = 'moment')
            """, "was not measured at its end, though it was to be"
        ),
        (
            """
            SELECT run_id, kind || ' ' || corpus AS detail FROM text_evaluation
            WHERE loss IS NOT NULL AND loss < 700 AND abs(perplexity - exp(loss)) > 1e-6 * exp(loss)
            """, "a perplexity is not the exponential of its loss"
        ),
        (
            """
            SELECT run_id FROM run_result JOIN run_spec USING (run_id)
            WHERE json_extract(spec, '$.data.test') IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM text_evaluation AS t WHERE t.run_id = run_result.run_id AND t.kind = 'test' AND t.step = run_result.steps)
            """, "was not tested at its end, though it was to be"
        ),
        (
            """
            SELECT run_id, 'after update ' || step AS detail FROM text_evaluation AS t JOIN run_result USING (run_id)
            WHERE t.kind = 'test' AND t.step <> run_result.steps
            """, "was tested before its end"
        ),
        ("SELECT run_id FROM run WHERE ended_at < started_at", "ended before it started"),
        (
            "SELECT run_id, 'attempt ' || attempt || ' of ' || file || ': ' || difference AS detail FROM disagreement",
            "another attempt finished with other results"
        ),
        ("SELECT run_id FROM run WHERE run_id NOT IN (SELECT run_id FROM environment) AND status = 'finished'", "finished nowhere"),
    ]
}
