// The register block of a product, per instruction set. The manifest defines one of the two conditions from the machine it builds on.
#if SLNUMERICS_AVX512
    /// One vector register: sixteen floats.
    typealias TileVector = SIMD16<Float>
    typealias HalfTileVector = SIMD8<Float>
#elseif SLNUMERICS_AVX2
    /// One vector register: eight floats.
    typealias TileVector = SIMD8<Float>
    typealias HalfTileVector = SIMD4<Float>
#else
    /// One vector register: four floats, on every 64-bit machine.
    typealias TileVector = SIMD4<Float>
    typealias HalfTileVector = SIMD2<Float>
#endif

/// Sizes of the blocks a product is cut in.
///
/// A tile of the result stays in registers: with AVX-512 12 rows of two vectors take 24 of 32 registers, with 16 registers 6 rows
/// of two vectors take 12. A panel of the left operand (`rows` × `depth`) stays in the first-level cache while the block of the
/// right operand (`depth` × `width`) streams past it from the second-level cache.
enum TileShape {
    static var lanes: Int { TileVector.scalarCount }
    /// Columns of the result in a tile.
    static var columns: Int { 2 * lanes }
    /// Rows of the result in a ``RowGroup``; a tile has one, two or three.
    static var groupRows: Int {
        #if SLNUMERICS_AVX512
            4
        #else
            2
        #endif
    }
    static var rows: Int { 3 * groupRows }

    /// Longest run of the shared dimension that is summed in registers before the result is touched.
    static var depth: Int { 384 }
    /// Distance of two rows of a panel: not a multiple of a page's fraction, so that rows do not share cache sets.
    static var panelStride: Int { depth + 16 }
    /// Columns of the right operand packed at once.
    static var width: Int { 512 }
}

@inline(__always)
func loadTile(_ pointer: UnsafePointer<Float>) -> TileVector {
    UnsafeRawPointer(pointer).loadUnaligned(as: TileVector.self)
}

@inline(__always)
func storeTile(_ value: TileVector, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: TileVector.self)
}

/// sum + factor · other, rounded once where the machine does that in one instruction.
@inline(__always)
func multiplyAdd(_ sum: inout TileVector, _ factor: Float, _ other: TileVector) {
    #if SLNUMERICS_AVX512 || SLNUMERICS_AVX2 || arch(arm64)
        sum.addProduct(TileVector(repeating: factor), other)
    #else
        sum += TileVector(repeating: factor) * other
    #endif
}
