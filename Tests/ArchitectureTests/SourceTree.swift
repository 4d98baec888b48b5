import Foundation

/// The package's own sources as text.
enum SourceTree {
    /// The folder with Package.swift, also where this folder is reached through a link.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    struct File: CustomStringConvertible, Sendable {
        let room: String
        let path: String
        let lines: [String]
        /// Lines without what follows `//`, and without the lines of block comments. Strings stay.
        let code: [String]
        var description: String { path }

        init(room: String, path: String, text: String) {
            self.room = room
            self.path = path
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            var inBlock = false
            code = lines.map { line in
                let text = line.trimmingCharacters(in: .whitespaces)
                let wasInBlock = inBlock
                if text.hasPrefix("/*") { inBlock = true }
                if text.contains("*/") { inBlock = false }
                return wasInBlock || text.hasPrefix("/*") ? "" : SourceTree.withoutTrailingComment(line)
            }
        }

        /// Modules that the file imports.
        var imports: [String] {
            code.filter { $0.hasPrefix("import ") || $0.contains(" import ") }.compactMap { line in
                let pattern =
                    /^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:public |package |internal |private )?import (?:struct |class |enum |func |protocol )?(\w+)/
                return line.firstMatch(of: pattern).map { String($0.1) }
            }
        }
    }

    /// `//` outside a string starts a comment.
    static func withoutTrailingComment(_ line: String) -> String {
        guard line.utf8.contains(UInt8(ascii: "/")) else { return line }
        let bytes = Array(line.utf8)
        var inString = false
        for index in bytes.indices {
            let previous = index > 0 ? bytes[index - 1] : 0
            if bytes[index] == UInt8(ascii: "\""), previous != UInt8(ascii: "\\") { inString.toggle() }
            if bytes[index] == UInt8(ascii: "/"), previous == UInt8(ascii: "/"), !inString {
                return String(decoding: bytes[..<(index - 1)], as: UTF8.self)
            }
        }
        return line
    }

    private static let sources = Result { try read("Sources") }

    /// Every Swift file below `folder` (`Sources` or `Tests`).
    static func files(in folder: String) throws -> [File] { try folder == "Sources" ? sources.get() : read(folder) }

    private static func read(_ folder: String) throws -> [File] {
        let base = root.appending(path: folder).resolvingSymlinksInPath()
        let found = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        var files: [File] = []
        while let url = found?.nextObject() as? URL {
            guard url.pathExtension == "swift" else { continue }
            let path = url.resolvingSymlinksInPath().path.dropFirst(base.path.count + 1)
            files.append(
                File(room: String(path.prefix { $0 != "/" }), path: "\(folder)/\(path)", text: try String(contentsOf: url, encoding: .utf8))
            )
        }
        return files.sorted { $0.path < $1.path }
    }
}
