import SLVector

#if SLVECTOR_AVX512 || SLVECTOR_AVX2
    import _Builtin_intrinsics.intel
#endif

/// Sixteen numbers in registers, of which every lane takes the one at its own index: one permutation where a memory look-up a lane would be.
struct LaneTable {
    #if SLVECTOR_AVX2
        private let lower: SIMD8<Float>
        private let upper: SIMD8<Float>
    #else
        private let values: SIMD16<Float>
    #endif

    /// One of a book's tables.
    @inline(__always)
    init(_ table: CodeBook.Table, of book: CodeBook) {
        let place = UnsafeRawPointer(book.decades + table.rawValue &* 16)
        #if SLVECTOR_AVX2
            lower = place.loadUnaligned(as: SIMD8<Float>.self)
            upper = place.loadUnaligned(fromByteOffset: 32, as: SIMD8<Float>.self)
        #else
            values = place.loadUnaligned(as: SIMD16<Float>.self)
        #endif
    }

    /// Only the four lowest bits of an index count.
    @inline(__always)
    subscript(index: LaneBits) -> Lanes {
        #if SLVECTOR_AVX512
            return _mm512_permutexvar_ps(unsafeBitCast(index, to: __m512i.self), values)
        #elseif SLVECTOR_AVX2
            let lanes = unsafeBitCast(index, to: __m256i.self)
            // Eight lanes a permutation, which looks at three bits; the fourth, moved to the sign, chooses between the two.
            return _mm256_blendv_ps(_mm256_permutevar8x32_ps(lower, lanes), _mm256_permutevar8x32_ps(upper, lanes), laneFloats(index &<< 28))
        #else
            var found = Lanes()
            for lane in 0..<laneCount { found[lane] = values[Int(index[lane] & 15)] }
            return found
        #endif
    }
}
