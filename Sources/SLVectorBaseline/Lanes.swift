// One vector register of the instructions that the room is compiled for, as the manifest says.
#if SLVECTOR_AVX512
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

/// x ← x · a, of any length.
@inline(__always)
func scaleRow(_ x: UnsafeMutablePointer<Float>, _ a: Float, _ n: Int) {
    var i = 0
    while i &+ laneCount <= n {
        store(load(x + i) * a, x + i)
        i &+= laneCount
    }
    while i < n {
        x[i] *= a
        i &+= 1
    }
}

/// The first `count` lanes, the others filled.
@inline(__always)
func first(_ count: Int, of value: Lanes, fill: Float) -> Lanes {
    value.replacing(
        with: Lanes(repeating: fill), where: laneIntegers(laneIndices) .>= LaneIntegers(repeating: Int32(truncatingIfNeeded: count)))
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
@inline(__always)
func exponential(_ argument: Lanes) -> Lanes { exponentialBelow88(lanewiseMin(argument, Lanes(repeating: 88.3))) }

/// eˣ of arguments up to 88.3: those that have their row's largest element taken off need no upper bound.
///
/// x = k·ln 2 + r, |r| ≤ ½ ln 2; eʳ = 1 + r + r²·p(r) with p of degree 4, which minimises the relative error (3.1e-9); 2ᵏ through the
/// exponent bits. Rounding by adding 1.5·2²³ keeps everything in vector registers where `.rounded()` would fall back to scalar code.
@inline(__always)
func exponentialBelow88(_ argument: Lanes) -> Lanes {
    let magic = Lanes(repeating: 12_582_912)
    let x = lanewiseMax(argument, Lanes(repeating: -87.3))
    let shifted = multiplyAdd(x, Lanes(repeating: 1.442_695_04), magic)
    let k = shifted - magic
    let upper = multiplyAdd(k, Lanes(repeating: -0.693_359_375), x)
    let r = multiplyAdd(k, Lanes(repeating: 2.121_944_4e-4), upper)
    var p = Lanes(repeating: 1.381_443_47e-3)
    p = multiplyAdd(p, r, Lanes(repeating: 8.368_796e-3))
    p = multiplyAdd(p, r, Lanes(repeating: 4.166_839_57e-2))
    p = multiplyAdd(p, r, Lanes(repeating: 0.166_665_2))
    p = multiplyAdd(p, r, Lanes(repeating: 0.499_999_934))
    p = multiplyAdd(p, r, Lanes(repeating: 1))
    let series = multiplyAdd(p, r, Lanes(repeating: 1))
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

/// The sum from lane to lane. The library's own is a function that modules share: the linker would keep one room's for all.
@inline(__always)
func sumInOrder(_ x: Lanes) -> Float {
    var sum = x[0]
    for lane in 1..<laneCount { sum += x[lane] }
    return sum
}

// Sums and maxima over the lanes by halves: from lane to lane each waits for the one before.
@inline(__always)
func total(_ lanes: Lanes) -> Float {
    #if SLVECTOR_AVX512
        let eight = lanes.lowHalf + lanes.highHalf
    #else
        let eight = lanes
    #endif
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
}

@inline(__always)
func greatest(_ lanes: Lanes) -> Float {
    #if SLVECTOR_AVX512
        let eight = largerOfEight(lanes.lowHalf, lanes.highHalf)
    #else
        let eight = lanes
    #endif
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two[1] > two[0] ? two[1] : two[0]
}

@inline(__always)
func largerOfEight(_ a: EightLanes, _ b: EightLanes) -> EightLanes { a.replacing(with: b, where: b .> a) }
