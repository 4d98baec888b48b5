import Foundation
import SLSpec

/// A file that is open for reading at any place, closed when the value goes out of scope.
struct OpenFile: ~Copyable, Sendable {
    let path: String
    private let descriptor: Int32

    /// - Throws: `DataError` when it can't be opened.
    init(path: String) throws(DataError) {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DataError(errno: errno, file: path, doing: "read") }
    }

    deinit { _ = close(descriptor) }

    /// `nil` for a folder, a pipe and whatever else is no regular file.
    var size: Int? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Overwrites all of `target` with what the file has from `offset` on.
    ///
    /// - Throws: `DataError` when the file can't be read or ends before.
    func read(at offset: Int, into target: inout MutableRawSpan) throws(DataError) {
        try unsafe target.withUnsafeMutableBytes { (target) throws(DataError) in try unsafe fill(target, from: offset) }
    }

    /// Appends `count` elements that the file has from `offset` on, without clearing their memory first.
    ///
    /// - Precondition: there is room for them.
    /// - Throws: `DataError` when the file can't be read or ends before; nothing is appended then.
    func append<Element: TensorElement>(_ count: Int, at offset: Int, to elements: inout OutputSpan<Element>) throws(DataError) {
        precondition(count >= 0 && count <= elements.freeCapacity, "\(count) elements where \(elements.freeCapacity) have room")
        try unsafe elements.withUnsafeMutableBufferPointer { (memory, initialized) throws(DataError) in
            let free = UnsafeMutableRawBufferPointer(memory.extracting(initialized..<initialized + count))
            try unsafe fill(free, from: offset)
            initialized += count
        }
    }

    /// - Throws: `DataError` when the file can't be read or ends before.
    func elements<Element: TensorElement>(_ count: Int, at offset: Int) throws(DataError) -> [Element] {
        try [Element](capacity: count) { (elements: inout OutputSpan<Element>) throws(DataError) in
            try append(count, at: offset, to: &elements)
        }
    }

    private func fill(_ target: UnsafeMutableRawBufferPointer, from offset: Int) throws(DataError) {
        var done = 0
        while done < target.count {
            // Pieces below 1 GiB: Linux gives no more than 2 GiB at once.
            let piece = unsafe UnsafeMutableRawBufferPointer(rebasing: target[done..<min(target.count, done + 1 << 30)])
            let count = unsafe pread(descriptor, piece.baseAddress, piece.count, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            if count < 0 {
                throw DataError(file: path, problem: "can't be read at byte \(offset + done): \(unsafe String(cString: strerror(errno)))")
            }
            if count == 0 {
                throw DataError(file: path, problem: "ends at byte \(offset + done), in the middle of what its header announces")
            }
            done += count
        }
    }
}
