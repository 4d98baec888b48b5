import Foundation
import SLSpec

/// An open file, closed when it goes out of scope.
struct FileDescriptor: ~Copyable {
    let raw: Int32
    let path: String

    private init(raw: Int32, path: String) {
        self.raw = raw
        self.path = path
    }

    deinit { _ = close(raw) }

    /// - Throws: `DataError`, marked as a missing file when there is none.
    static func reading(_ path: String) throws(DataError) -> FileDescriptor {
        let raw = open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else {
            throw DataError(errno: errno, file: path, doing: "opened")
        }
        return FileDescriptor(raw: raw, path: path)
    }

    /// A new, empty file.
    static func creating(_ path: String) throws(StorageError) -> FileDescriptor {
        let raw = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard raw >= 0 else { throw StorageError.writing(path, code: errno) }
        return FileDescriptor(raw: raw, path: path)
    }

    /// Fills as much of `buffer` as one read gives; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        while true {
            let count = Foundation.read(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let code = errno
            if code != EINTR { throw DataError(errno: code, file: path, doing: "read") }
        }
    }

    /// Fills `buffer`, or as much of it as the file has left.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Writes all of `bytes` at `offset`, or where the last write ended.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int? = nil) throws(StorageError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count =
                if let offset { pwrite(raw, rest.baseAddress, rest.count, off_t(offset + done)) } else {
                    Foundation.write(raw, rest.baseAddress, rest.count)
                }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw StorageError.writing(path, code: code)
            }
            done += count
        }
    }

    /// Waits until what was written is on the disk.
    func synchronize() throws(StorageError) {
        guard fsync(raw) == 0 else { throw StorageError.writing(path, code: errno) }
    }
}

func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }

extension StorageError {
    static func writing(_ path: String, code: Int32) -> StorageError {
        let fix =
            switch code {
            case ENOSPC, EDQUOT: "free some space, or set SLBENCH_DATA_DIR to a folder on another disk"
            case EACCES, EPERM, EROFS: "set SLBENCH_DATA_DIR to a folder that can be written"
            default: String?.none
            }
        return StorageError(file: path, problem: "can't be written: \(systemMessage(code))", fix: fix)
    }
}
