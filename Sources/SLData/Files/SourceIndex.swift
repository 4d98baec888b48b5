import Foundation
import SLDigest
import SLSpec

/// What the file system says of a file: as long as all of this stays, its content is taken to be the same.
///
/// The change time can't be set back by a program, so it also catches a file that was replaced by one of equal size and date.
struct FileFingerprint: Sendable, Hashable, Codable {
    var bytes: Int
    var modifiedNanoseconds: Int
    var changedNanoseconds: Int
    var inode: UInt64

    init(path: String) throws(DataError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw DataError(errno: errno, file: path, doing: "examined")
        }
        bytes = Int(status.st_size)
        modifiedNanoseconds = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
        changedNanoseconds = Int(status.st_ctim.tv_sec) * 1_000_000_000 + Int(status.st_ctim.tv_nsec)
        inode = UInt64(status.st_ino)
    }
}

/// A source file with its digest.
struct SourceDigest: Sendable, Hashable {
    var path: String
    var fingerprint: FileFingerprint
    var sha256: String
}

/// Remembers the digests of source files, so that an unchanged corpus isn't read again.
struct SourceIndex {
    private struct Entry: Codable {
        var fingerprint: FileFingerprint
        var sha256: String
        var hashedNanoseconds: Int
    }

    /// A file changed less than this before it was hashed could change again within one tick of the file system's clock.
    private static let settlingNanoseconds = 2_000_000_000

    private let file: URL
    private var entries: [String: Entry]

    init(paths: [String], directory: DataDirectory) {
        let key = SHA256.hexDigest(of: Data(paths.joined(separator: "\n").utf8)).prefix(32)
        file = directory.sourceIndexes.appendingPathComponent("\(key).json")
        let stored = (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode([String: Entry].self, from: $0) }
        entries = stored ?? [:]
    }

    /// The digests of `paths`, from memory where nothing has changed.
    ///
    /// - Throws: `DataError` when a file is missing, empty, unreadable or changes while it is read.
    mutating func digests(of paths: [String], hashing: (Int) -> Void) throws -> [SourceDigest] {
        var found: [SourceDigest] = []
        var changed: [(path: String, fingerprint: FileFingerprint)] = []
        for path in paths {
            let fingerprint = try FileFingerprint(path: path)
            guard fingerprint.bytes > 0 else { throw DataError(file: path, problem: "the file is empty") }
            if let entry = entries[path], entry.fingerprint == fingerprint,
                max(fingerprint.modifiedNanoseconds, fingerprint.changedNanoseconds) + Self.settlingNanoseconds < entry.hashedNanoseconds
            {
                found.append(SourceDigest(path: path, fingerprint: fingerprint, sha256: entry.sha256))
            } else {
                changed.append((path, fingerprint))
                found.append(SourceDigest(path: path, fingerprint: fingerprint, sha256: ""))
            }
        }
        guard !changed.isEmpty else { return found }
        hashing(changed.reduce(0) { $0 + $1.fingerprint.bytes })
        for index in found.indices where found[index].sha256.isEmpty {
            found[index].sha256 = try digest(of: found[index].path, fingerprint: found[index].fingerprint)
        }
        remember()
        return found
    }

    private mutating func digest(of path: String, fingerprint: FileFingerprint) throws -> String {
        let now = Int(Date().timeIntervalSince1970 * 1e9)
        let digest = try Self.digest(ofFile: path)
        guard try FileFingerprint(path: path) == fingerprint else { throw DataError.changedWhileRead(path) }
        entries[path] = Entry(fingerprint: fingerprint, sha256: digest, hashedNanoseconds: now)
        return digest
    }

    private static func digest(ofFile path: String) throws(DataError) -> String {
        let file = try FileDescriptor.reading(path)
        let hash = SHA256()
        var chunk: [UInt8] = []
        while true {
            try file.next(1 << 20, into: &chunk)
            if chunk.isEmpty { return hash.hexDigest() }
            hash.update(chunk.span)
        }
    }

    /// A data folder that can't be written costs a hash each time, nothing else.
    private func remember() {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let bytes = try? encoder.encode(entries) else { return }
        try? AtomicFolder.createFolder(file.deletingLastPathComponent())
        try? AtomicFolder.write(bytes, to: file)
    }
}

extension DataError {
    static func changedWhileRead(_ path: String) -> DataError {
        DataError(file: path, problem: "changed while it was read", fix: "start again when nothing writes to it")
    }
}
