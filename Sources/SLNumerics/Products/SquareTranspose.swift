/// Transposes squares of as many rows as a vector has lanes.
///
/// Interleaving row i with row i + half, low parts then high parts, moves each element's row and column number one bit round;
/// log₂(lanes) rounds exchange the two.
enum SquareTranspose {
    /// Elements of scratch space: two squares.
    static var scratchCount: Int { 2 * TileShape.lanes * TileShape.lanes }

    @inline(__always)
    static func run(
        _ from: UnsafePointer<Float>, _ fromStride: Int, _ to: UnsafeMutablePointer<Float>, _ toStride: Int,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let lanes = TileShape.lanes
        let other = scratch + lanes &* lanes
        round(from, fromStride, scratch, lanes)
        #if SLNUMERICS_AVX512
            round(scratch, lanes, other, lanes)
            round(other, lanes, scratch, lanes)
        #elseif SLNUMERICS_AVX2
            round(scratch, lanes, other, lanes)
        #endif
        #if SLNUMERICS_AVX2
            round(other, lanes, to, toStride)
        #else
            round(scratch, lanes, to, toStride)
        #endif
    }

    @inline(__always)
    private static func round(_ from: UnsafePointer<Float>, _ fromStride: Int, _ to: UnsafeMutablePointer<Float>, _ toStride: Int) {
        let half = TileShape.lanes / 2
        for i in 0..<half {
            let first = loadTile(from + i &* fromStride)
            let second = loadTile(from + (i &+ half) &* fromStride)
            storeTile(interleave(first.lowHalf, second.lowHalf), to + 2 &* i &* toStride)
            storeTile(interleave(first.highHalf, second.highHalf), to + (2 &* i &+ 1) &* toStride)
        }
    }

    @inline(__always)
    private static func interleave(_ even: HalfTileVector, _ odd: HalfTileVector) -> TileVector {
        var result = TileVector()
        result.evenHalf = even
        result.oddHalf = odd
        return result
    }
}
