public import SLVector

/// Whole numbers of a few bits, with one scale and one zero point a group.
extension Kernels {
    @inline(never)
    public static func quantizeAffine(
        _ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int, bits: Int, start: Int, key: UInt64?
    ) -> (scale: Float, zero: UInt8) {
        var (low, high) = (Float.infinity, -Float.infinity)
        var isFinite = true
        var i = 0
        while i < n {
            let value = source[i]
            low = value < low ? value : low
            high = value > high ? value : high
            isFinite = isFinite && value.isFinite
            i &+= 1
        }
        let top = Float((1 &<< bits) &- 1)
        let span = high - low
        let scale = isFinite ? (span > 1e-5 ? span : 1e-5) / top : .nan
        let zero = cut(-(low / scale).rounded(.toNearestOrEven), top)
        let random = key.map { RoundingBits(key: $0, indexHigh: UInt64(truncatingIfNeeded: start) &>> 16) }
        var first = 0
        while first < n {
            let index = UInt32(truncatingIfNeeded: (start &+ first) & 0xffff)
            let drawn = random.map { $0[laneIndices &+ index] }
            var i = first
            let end = first &+ laneCount < n ? first &+ laneCount : n
            while i < end {
                let quotient = source[i] / scale
                let rounded: Float
                if let drawn {
                    let below = quotient.rounded(.down)
                    rounded = below + (Float(drawn[i &- first]) * 0x1p-16 < quotient - below ? 1 : 0)
                } else {
                    rounded = quotient.rounded(.toNearestOrEven)
                }
                let code = UInt8(truncatingIfNeeded: Int32(cut(rounded + zero, top)))
                if bits == 4 {
                    let byte = codes[i &>> 1]
                    codes[i &>> 1] = i & 1 == 0 ? byte & 0xf0 | code : byte & 0x0f | code &<< 4
                } else {
                    codes[i] = code
                }
                i &+= 1
            }
            first &+= laneCount
        }
        return (scale, UInt8(truncatingIfNeeded: Int32(zero)))
    }

    @inline(never)
    public static func dequantizeAffine(_ codes: UnsafePointer<UInt8>, scale: Float, zero: UInt8, into target: Row, _ n: Int, bits: Int) {
        let offset = Float(zero)
        var i = 0
        if bits == 8 {
            while i < n {
                target[i] = scale * (Float(codes[i]) - offset)
                i &+= 1
            }
        } else {
            while i < n {
                target[i] = scale * (Float(codes[i &>> 1] &>> (i & 1 == 0 ? 0 : 4) & 15) - offset)
                i &+= 1
            }
        }
    }

    /// Into 0 … top; NaN becomes 0.
    @inline(__always)
    private static func cut(_ value: Float, _ top: Float) -> Float { value >= top ? top : value > 0 ? value : 0 }
}
