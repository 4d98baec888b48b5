import Glibc

/// Input that can't be used. Exit code 65; 66 when the file is missing, 74 when the system does not let it be read.
public struct DataError: Error, Sendable {
    /// Why a file's content was never looked at. A file that was read and holds the wrong thing has none.
    public enum Condition: Sendable, Hashable {
        /// There is no such file.
        case missing
        /// It is there, and the system does not let it be read.
        case unreadable
    }

    public var file: String
    public var problem: String
    public var fix: String?
    public var condition: Condition?

    public init(file: String, problem: String, fix: String? = nil, condition: Condition?) {
        self.file = file
        self.problem = problem
        self.fix = fix
        self.condition = condition
    }

    public init(file: String, problem: String, fix: String? = nil, isMissingFile: Bool = false) {
        self.init(file: file, problem: problem, fix: fix, condition: isMissingFile ? .missing : nil)
    }

    public var isMissingFile: Bool { condition == .missing }
}

extension DataError {
    /// A system call's error in words a user can act on.
    ///
    /// - Parameters:
    ///   - code: `errno` right after the call.
    ///   - doing: what was tried: "read", "opened".
    ///   - fix: what to do about a missing file, where more can be said than that.
    public init(errno code: Int32, file: String, doing: String, fix: String? = nil) {
        switch code {
        case ENOENT, ENOTDIR: self.init(file: file, problem: "no such file", fix: fix, condition: .missing)
        case EISDIR: self.init(file: file, problem: "is a folder, not a file", fix: fix)
        case EACCES, EPERM:
            self.init(
                file: file, problem: unsafe "can't be \(doing): \(String(cString: strerror(code)))", fix: "allow it to be read: chmod +r, and +x for folders",
                condition: .unreadable)
        case ELOOP:
            self.init(
                file: file, problem: "can't be \(doing): it is a link that leads back to itself", fix: "mend the link, or remove it",
                condition: .unreadable)
        default: self.init(file: file, problem: unsafe "can't be \(doing): \(String(cString: strerror(code)))", condition: .unreadable)
        }
    }

    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - name: what messages call the file; its path if not given.
    ///   - missing: what there is none of, for the message: "no such config file".
    public static func contents(of path: String, as name: String? = nil, missing: String = "no such file", fix: String? = nil) throws(DataError) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            var error = DataError(errno: errno, file: name ?? path, doing: "read", fix: fix)
            if error.isMissingFile { error.problem = missing }
            throw error
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(file, &chunk, chunk.count)
            if count > 0 {
                bytes.append(contentsOf: chunk[..<count])
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw DataError(errno: errno, file: name ?? path, doing: "read", fix: fix)
            }
        }
    }
}
