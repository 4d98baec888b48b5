// One shuffle instruction each, inside quarters of 128 bits. Pairs move as one `Double`: the compiler would otherwise look through
// two shuffles in a row, or an addition between them, and build the result element by element.
@inline(__always)
func interleaveLow(_ a: EightLanes, _ b: EightLanes) -> EightLanes { EightLanes(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5]) }
@inline(__always)
func interleaveHigh(_ a: EightLanes, _ b: EightLanes) -> EightLanes { EightLanes(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7]) }

private typealias FourPairs = SIMD4<Double>

@inline(__always)
private func pairs(_ a: EightLanes) -> FourPairs { unsafeBitCast(a, to: FourPairs.self) }
@inline(__always)
private func single(_ a: FourPairs) -> EightLanes { unsafeBitCast(a, to: EightLanes.self) }

@inline(__always)
func pairsLow(_ a: EightLanes, _ b: EightLanes) -> EightLanes {
    let (a, b) = (pairs(a), pairs(b))
    return single(FourPairs(a[0], b[0], a[2], b[2]))
}
@inline(__always)
func pairsHigh(_ a: EightLanes, _ b: EightLanes) -> EightLanes {
    let (a, b) = (pairs(a), pairs(b))
    return single(FourPairs(a[1], b[1], a[3], b[3]))
}

#if SLVECTOR_AVX512
    @inline(__always)
    private func interleaveLow(_ a: Lanes, _ b: Lanes) -> Lanes {
        Lanes(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5], a[8], b[8], a[9], b[9], a[12], b[12], a[13], b[13])
    }
    @inline(__always)
    private func interleaveHigh(_ a: Lanes, _ b: Lanes) -> Lanes {
        Lanes(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7], a[10], b[10], a[11], b[11], a[14], b[14], a[15], b[15])
    }

    private typealias EightPairs = SIMD8<Double>

    @inline(__always)
    private func pairs(_ a: Lanes) -> EightPairs { unsafeBitCast(a, to: EightPairs.self) }
    @inline(__always)
    private func single(_ a: EightPairs) -> Lanes { unsafeBitCast(a, to: Lanes.self) }

    @inline(__always)
    private func pairsLow(_ a: Lanes, _ b: Lanes) -> Lanes {
        let (a, b) = (pairs(a), pairs(b))
        return single(EightPairs(a[0], b[0], a[2], b[2], a[4], b[4], a[6], b[6]))
    }
    @inline(__always)
    private func pairsHigh(_ a: Lanes, _ b: Lanes) -> Lanes {
        let (a, b) = (pairs(a), pairs(b))
        return single(EightPairs(a[1], b[1], a[3], b[3], a[5], b[5], a[7], b[7]))
    }

    /// The sums of each register's halves, a's before b's.
    @inline(__always)
    private func addHalves(_ a: Lanes, _ b: Lanes) -> Lanes {
        let (a, b) = (pairs(a), pairs(b))
        return single(EightPairs(a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]))
            + single(EightPairs(a[4], a[5], a[6], a[7], b[4], b[5], b[6], b[7]))
    }

    /// The sums of neighbouring quarters.
    @inline(__always)
    private func addQuarters(_ a: Lanes, _ b: Lanes) -> Lanes {
        let (a, b) = (pairs(a), pairs(b))
        return single(EightPairs(a[0], a[1], a[4], a[5], b[0], b[1], b[4], b[5]))
            + single(EightPairs(a[2], a[3], a[6], a[7], b[2], b[3], b[6], b[7]))
    }
#else
    @inline(__always)
    private func addHalves(_ a: Lanes, _ b: Lanes) -> Lanes {
        let (a, b) = (pairs(a), pairs(b))
        return single(FourPairs(a[0], a[1], b[0], b[1])) + single(FourPairs(a[2], a[3], b[2], b[3]))
    }
#endif

/// Partial sums of the four registers from `row` on, side by side in each quarter.
@inline(__always)
private func sumsOfFour(_ row: UnsafePointer<Float>) -> Lanes {
    let (a, b, c, d) = (load(row), load(row + laneCount), load(row + 2 &* laneCount), load(row + 3 &* laneCount))
    let ab = interleaveLow(a, b) + interleaveHigh(a, b)
    let cd = interleaveLow(c, d) + interleaveHigh(c, d)
    return pairsLow(ab, cd) + pairsHigh(ab, cd)
}

/// Lane i of the result is the sum over the lanes of register i at `registers`, of which there are as many as a register has lanes.
@inline(__always)
func sumsOfRegisters(_ registers: UnsafePointer<Float>) -> Lanes {
    let (a, b) = (sumsOfFour(registers), sumsOfFour(registers + 4 &* laneCount))
    #if SLVECTOR_AVX512
        let (c, d) = (sumsOfFour(registers + 8 &* laneCount), sumsOfFour(registers + 12 &* laneCount))
        return addQuarters(addHalves(a, b), addHalves(c, d))
    #else
        return addHalves(a, b)
    #endif
}
