import SLVector

/// Two moments in 8-bit codes with blocks of one size, a block of both at a time.
struct CodedMoments {
    let first: BlockCodes
    let second: BlockCodes
    let blockSize: Int

    /// Runs `loop` on every whole block, then chooses its codes.
    ///
    /// - Parameter start: the beginning of a block.
    /// - Returns: the first element from `start` to `limit` that is in no whole block.
    @inline(__always)
    func forEachBlock(_ start: Int, _ limit: Int, _ loop: some AdamLoop) -> Int {
        let end = start &+ (limit &- start) / blockSize &* blockSize
        withMomentRows(of: blockSize) { row, distance in
            let (m, v) = (first.codes, second.codes)
            let (firstDecoder, secondDecoder) = (DecadeDecoder(first.book), DecadeDecoder(second.book))
            var start = start
            while start < end {
                let block = start / blockSize
                loop.run(
                    BlockLanes(m, from: start, absmax: first.scales[block], firstDecoder, isSigned: true, into: row),
                    BlockLanes(v, from: start, absmax: second.scales[block], secondDecoder, isSigned: false, into: row + distance),
                    start, start &+ blockSize)
                first.scales[block] = Kernels.quantize(row, into: m + start, blockSize, first.book, computed: Kernels.computesCodes)
                second.scales[block] = Kernels.quantize(row + distance, into: v + start, blockSize, second.book, computed: Kernels.computesCodes)
                start &+= blockSize
            }
        }
        return end
    }
}

/// Runs `body` with two rows of temporary space: where the first is, and how far the second is from it.
@inline(__always)
func withMomentRows(of length: Int, _ body: (_ row: UnsafeMutablePointer<Float>, _ distance: Int) -> Void) {
    // Rows a multiple of 4 KiB apart would wait for each other; a register that lies across two lines of the cache takes two turns.
    let distance = length &+ 144
    withUnsafeTemporaryAllocation(byteCount: 8 &* distance, alignment: 64) { buffer in
        guard let row = buffer.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
        body(row, distance)
    }
}
