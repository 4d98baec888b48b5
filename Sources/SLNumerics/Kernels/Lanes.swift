// One vector register of the machine that the program was built on, as the manifest found it.
#if SLNUMERICS_AVX512
    typealias Lanes = SIMD16<Float>
    typealias LaneBits = SIMD16<UInt32>
#else
    typealias Lanes = SIMD8<Float>
    typealias LaneBits = SIMD8<UInt32>
#endif

@inline(__always)
var laneCount: Int { Lanes.scalarCount }

/// Eight floats whatever the machine: for kernels whose layout is made of eights.
typealias EightLanes = SIMD8<Float>

@inline(__always)
func loadEight(_ pointer: UnsafePointer<Float>) -> EightLanes {
    UnsafeRawPointer(pointer).loadUnaligned(as: EightLanes.self)
}

@inline(__always)
func storeEight(_ value: EightLanes, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: EightLanes.self)
}

@inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

@inline(__always)
func store(_ value: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lanes.self)
}

/// The last `count` < ``laneCount`` elements of a row, the other lanes filled.
@inline(__always)
func loadTail(_ pointer: UnsafePointer<Float>, _ count: Int, fill: Float = 0) -> Lanes {
    var value = Lanes(repeating: fill)
    for lane in 0..<count { value[lane] = pointer[lane] }
    return value
}

@inline(__always)
func storeTail(_ value: Lanes, _ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
    for lane in 0..<count { pointer[lane] = value[lane] }
}

/// eˣ in every lane, within 2 ulp on [-87, 88]; smaller arguments give at most 1.2e-38, larger saturate.
///
/// x = k·ln 2 + r, |r| ≤ ½ ln 2; eʳ by a polynomial of degree 6 (Cephes' expf coefficients), 2ᵏ through the exponent bits.
/// Rounding by adding 1.5·2²³ keeps everything in vector registers where `.rounded()` would fall back to scalar code.
@inline(__always)
func exponential(_ argument: Lanes) -> Lanes {
    let magic: Float = 12_582_912
    let x = lanewiseMin(lanewiseMax(argument, Lanes(repeating: -87.3)), Lanes(repeating: 88.3))
    let shifted = x * 1.442_695_04 + magic
    let k = shifted - magic
    let r = x - k * 0.693_359_375 - k * -2.121_944_4e-4
    var p = Lanes(repeating: 1.987_569_15e-4)
    p = p * r + 1.398_199_95e-3
    p = p * r + 8.333_451_9e-3
    p = p * r + 4.166_579_6e-2
    p = p * r + 1.666_666_55e-1
    p = p * r + 5.000_000_12e-1
    let series = p * (r * r) + r + 1
    let exponent = (unsafeBitCast(shifted, to: LaneBits.self) &- 0x4b40_0000) &<< 23
    return unsafeBitCast(unsafeBitCast(series, to: LaneBits.self) &+ exponent, to: Lanes.self)
}

/// √x in every lane for 0 and normal positive x, within 1 ulp.
///
/// The library's own is a call a lane. 1/√x from the exponent bits (Lomont 2003, Fast Inverse Square Root), three steps of
/// Newton, and one of Heron's on x · 1/√x.
@inline(__always)
func root(_ x: Lanes) -> Lanes {
    let start = LaneBits(repeating: 0x5f37_5a86) &- (unsafeBitCast(x, to: LaneBits.self) &>> 1)
    var y = unsafeBitCast(start, to: Lanes.self)
    let half = x * 0.5
    y = y * (1.5 - half * y * y)
    y = y * (1.5 - half * y * y)
    y = y * (1.5 - half * y * y)
    let estimate = x * y
    return estimate + 0.5 * y * (x - estimate * estimate)
}

@inline(__always)
func sigmoid(_ x: Lanes) -> Lanes { 1 / (1 + exponential(-x)) }

// The library's own pointwise minimum and maximum are calls; these are one compare and one blend. NaN in `a` stays.
@inline(__always)
func lanewiseMin(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }

@inline(__always)
func lanewiseMax(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }
