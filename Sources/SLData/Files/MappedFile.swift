import Foundation
import SLSpec

/// A file mapped read-only into memory. A copy would count towards a run's resident size; mapped pages come and go.
///
/// Safe, and sendable, though it holds a pointer: the mapping is never written to, is shown for the time of a call only, and goes
/// with the last reference. What nobody can check is that the file keeps its length meanwhile.
@safe final class MappedFile: @unchecked Sendable {
    private let start: UnsafeMutableRawPointer
    /// Bytes.
    let count: Int

    /// - Parameter count: bytes of the file, at least one.
    /// - Throws: `DataError` when it can't be mapped.
    init(_ file: borrowing FileDescriptor, count: Int) throws(DataError) {
        guard let start = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, file.raw, 0), unsafe start != MAP_FAILED else {
            throw DataError(errno: errno, file: file.path, doing: "mapped into memory")
        }
        unsafe self.start = start
        self.count = count
    }

    deinit { unsafe munmap(start, count) }

    /// Calls `body` with the numbers from a byte on, as they lie in the file; what is left at its end and makes no number is left out.
    ///
    /// - Precondition: `offset` lies within the file and is a multiple of a number's size.
    func withNumbers<Number: FixedWidthInteger & BitwiseCopyable, Result, Failure: Error>(
        of type: Number.Type, from offset: Int = 0, _ body: (Span<Number>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(offset >= 0 && offset <= count && offset % MemoryLayout<Number>.size == 0, "byte \(offset) of \(count)")
        // Mappings begin at a page, so that numbers are aligned; any bits make one.
        let numbers = unsafe UnsafeRawBufferPointer(start: start + offset, count: count - offset).bindMemory(to: type)
        return try body(unsafe numbers.span)
    }
}
