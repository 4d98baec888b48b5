import Foundation
import GRDB
public import SLSpec
import SLSystem

/// What a merge did.
public struct MergeOutcome: Sendable, Hashable {
    /// Runs that were not there.
    public var added = 0
    /// Runs that were there short of their end, and that the other database has further.
    public var replaced = 0
    /// Runs that stay as they are: equal on both sides, or further here.
    public var kept = 0
    /// Sweeps that were not there.
    public var sweeps = 0
    /// Ids of the runs whose record was taken over, and of those that stay as they are.
    public internal(set) var takenRuns: [String] = []
    public internal(set) var keptRuns: [String] = []

    /// The counts alone.
    public init(added: Int = 0, replaced: Int = 0, kept: Int = 0, sweeps: Int = 0) {
        (self.added, self.replaced, self.kept, self.sweeps) = (added, replaced, kept, sweeps)
    }
}

extension ResultStore {
    /// Takes over every run, sweep and prediction of another database, in one transaction: all of it or nothing.
    ///
    /// A run that both have finished must be the same run: equal losses, rates, norms, evaluations and final weights. Times
    /// and hosts may differ. Of a run that one side has finished, that side's is taken; of one that neither has, the longer.
    ///
    /// - Parameter path: of the other database, which stays as it is; an older schema is brought up to date in a copy.
    /// - Throws: `FileError` that names the runs that conflict, or the one that is being recorded here.
    public func merge(_ path: String) throws(FileError) -> MergeOutcome {
        let other = try ResultStore(readOnlyPath: path)
        let beside = URL(fileURLWithPath: self.path).deletingLastPathComponent()
        guard let scratch = ScratchFolder(prefix: "slbench-merge", otherwise: [beside]) else {
            throw FileError(file: self.path, problem: "there is no folder for temporary files", fix: "set TMPDIR to a folder that can be written")
        }
        defer { scratch.remove() }
        let copy = scratch.url.appendingPathComponent("other.sqlite")
        do {
            let snapshot = try DatabaseQueue(path: copy.path)
            try other.database.backup(to: snapshot)
            try snapshot.close()
            return try database.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS other", arguments: [copy.path])
                defer { try? db.execute(sql: "DETACH DATABASE other") }
                var outcome = MergeOutcome()
                try db.inTransaction(.immediate) {
                    outcome = try Merge(target: self.path, source: path).run(db)
                    return .commit
                }
                return outcome
            }
        } catch {
            throw FileError(error, file: self.path)
        }
    }
}
