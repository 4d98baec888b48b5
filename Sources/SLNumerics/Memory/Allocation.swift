import Glibc

/// Memory that the program could not have.
public struct OutOfMemoryError: Error, Sendable, CustomStringConvertible {
    public let bytes: Int
    public let category: MemoryCategory
    public var description: String { "\(bytes) bytes for \(category) could not be allocated" }
}

/// A block of zero-filled memory that is entered in a ledger for as long as it lives.
///
/// Pages come straight from the kernel, so a block that is never touched costs no resident memory, and a released one
/// goes back at once: the resident size follows the ledger.
public final class Allocation<Element: BitwiseCopyable>: @unchecked Sendable {
    public let base: UnsafeMutablePointer<Element>
    public let count: Int
    private let byteCount: Int
    private let category: MemoryCategory
    private let ledger: MemoryLedger

    /// - Throws: ``OutOfMemoryError`` when the kernel refuses the pages.
    public init(count: Int, category: MemoryCategory, ledger: MemoryLedger) throws {
        let byteCount = max(1, count) * MemoryLayout<Element>.stride
        guard let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), pages != MAP_FAILED else {
            throw OutOfMemoryError(bytes: byteCount, category: category)
        }
        // Products walk through whole matrices: with 4 KiB pages much of their packing is address translation. A refusal
        // costs speed only.
        madvise(pages, byteCount, MADV_HUGEPAGE)
        self.base = pages.bindMemory(to: Element.self, capacity: max(1, count))
        self.count = count
        self.byteCount = byteCount
        self.category = category
        self.ledger = ledger
        ledger.add(count * MemoryLayout<Element>.stride, to: category)
    }

    deinit {
        ledger.remove(count * MemoryLayout<Element>.stride, from: category)
        munmap(base, byteCount)
    }
}
