import SLVector

/// The arithmetic of companded codes, a register or a group at a time.
enum CompandedGroup {
    /// First moments: with q = 127·y, z = y/(2 − |y|) = q/(254 − |q|).
    @inline(__always)
    static func first(_ codes: LaneBits, _ scale: Lanes) -> Lanes {
        // 2²³ + 128 + q, by its bits.
        let q = laneFloats((codes ^ 0x80) | 0x4b00_0000) - 8_388_736
        return q / (254 - laneMagnitude(q)) * scale
    }

    /// Second moments.
    @inline(__always)
    static func second(_ codes: LaneBits, _ scale: Lanes) -> Lanes {
        let root = (laneFloats(codes | 0x4b00_0000) - 8_388_608) * (1 / 255) * scale
        return root * root
    }

    /// - Returns: the scale.
    @inline(__always)
    static func quantizeFirst(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>) -> Float {
        let scale = scale(of: source)
        guard scale > 0 else {
            codes.update(repeating: 0, count: CompandedGroups.size)
            return scale
        }
        let top = Lanes(repeating: scale)
        forEachRegister { i in
            let x = load(source + i)
            // 127 · 2z/(1 + |z|), the nearest whole number of it in the lowest bits.
            storeBytes(laneBits(x * 254 / (top + laneMagnitude(x)) + 12_582_912), codes + i)
        }
        return scale
    }

    /// - Parameter roots: of the moments.
    /// - Returns: the scale.
    @inline(__always)
    static func quantizeSecond(roots: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>) -> Float {
        let scale = scale(of: roots)
        guard scale > 0 else {
            codes.update(repeating: 0, count: CompandedGroups.size)
            return scale
        }
        let steps = Lanes(repeating: 255 / scale)
        forEachRegister { i in
            let root = load(roots + i)
            let size = lanewiseMax(root * steps, Lanes(repeating: 1)).replacing(with: Lanes(), where: root .== Lanes())
            storeBytes(laneBits(size + 12_582_912), codes + i)
        }
        return scale
    }

    /// Of second moments, which need not be roots: what is negative counts as 0.
    ///
    /// - Returns: the scale.
    static func quantizeSecond(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: CompandedGroups.size) { buffer in
            guard let roots = buffer.baseAddress else { return .nan }
            forEachRegister { i in
                let x = load(source + i)
                store(root(x.replacing(with: Lanes(), where: x .< Lanes())), roots + i)
            }
            return quantizeSecond(roots: roots, into: codes)
        }
    }

    /// The largest magnitude of a group, NaN unless it is finite: of the bits of numbers ≥ 0 those of what is not finite are largest.
    @inline(__always)
    private static func scale(of group: UnsafePointer<Float>) -> Float {
        var largest = LaneIntegers()
        forEachRegister { largest = lanewiseMax(largest, laneIntegers(laneBits(laneMagnitude(load(group + $0))))) }
        let bits = largestLane(largest)
        return bits < 0x7f80_0000 ? Float(bitPattern: UInt32(bitPattern: bits)) : .nan
    }

    @inline(__always)
    private static func forEachRegister(_ body: (_ start: Int) -> Void) {
        var i = 0
        while i < CompandedGroups.size {
            body(i)
            i &+= laneCount
        }
    }
}
