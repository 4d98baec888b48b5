/// Two moments in 8-bit codes with blocks of one size, a block of both at a time.
struct CodedMoments {
    private let codes: (first: Allocation<UInt8>, second: Allocation<UInt8>)
    private let scales: (first: Allocation<Float>, second: Allocation<Float>)
    private let books: (first: Dynamic8BitCode, second: Dynamic8BitCode)
    private let blockSize: Int

    /// `nil` for other formats.
    init?(_ first: StoredTensor<Float>, _ second: StoredTensor<Float>) {
        guard case .codes(let m, let mScales, let mBook, let size) = first.content,
            case .codes(let v, let vScales, let vBook, let vSize) = second.content,
            size == vSize, size.isMultiple(of: laneCount), mBook.isSigned, !vBook.isSigned
        else { return nil }
        codes = (m, v)
        scales = (mScales, vScales)
        books = (mBook, vBook)
        blockSize = size
    }

    /// Runs `body` on every whole block: moments to read and to store, and their range. Then chooses their codes.
    ///
    /// - Returns: the first element of `range`, which begins at a block, that is in no whole block.
    @inline(__always)
    func forEachBlock(_ range: Range<Int>, _ body: (_ first: BlockLanes, _ second: BlockLanes, Range<Int>) -> Void) -> Int {
        let end = range.lowerBound + range.count / blockSize * blockSize
        withMomentRows(of: blockSize) { row, distance in
            let (m, v) = (codes.first.base, codes.second.base)
            let (firstDecoder, secondDecoder) = (books.first.lines.decoder, books.second.lines.decoder)
            var start = range.lowerBound
            while start < end {
                let block = start / blockSize
                body(
                    BlockLanes(m, from: start, absmax: scales.first.base[block], firstDecoder, isSigned: true, into: row),
                    BlockLanes(v, from: start, absmax: scales.second.base[block], secondDecoder, isSigned: false, into: row + distance),
                    start..<start + blockSize)
                scales.first.base[block] = books.first.quantize(row, into: m + start, blockSize)
                scales.second.base[block] = books.second.quantize(row + distance, into: v + start, blockSize)
                start += blockSize
            }
        }
        return end
    }
}

/// Runs `body` with two rows of temporary space: where the first is, and how far the second is from it.
@inline(__always)
func withMomentRows(of length: Int, _ body: (_ row: UnsafeMutablePointer<Float>, _ distance: Int) -> Void) {
    // Rows a multiple of 4 KiB apart would wait for each other; a register that lies across two lines of the cache takes two turns.
    let distance = length + 144
    withUnsafeTemporaryAllocation(byteCount: 2 * distance * MemoryLayout<Float>.stride, alignment: 64) { buffer in
        guard let row = buffer.baseAddress?.bindMemory(to: Float.self, capacity: 2 * distance) else { return }
        body(row, distance)
    }
}
