import Glibc
import SLNumerics
import SLTraining
import Testing

/// What the kernel keeps for the program's tensors.
@Suite struct ResidentMemoryTests {
    /// Whether pages can be had before they are written.
    private static let canPopulate: Bool = {
        let size = 4096
        guard let page = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), page != MAP_FAILED else { return false }
        defer { munmap(page, size) }
        return madvise(page, size, MADV_POPULATE_WRITE) == 0
    }()

    /// A block is there as soon as it is in the ledger, so that no step waits for pages.
    @Test(.enabled(if: canPopulate, "Linux 5.14 or newer")) func blocksAreThereBeforeTheyAreWritten() throws {
        let (ledger, elements, page) = (MemoryLedger(), 1 << 22, Int(sysconf(Int32(_SC_PAGESIZE))))
        let block = try Matrix<Float>(rows: 1, columns: elements, category: .workspace, ledger: ledger)
        #expect(ledger.current.total == 4 * elements)
        var pages = [UInt8](repeating: 0, count: 4 * elements / page)
        try #require(mincore(block.base, 4 * elements, &pages) == 0)
        let resident = pages.count { $0 & 1 == 1 }
        #expect(resident == pages.count)
        #expect(block[0, elements - 1] == 0)
    }

    /// What was held before a reset is not in the mark any more. Other suites of the process hold little beside a quarter of a gigabyte.
    @Test(.enabled(if: ResidentMemory.resetPeak(), "a process may not reset its mark here")) func theMarkBeginsAnew() throws {
        let size = 256 << 20
        try withExtendedLifetime(Matrix<Float>(rows: 1, columns: size / 4, category: .workspace, ledger: MemoryLedger())) {}
        let before = try #require(ResidentMemory.peakBytes)
        #expect(before >= size)
        #expect(ResidentMemory.resetPeak())
        #expect(try #require(ResidentMemory.peakBytes) < before - size / 2)
    }
}
