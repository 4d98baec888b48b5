import Foundation
import SLSpec

/// Exclusive right to make one cache entry, across processes and threads. Given up when the value goes out of scope,
/// and by the kernel when its process dies.
struct FolderLock: ~Copyable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits for its turn; calls `waiting` once if somebody else has it.
    static func taken(for entry: URL, waiting: () -> Void) throws(StorageError) -> FolderLock {
        try AtomicFolder.createFolder(entry.deletingLastPathComponent())
        let path = entry.path + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StorageError.writing(path, code: errno) }
        let lock = FolderLock(descriptor: descriptor)
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return lock }
        if errno == EWOULDBLOCK { waiting() }
        while flock(descriptor, LOCK_EX) != 0 {
            let code = errno
            guard code == EINTR else { throw StorageError(file: path, problem: "can't be locked: \(systemMessage(code))") }
        }
        return lock
    }
}
