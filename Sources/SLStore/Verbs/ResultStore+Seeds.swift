import Foundation
import GRDB
public import SLSpec

extension ResultStore {
    /// The finished runs of some experiments, whatever their seed and whichever sweep asked for them, each once: what the noise of
    /// seeds is computed from.
    ///
    /// - Parameter groupKeys: of specs, as `RunSpec/groupKey()` gives them.
    public func finishedRuns(ofGroups groupKeys: [String]) throws(FileError) -> [ComparisonRow] {
        try read { try Self.finishedRuns($0, ofGroups: groupKeys) }
    }

    static func finishedRuns(_ db: Database, ofGroups groupKeys: [String]) throws -> [ComparisonRow] {
        let keys = Set(groupKeys)
        guard !keys.isEmpty else { return [] }
        let ids = try String.fetchAll(
            db, sql: "SELECT run_id FROM run_spec WHERE group_key IN (SELECT value FROM json_each(?))",
            arguments: [String(decoding: try JSONEncoder().encode(keys.sorted()), as: UTF8.self)])
        let rows = try comparison(
            db, where: "run_id IN (SELECT value FROM json_each(:ids))",
            arguments: ["ids": String(decoding: try JSONEncoder().encode(ids), as: UTF8.self)])
        var seen: Set<String> = []
        return rows.filter { seen.insert($0.runID).inserted }
    }

    /// What of the runs' experiments was run beside a sweep's own runs.
    static func otherSeeds(_ db: Database, of runs: [RunHistory]) throws -> [ComparisonRow] {
        let own = Set(runs.map(\.runID))
        return try finishedRuns(db, ofGroups: try runs.map { try $0.spec.groupKey() }).filter { !own.contains($0.runID) }
    }
}
