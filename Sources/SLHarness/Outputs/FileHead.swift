public import Foundation

/// The beginning and the end of a file, by which it is told what it is.
public struct FileHead: Sendable {
    public var path: String
    public var size: Int
    /// The first 64 kB.
    public var head: Data
    /// The last 4 kB.
    public var tail: Data

    public var headText: String { String(decoding: head, as: UTF8.self) }
    public var tailText: String { String(decoding: tail, as: UTF8.self) }
    public var firstLine: String { String(headText.prefix { !$0.isNewline }) }

    /// `nil` when the file can't be read.
    public init?(path: String) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        self.path = path
        do {
            size = Int(try handle.seekToEnd())
            try handle.seek(toOffset: 0)
            head = try handle.read(upToCount: 65_536) ?? Data()
            try handle.seek(toOffset: UInt64(max(0, size - 4096)))
            tail = try handle.readToEnd() ?? Data()
        } catch {
            return nil
        }
    }

    /// Whether a file is an SQLite database, of any program.
    public static func isDatabase(_ path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 16)) == Data("SQLite format 3\0".utf8)
    }
}
