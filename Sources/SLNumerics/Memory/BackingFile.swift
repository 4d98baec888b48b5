import Glibc

/// A file without a name that tensors can be kept in outside memory, a few rows of which are touched at a time. It goes when they do.
public struct BackingFile: Sendable {
    /// Where files are that nobody says a folder for. Unlike /tmp it is seldom memory.
    public static let usualFolder = "/var/tmp"

    private let folder: String

    public init(folder: String = Self.usualFolder) { self.folder = folder }

    /// So many bytes of a file of their own, with room on the disk: a write later on can't fail for want of it.
    ///
    /// - Throws: ``BackingFileError``.
    func map(_ byteCount: Int) throws(BackingFileError) -> UnsafeMutableRawPointer {
        var path = Array("\(folder)/slbench-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { throw BackingFileError(folder: folder, bytes: byteCount, code: errno) }
        defer { close(file) }
        unlink(path)
        let code = posix_fallocate(file, 0, byteCount)
        guard code == 0 else { throw BackingFileError(folder: folder, bytes: byteCount, code: code) }
        guard let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), pages != MAP_FAILED else {
            throw BackingFileError(folder: folder, bytes: byteCount, code: errno)
        }
        return pages
    }
}

/// What is to be kept in a file found no room.
public struct BackingFileError: Error, Sendable, CustomStringConvertible {
    public let folder: String
    public let bytes: Int
    /// Of `errno`.
    public let code: Int32

    public var description: String {
        "\(bytes) bytes in \(folder) for what is kept out of memory: \(String(cString: strerror(code))) (TMPDIR names another folder)"
    }
}
