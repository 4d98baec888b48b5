import Glibc

/// Memory that the program could not have.
public struct OutOfMemoryError: Error, Sendable, CustomStringConvertible {
    public let bytes: Int
    public let category: MemoryCategory
    public var description: String { "\(bytes) bytes for \(category) could not be allocated" }
}

/// Zero-filled memory that is entered in a ledger for as long as it lives.
///
/// Pages come straight from the kernel, all of a block's at once, and a released block goes back at once: the resident size
/// follows the ledger. Fetched one by one where they are first written, they would make a run's first step half as long again
/// as the others, or twice as long (60m, bf16).
public class Pages: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
    let byteCount: Int
    private let mapped: Int
    /// What the bytes are entered as; `nil` for pages of a file, which are no memory of the run's.
    private let entry: (category: MemoryCategory, ledger: MemoryLedger)?

    /// - Throws: ``OutOfMemoryError`` when the kernel refuses the pages.
    init(byteCount: Int, category: MemoryCategory, ledger: MemoryLedger) throws {
        let mapped = max(1, byteCount)
        guard let pages = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), pages != MAP_FAILED else {
            throw OutOfMemoryError(bytes: byteCount, category: category)
        }
        // Products walk through whole matrices: with 4 KiB pages much of their packing is address translation. A refusal
        // costs speed only.
        madvise(pages, mapped, MADV_HUGEPAGE)
        // From Linux 5.14 on; before, pages come with the first write.
        if madvise(pages, mapped, MADV_POPULATE_WRITE) != 0, errno == ENOMEM {
            munmap(pages, mapped)
            throw OutOfMemoryError(bytes: byteCount, category: category)
        }
        address = pages
        self.byteCount = byteCount
        self.mapped = mapped
        entry = (category, ledger)
        ledger.add(byteCount, to: category)
    }

    /// Zero-filled pages of an unnamed file, which the kernel reads when they are touched and writes back when it likes.
    ///
    /// - Throws: ``BackingFileError`` when there is no room for the file.
    init(byteCount: Int, in file: BackingFile) throws {
        mapped = max(1, byteCount)
        address = try file.map(mapped)
        self.byteCount = byteCount
        entry = nil
    }

    /// Lets go of what was read of a file; the kernel keeps what was written. Nothing for memory.
    func release() { if entry == nil { madvise(address, mapped, MADV_DONTNEED) } }

    deinit {
        if let entry { entry.ledger.remove(byteCount, from: entry.category) }
        munmap(address, mapped)
    }
}

/// ``Pages`` of elements of one type.
public final class Allocation<Element: BitwiseCopyable>: Pages, @unchecked Sendable {
    public let count: Int
    public var base: UnsafeMutablePointer<Element> { address.assumingMemoryBound(to: Element.self) }

    /// - Throws: ``OutOfMemoryError`` when the kernel refuses the pages.
    public init(count: Int, category: MemoryCategory, ledger: MemoryLedger) throws {
        self.count = count
        try super.init(byteCount: count * MemoryLayout<Element>.stride, category: category, ledger: ledger)
        address.bindMemory(to: Element.self, capacity: max(1, count))
    }

    /// - Throws: ``BackingFileError``.
    public init(count: Int, in file: BackingFile) throws {
        self.count = count
        try super.init(byteCount: count * MemoryLayout<Element>.stride, in: file)
        address.bindMemory(to: Element.self, capacity: max(1, count))
    }
}
