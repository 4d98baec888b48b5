import Foundation
import GRDB
public import SLSpec

extension ResultStore {
    /// Where and with what finished runs were made, by run key.
    public func environments(ofFinished runKeys: [String]) throws(FileError) -> [String: EnvironmentRecord] {
        try read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT environment.* FROM environment JOIN run USING (run_id) JOIN run_spec USING (run_id)
                    WHERE run_key = ? AND status = 'finished'
                    """)
            var found: [String: EnvironmentRecord] = [:]
            for key in runKeys { found[key] = try EnvironmentRow.fetchOne(statement, arguments: [key])?.environment }
            return found
        }
    }

    /// How fast finished runs went that were made on a host with so many threads; of those that did the
    /// same, the last that was alone on it comes last.
    ///
    /// - Parameter host: `nil` for any; then the slowest comes last.
    public func measuredSpeeds(
        host: String?, threads: Int
    ) throws(FileError) -> [(spec: RunSpec, tokens: Int, tokensPerSecond: Double)] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT spec, tokens, tokens_per_second FROM run_result
                    JOIN run USING (run_id) JOIN run_spec USING (run_id) JOIN environment USING (run_id)
                    WHERE run.status = 'finished' AND tokens_per_second > 0 AND tokens > 0 AND environment.host = coalesce(:host, environment.host) AND threads = :threads
                    ORDER BY \(host == nil ? "tokens_per_second DESC" : "coalesce(companion_runs, 0) DESC, ended_at")
                    """, arguments: ["host": host, "threads": threads])
            return try rows.map { row in
                (try JSONDecoder().decode(RunSpec.self, from: Data((row["spec"] as String).utf8)), row["tokens"], row["tokens_per_second"])
            }
        }
    }

    /// The specifications of a sweep's runs that were started, the oldest first; none when there is no such sweep.
    public func startedSpecs(sweep name: String) throws(FileError) -> [RunSpec] {
        try read { db in
            let texts = try String.fetchAll(
                db,
                sql: """
                    SELECT spec FROM run_spec JOIN run USING (run_id) JOIN sweep_run USING (run_id)
                    JOIN sweep ON sweep.id = sweep_run.sweep_id
                    WHERE sweep.name = ? ORDER BY started_at
                    """, arguments: [name])
            return try texts.map { try JSONDecoder().decode(RunSpec.self, from: Data($0.utf8)) }
        }
    }
}
