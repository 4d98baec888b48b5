public import Foundation
import SLSpec

/// Where a database keeps the assignments, logs, checkpoints and weights of its runs: `NAME.sqlite.runs` beside the file, so that two
/// databases of one folder share nothing.
public struct RunsFolder: Sendable, Hashable {
    public let url: URL
    /// Where they were kept before each database had a folder of its own: shared by all of a folder.
    public let shared: URL
    private let database: String

    /// - Parameter database: through links, so that a file has one folder whatever it is called by.
    public init(database path: String) {
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL
        database = file.path
        url = file.deletingLastPathComponent().appendingPathComponent(file.lastPathComponent + ".runs")
        shared = file.deletingLastPathComponent().appendingPathComponent("runs")
    }

    public func folder(_ runID: String) -> URL { url.appendingPathComponent(runID) }

    /// Where another attempt at a finished run is recorded while it is made.
    public func attemptFile(_ runID: String) -> String { url.appendingPathComponent(runID + ".attempt.sqlite").path }

    private static let weightsName = "weights.safetensors"

    /// The weights that a run left behind, in the database's own folder or in the shared one.
    public func weights(_ runID: String) -> URL? {
        [folder(runID), shared.appendingPathComponent(runID)].map { $0.appendingPathComponent(Self.weightsName) }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }

    public func isShared(_ file: URL) -> Bool { file.path.hasPrefix(shared.path + "/") }

    /// Takes what the shared folder holds of these runs, unless another database of the folder may have made it.
    ///
    /// - Parameters:
    ///   - runs: ids and keys of runs that this database has records of.
    ///   - isKnown: whether a file that looks like a database has a record of a run.
    /// - Returns: ids of runs whose files were left because another database knows them too.
    @discardableResult
    public func takeShared(_ runs: [(id: String, key: String)], isKnown: (_ database: String, _ runKey: String) -> Bool) -> [String] {
        let files = FileManager.default
        let found = runs.filter {
            files.fileExists(atPath: shared.appendingPathComponent($0.id).path) && !files.fileExists(atPath: folder($0.id).path)
        }
        guard !found.isEmpty else { return [] }
        let others = otherDatabases()
        var left: [String] = []
        for run in found {
            guard !others.contains(where: { isKnown($0, run.key) }) else {
                left.append(run.id)
                continue
            }
            try? files.createDirectory(at: url, withIntermediateDirectories: true)
            try? files.moveItem(at: shared.appendingPathComponent(run.id), to: folder(run.id))
        }
        return left
    }

    private func otherDatabases() -> [String] {
        let folder = url.deletingLastPathComponent()
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).map { folder.appendingPathComponent($0).path }
            .filter { $0 != database && FileHead.isDatabase($0) }
    }
}
