public import Foundation
import SLSystem

/// The folder that holds fetched corpora and prepared tokens. All of it can be deleted and made again.
public struct DataDirectory: Sendable, Hashable {
    public var root: URL
    /// Where corpora may lie that came with the program.
    private let installedCorpora: [URL]

    /// - Parameter program: the executable, beside which an installer puts the default corpus; `nil` looks nowhere else.
    public init(root: URL, program: URL? = nil) {
        self.root = root.standardizedFileURL
        installedCorpora = program.map(Self.corpora(beside:)) ?? []
    }

    /// The running executable, links resolved.
    public static var program: URL? {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map { URL(fileURLWithPath: $0) }
    }

    /// `PREFIX/share/slbench/corpora` of a program in `PREFIX/bin`; the state folder of the project that it was built in.
    private static func corpora(beside program: URL) -> [URL] {
        let shared = program.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("share/slbench/corpora", isDirectory: true)
        guard let build = program.path.range(of: "/.build/") else { return [shared] }
        return [URL(fileURLWithPath: String(program.path[..<build.lowerBound]), isDirectory: true).appendingPathComponent(".slbench/corpora", isDirectory: true)]
    }

    /// `$SLBENCH_DATA_DIR`; else `.slbench` in the working folder when it is there or could be made; else `~/.cache/slbench`.
    public static func standard() -> DataDirectory {
        standard(
            environment: EnvironmentVariable.all, workingFolder: FileManager.default.currentDirectoryPath, program: program)
    }

    package static func standard(environment: [String: String], workingFolder: String, program: URL? = nil) -> DataDirectory {
        if let named = EnvironmentVariable.value("SLBENCH_DATA_DIR", in: environment) {
            // The home of nobody stays as it is written: where it is used says that there is no such folder.
            let path = (try? HomeFolder.expanded(named, in: environment)) ?? named
            return DataDirectory(root: URL(fileURLWithPath: path, isDirectory: true), program: program)
        }
        let local = URL(fileURLWithPath: workingFolder, isDirectory: true).appendingPathComponent(".slbench", isDirectory: true)
        if FileManager.default.fileExists(atPath: local.path) || FileManager.default.isWritableFile(atPath: workingFolder) {
            return DataDirectory(root: local, program: program)
        }
        guard let home = HomeFolder.own(in: environment) else { return DataDirectory(root: local, program: program) }
        return DataDirectory(root: URL(fileURLWithPath: home, isDirectory: true).appendingPathComponent(".cache/slbench", isDirectory: true), program: program)
    }

    /// Text as fetched, one folder per corpus.
    public var corpora: URL { root.appendingPathComponent("corpora", isDirectory: true) }

    /// The folder of a fetched corpus: in this data folder, else where it came with the program.
    public func corpus(named name: String) -> URL {
        let places = ([corpora] + installedCorpora).map { $0.appendingPathComponent(name, isDirectory: true) }
        return places.first { FileManager.default.fileExists(atPath: $0.path) } ?? places[0]
    }

    /// What is derived from text: tokenizers, token files, digests of sources.
    public var prepared: URL { root.appendingPathComponent("prepared", isDirectory: true) }

    var preparedTokens: URL { prepared.appendingPathComponent("tokens", isDirectory: true) }
    var preparedTokenizers: URL { prepared.appendingPathComponent("tokenizers", isDirectory: true) }
    var sourceIndexes: URL { prepared.appendingPathComponent("sources", isDirectory: true) }
}
