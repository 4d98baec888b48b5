import Foundation
import SLSpec
import SLSystem

/// Exclusive right to make one cache entry, across processes and threads. Given up when the value goes out of scope,
/// and by the kernel when its process dies.
struct FolderLock: ~Copyable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits for its turn; calls `waiting` once if somebody else has it.
    ///
    /// - Throws: `RunFailure` when the process is asked to stop meanwhile, `FileError` when the wait is longer than any preparation.
    static func taken(for entry: URL, longest: Duration = .seconds(86_400), waiting: () -> Void) throws -> FolderLock {
        try AtomicFolder.createFolder(entry.deletingLastPathComponent())
        let path = entry.path + ".lock"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.writing(path, code: errno) }
        let lock = FolderLock(descriptor: descriptor)
        let deadline = ContinuousClock.now + longest
        var isFirst = true
        // Asked again and again: a process that sleeps in the kernel would not hear that it is to stop.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK || code == EINTR else { throw FileError(file: path, problem: "can't be locked: \(systemMessage(code))") }
            if isFirst { waiting() }
            isFirst = false
            guard ContinuousClock.now < deadline else {
                throw FileError(
                    file: path, problem: "another process has held it for \(longest)", fix: "end that process", condition: .locked)
            }
            StopFlag.wait(seconds: 0.1)
            if StopFlag.isRaised {
                throw RunFailure(
                    status: .interrupted, reason: .interrupted, step: 0, message: "Stopped while another process prepared the same data.")
            }
        }
        return lock
    }
}
