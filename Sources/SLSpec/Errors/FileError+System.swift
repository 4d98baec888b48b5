import Glibc

extension FileError {
    /// A system call's error in words a user can act on.
    ///
    /// - Parameters:
    ///   - code: `errno` right after the call.
    ///   - doing: what was tried: "written", "renamed".
    public init(errno code: Int32, file: String, doing: String) {
        let words = unsafe String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            self.init(
                file: file, problem: "can't be \(doing): \(words)", fix: "free some space and go on: what was recorded stays",
                condition: .diskFull)
        case ENOENT, ENOTDIR:
            self.init(
                file: file, problem: "can't be \(doing): its folder is gone (\(words))", fix: "bring the folder back, or name another",
                condition: .vanished)
        case EACCES, EPERM, EROFS:
            self.init(file: file, problem: "can't be \(doing): \(words)", fix: "make the file and its folder writable, or name another")
        case EIO, ESTALE, ENODEV, ENXIO:
            self.init(file: file, problem: "can't be \(doing): \(words)", fix: "check the disk or the network behind it", condition: .vanished)
        default:
            self.init(file: file, problem: "can't be \(doing): \(words)")
        }
    }
}
