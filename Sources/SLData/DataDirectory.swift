import Foundation

/// The folder that holds fetched corpora and prepared tokens. All of it can be deleted and made again.
public struct DataDirectory: Sendable, Hashable {
    public var root: URL

    public init(root: URL) { self.root = root.standardizedFileURL }

    /// `$SLBENCH_DATA_DIR`; else `.slbench` in the working folder when it is there or could be made; else `~/.cache/slbench`.
    public static func standard() -> DataDirectory {
        standard(environment: ProcessInfo.processInfo.environment, workingFolder: FileManager.default.currentDirectoryPath)
    }

    package static func standard(environment: [String: String], workingFolder: String) -> DataDirectory {
        if let named = environment["SLBENCH_DATA_DIR"], !named.isEmpty {
            return DataDirectory(root: URL(fileURLWithPath: named, isDirectory: true))
        }
        let local = URL(fileURLWithPath: workingFolder, isDirectory: true).appendingPathComponent(".slbench", isDirectory: true)
        if FileManager.default.fileExists(atPath: local.path) || FileManager.default.isWritableFile(atPath: workingFolder) {
            return DataDirectory(root: local)
        }
        let home = FileManager.default.homeDirectoryForCurrentUser
        return DataDirectory(root: home.appendingPathComponent(".cache/slbench", isDirectory: true))
    }

    /// Text as fetched, one folder per corpus.
    public var corpora: URL { root.appendingPathComponent("corpora", isDirectory: true) }
    /// What is derived from text: tokenizers, token files, digests of sources.
    public var prepared: URL { root.appendingPathComponent("prepared", isDirectory: true) }

    var preparedTokens: URL { prepared.appendingPathComponent("tokens", isDirectory: true) }
    var preparedTokenizers: URL { prepared.appendingPathComponent("tokenizers", isDirectory: true) }
    var sourceIndexes: URL { prepared.appendingPathComponent("sources", isDirectory: true) }
}
