import Foundation
import SLSpec

/// What is in a folder of text, and in the folders in it: what is read and, with the reason, what is not.
///
/// Links are followed. What can't be read (a link to nothing, a folder or file without the right to read it) is an error:
/// text that is left out without a word makes another corpus.
struct CorpusFolder {
    struct Found {
        var name: String
        var path: String
        var layout: Corpus.Layout
    }

    /// In the order of their relative names' bytes, the same in every locale.
    var found: [Found] = []
    private(set) var unread: [UnreadFile] = []

    private let folder: String
    private let ignored: Set<String>
    /// A file or folder that is reached twice would be read twice, and text of its one copy validated on in the other.
    private var seen: [Identity: String] = [:]

    private struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    /// - Parameters:
    ///   - folder: an existing folder.
    ///   - ignored: names that are known to be no text and not worth a word.
    /// - Throws: `DataError` with the path of what can't be read.
    init(_ folder: String, ignoring ignored: Set<String> = []) throws(DataError) {
        self.folder = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        self.ignored = ignored
        let status = try Self.status(of: self.folder.isEmpty ? "/" : self.folder)
        seen[Self.identity(status)] = "the folder itself"
        try walk("")
        found.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        unread.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private mutating func walk(_ relative: String) throws(DataError) {
        for entry in try Self.entries(of: folder + "/" + relative) {
            let name = relative.isEmpty ? entry : relative + "/" + entry
            guard !ignored.contains(name) else { continue }
            guard !entry.hasPrefix(".") else {
                unread.append(UnreadFile(name: name, reason: "hidden"))
                continue
            }
            try take(name, path: folder + "/" + name)
        }
    }

    private mutating func take(_ name: String, path: String) throws(DataError) {
        let status = try Self.status(of: path)
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            if let first = remember(status, name) {
                unread.append(UnreadFile(name: name, reason: "the same folder as \(first)"))
            } else {
                try walk(name)
            }
        case S_IFREG:
            guard let layout = CorpusFormat.layout(of: name), !CorpusFormat.isAmbiguousInFolder(name) else {
                unread.append(UnreadFile(name: name, reason: CorpusFormat.reasonUnread(name)))
                return
            }
            if let first = remember(status, name) {
                unread.append(UnreadFile(name: name, reason: "the same file as \(first)"))
            } else {
                found.append(Found(name: name, path: path, layout: layout))
            }
        case let kind:
            let what = Self.word(kind)
            guard CorpusFormat.layout(of: name) == nil else {
                throw DataError(
                    file: path, problem: "\(what), which can't be read as a file", fix: "put the text into a file, or move it out of the corpus",
                    condition: .unreadable)
            }
            unread.append(UnreadFile(name: name, reason: what))
        }
    }

    /// - Returns: under which name the same was met before.
    private mutating func remember(_ status: stat, _ name: String) -> String? {
        let identity = Self.identity(status)
        if let first = seen[identity] { return first }
        seen[identity] = name
        return nil
    }

    private static func identity(_ status: stat) -> Identity { Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)) }

    static func word(_ kind: mode_t) -> String {
        switch kind {
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        case S_IFCHR, S_IFBLK: "a device"
        default: "no file"
        }
    }

    private static func status(of path: String) throws(DataError) -> stat {
        var status = stat()
        if unsafe stat(path, &status) == 0 { return status }
        let code = errno
        var link = stat()
        guard code == ENOENT || code == ENOTDIR, unsafe lstat(path, &link) == 0, link.st_mode & S_IFMT == S_IFLNK else {
            throw DataError(errno: code, file: path, doing: "examined")
        }
        let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)).map { " (\($0))" } ?? ""
        throw DataError(
            file: path, problem: "a link to a file or folder that does not exist\(target)", fix: "mend the link, or remove it", condition: .missing)
    }

    /// Names in a folder, by their bytes.
    private static func entries(of folder: String) throws(DataError) -> [String] {
        guard let stream = unsafe opendir(folder) else { throw DataError(errno: errno, file: folder, doing: "read") }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                let code = errno
                guard code == 0 else { throw DataError(errno: code, file: folder, doing: "read") }
                return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            }
            let bytes = unsafe withUnsafeBytes(of: entry.pointee.d_name) { name in unsafe Array(name.prefix { $0 != 0 }) }
            if bytes == [0x2E] || bytes == [0x2E, 0x2E] { continue }
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw DataError(
                    file: folder + "/" + String(decoding: bytes, as: UTF8.self), problem: "its name is not UTF-8, so it can't be named in a record",
                    fix: "rename it", condition: .unreadable)
            }
            names.append(name)
        }
    }
}
