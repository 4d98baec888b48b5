#if SLVECTOR_AVX512 || SLVECTOR_AVX2
    import _Builtin_intrinsics.intel
#endif

// A register's worth of shorter numbers, and the ways to and from 32 bits. The library's own conversions between widths are calls that
// every register is put away for, or a lane at a time.
#if SLVECTOR_AVX512
    typealias LaneHalves = SIMD16<UInt16>
    typealias LaneBytes = SIMD16<UInt8>
    typealias LaneIntegers = SIMD16<Int32>
#else
    typealias LaneHalves = SIMD8<UInt16>
    typealias LaneBytes = SIMD8<UInt8>
    typealias LaneIntegers = SIMD8<Int32>
#endif
typealias LaneMask = SIMDMask<LaneIntegers>

@inline(__always)
func laneBits(_ x: Lanes) -> LaneBits { unsafeBitCast(x, to: LaneBits.self) }

@inline(__always)
func laneFloats(_ x: LaneBits) -> Lanes { unsafeBitCast(x, to: Lanes.self) }

@inline(__always)
func laneIntegers(_ x: LaneBits) -> LaneIntegers { unsafeBitCast(x, to: LaneIntegers.self) }

@inline(__always)
func laneMagnitude(_ x: Lanes) -> Lanes { laneFloats(laneBits(x) & 0x7fff_ffff) }

/// a · b + c, rounded once where the processor has an instruction for it and twice elsewhere: a call a lane would be far slower.
@inline(__always)
func multiplyAdd(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes {
    #if SLVECTOR_AVX512
        return _mm512_fmadd_ps(a, b, c)
    #elseif SLVECTOR_AVX2
        return _mm256_fmadd_ps(a, b, c)
    #elseif arch(arm64)
        return c.addingProduct(a, b)
    #else
        return a * b + c
    #endif
}

/// 0, 1, 2, …
@inline(__always)
var laneIndices: LaneBits {
    #if SLVECTOR_AVX512
        LaneBits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    #else
        LaneBits(0, 1, 2, 3, 4, 5, 6, 7)
    #endif
}

@inline(__always)
func loadHalves(_ pointer: UnsafePointer<UInt16>) -> LaneBits {
    let halves = UnsafeRawPointer(pointer).loadUnaligned(as: LaneHalves.self)
    #if SLVECTOR_AVX512
        return unsafeBitCast(_mm512_cvtepu16_epi32(unsafeBitCast(halves, to: __m256i.self)), to: LaneBits.self)
    #elseif SLVECTOR_AVX2
        return unsafeBitCast(_mm256_cvtepu16_epi32(unsafeBitCast(halves, to: __m128i.self)), to: LaneBits.self)
    #else
        return LaneBits(truncatingIfNeeded: halves)
    #endif
}

@inline(__always)
func loadBytes(_ pointer: UnsafePointer<UInt8>) -> LaneBits {
    let bytes = UnsafeRawPointer(pointer).loadUnaligned(as: LaneBytes.self)
    #if SLVECTOR_AVX512
        return unsafeBitCast(_mm512_cvtepu8_epi32(unsafeBitCast(bytes, to: __m128i.self)), to: LaneBits.self)
    #elseif SLVECTOR_AVX2
        return unsafeBitCast(_mm256_cvtepu8_epi32(__m128i(unsafeBitCast(bytes, to: Int64.self), 0)), to: LaneBits.self)
    #else
        return LaneBits(truncatingIfNeeded: bytes)
    #endif
}

/// The lower half of every lane.
@inline(__always)
func storeHalves(_ value: LaneBits, _ pointer: UnsafeMutablePointer<UInt16>) {
    #if SLVECTOR_AVX512
        let halves = unsafeBitCast(_mm512_cvtepi32_epi16(unsafeBitCast(value, to: __m512i.self)), to: LaneHalves.self)
    #elseif SLVECTOR_AVX2
        let packed = packedHalves(value & 0xffff)
        let halves = unsafeBitCast(lowHalf(packed, SIMD8(0, 1, 4, 5, 0, 1, 4, 5)), to: LaneHalves.self)
    #else
        let halves = LaneHalves(truncatingIfNeeded: value)
    #endif
    UnsafeMutableRawPointer(pointer).storeBytes(of: halves, as: LaneHalves.self)
}

/// The lowest byte of every lane.
@inline(__always)
func storeBytes(_ value: LaneBits, _ pointer: UnsafeMutablePointer<UInt8>) {
    #if SLVECTOR_AVX512
        let bytes = unsafeBitCast(_mm512_cvtepi32_epi8(unsafeBitCast(value, to: __m512i.self)), to: LaneBytes.self)
    #elseif SLVECTOR_AVX2
        let packed = packedHalves(value & 0xff)
        let bytes = unsafeBitCast(lowHalf(_mm256_packus_epi16(packed, packed), SIMD8(0, 4, 0, 4, 0, 4, 0, 4)).x, to: LaneBytes.self)
    #else
        let bytes = LaneBytes(truncatingIfNeeded: value)
    #endif
    UnsafeMutableRawPointer(pointer).storeBytes(of: bytes, as: LaneBytes.self)
}

@inline(__always)
func lanewiseMax(_ a: LaneIntegers, _ b: LaneIntegers) -> LaneIntegers {
    #if SLVECTOR_AVX512
        return unsafeBitCast(_mm512_max_epi32(unsafeBitCast(a, to: __m512i.self), unsafeBitCast(b, to: __m512i.self)), to: LaneIntegers.self)
    #else
        return a.replacing(with: b, where: b .> a)
    #endif
}

/// The largest of all lanes.
@inline(__always)
func largestLane(_ x: LaneIntegers) -> Int32 {
    #if SLVECTOR_AVX512
        return _mm512_reduce_max_epi32(unsafeBitCast(x, to: __m512i.self))
    #else
        var largest = x[0]
        for lane in 1..<laneCount { largest = max(largest, x[lane]) }
        return largest
    #endif
}

#if SLVECTOR_AVX2
    // Packing stays inside the halves of a register; a permutation brings both together. Halves taken by name would be split registers all
    // the way back to where they come from.
    @inline(__always)
    private func packedHalves(_ value: LaneBits) -> __m256i {
        let whole = unsafeBitCast(value, to: __m256i.self)
        return _mm256_packus_epi32(whole, whole)
    }

    @inline(__always)
    private func lowHalf(_ packed: __m256i, _ order: SIMD8<Int32>) -> __m128i {
        _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(packed, unsafeBitCast(order, to: __m256i.self)))
    }
#endif
