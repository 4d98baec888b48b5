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
        let raw = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else {
            throw DataError(errno: errno, file: path, doing: "opened")
        }
        return FileDescriptor(raw: raw, path: path)
    }

    /// A new, empty file.
    static func creating(_ path: String) throws(FileError) -> FileDescriptor {
        let raw = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard raw >= 0 else { throw FileError.writing(path, code: errno) }
        return FileDescriptor(raw: raw, path: path)
    }

    /// Bytes in it, as the file system says.
    ///
    /// - Throws: `DataError`.
    func size() throws(DataError) -> Int {
        var status = stat()
        guard unsafe fstat(raw, &status) == 0 else { throw DataError(errno: errno, file: path, doing: "examined") }
        return Int(status.st_size)
    }

    /// Appends as much as one read gives and has room; nothing at the end of the file.
    func read(into output: inout OutputSpan<UInt8>) throws(DataError) {
        try unsafe output.withUnsafeMutableBufferPointer { (memory, initialized) throws(DataError) in
            initialized += try unsafe read(into: UnsafeMutableRawBufferPointer(memory.extracting(initialized...)))
        }
    }

    /// Appends numbers, as they lie in the file, until there is no room or nothing left.
    ///
    /// - Throws: `DataError`; also when the file ends within a number, which it did not when its size was looked at.
    func fill<Number: FixedWidthInteger & BitwiseCopyable>(_ numbers: inout OutputSpan<Number>) throws(DataError) {
        try unsafe numbers.withUnsafeMutableBufferPointer { (memory, initialized) throws(DataError) in
            let free = UnsafeMutableRawBufferPointer(memory.extracting(initialized...))
            var filled = 0
            while filled < free.count {
                let count = try unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: free[filled...]))
                if count == 0 { break }
                filled += count
            }
            guard filled % MemoryLayout<Number>.size == 0 else { throw DataError.changedWhileRead(path) }
            initialized += filled / MemoryLayout<Number>.size
        }
    }

    /// Replaces `chunk` by the next `count` numbers, or as many as the file has left.
    ///
    /// - Throws: as ``fill(_:)``.
    func next<Number: FixedWidthInteger & BitwiseCopyable>(_ count: Int, into chunk: inout [Number]) throws(DataError) {
        chunk.removeAll(keepingCapacity: true)
        try chunk.append(addingCapacity: count) { (free: inout OutputSpan<Number>) throws(DataError) in try fill(&free) }
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        while true {
            let count = unsafe Foundation.read(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let code = errno
            if code != EINTR { throw DataError(errno: code, file: path, doing: "read") }
        }
    }

    /// Writes all of `bytes` at `offset`, or where the last write ended.
    func write(_ bytes: Span<UInt8>, at offset: Int? = nil) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.extracting(done...).withUnsafeBufferPointer { rest in
                if let offset {
                    unsafe pwrite(raw, rest.baseAddress, rest.count, off_t(offset + done))
                } else {
                    unsafe Foundation.write(raw, rest.baseAddress, rest.count)
                }
            }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw FileError.writing(path, code: code)
            }
            done += count
        }
    }

    /// Waits until what was written is on the disk.
    func synchronize() throws(FileError) {
        guard fsync(raw) == 0 else { throw FileError.writing(path, code: errno) }
    }
}

func systemMessage(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

extension FileError {
    static func writing(_ path: String, code: Int32) -> FileError {
        let fix =
            switch code {
            case ENOSPC, EDQUOT: "free some space, or set SLBENCH_DATA_DIR to a folder on another disk"
            case EACCES, EPERM, EROFS: "set SLBENCH_DATA_DIR to a folder that can be written"
            default: String?.none
            }
        return FileError(file: path, problem: "can't be written: \(systemMessage(code))", fix: fix)
    }
}
