/// A block of numbers as one byte each and the largest magnitude among them.
extension Dynamic8BitCode {
    /// target[i] = values[codes[i]] · absmax
    public func dequantize(_ codes: UnsafePointer<UInt8>, absmax: Float, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        values.withUnsafeBufferPointer { buffer in
            guard let values = buffer.baseAddress else { return }
            let body = n & ~7
            var i = 0
            while i < body {
                let eight = UnsafeRawPointer(codes + i).loadUnaligned(as: UInt64.self)
                var found = EightLanes()
                for lane in 0..<8 { found[lane] = values[Int(eight &>> (8 &* UInt64(lane)) & 0xff)] }
                storeEight(found * absmax, target + i)
                i &+= 8
            }
            while i < n {
                target[i] = values[Int(codes[i])] * absmax
                i &+= 1
            }
        }
    }

    /// Returns max |x| and writes the code nearest to x / absmax of each element; a block of zeros has absmax 0 and the code of 0.
    ///
    /// Half way between two values the even code is taken. In the signed book a negative quotient never takes the code of 0 but
    /// the next below it, so no element loses its sign; one too small for a `Float` counts as 0. NaN takes the code of 0 and leaves
    /// absmax alone. In the unsigned book negative elements take the code of 0.
    public func quantize(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int) -> Float {
        let absmax = largestMagnitude(source, n)
        guard absmax > 0 else {
            codes.update(repeating: zeroCode, count: max(0, n))
            return 0
        }
        guard grid.isEmpty else {
            for i in 0..<n {
                let cell = (source[i] / absmax + 1) * 32768
                codes[i] = cell.isNaN ? zeroCode : grid[max(0, min(65535, Int(cell)))]
            }
            return absmax
        }
        starts.withUnsafeBufferPointer { startBuffer in
            bounds.withUnsafeBufferPointer { boundBuffer in
                guard let starts = startBuffer.baseAddress, let bounds = boundBuffer.baseAddress else { return }
                let body = n & ~7
                var i = 0
                while i < body {
                    let quotient = loadEight(source + i) / absmax
                    for lane in 0..<8 { codes[i &+ lane] = code(of: quotient[lane], starts, bounds) }
                    i &+= 8
                }
                while i < n {
                    codes[i] = code(of: source[i] / absmax, starts, bounds)
                    i &+= 1
                }
            }
        }
        return absmax
    }
}

/// One look-up by the upper 16 bits, one comparison.
@inline(__always)
private func code(of number: Float, _ starts: UnsafePointer<UInt8>, _ bounds: UnsafePointer<Float>) -> UInt8 {
    let start = starts[Int(number.bitPattern &>> 16)]
    return start &+ (number > bounds[Int(start)] ? 1 : 0)
}

@inline(__always)
private func largestMagnitude(_ x: UnsafePointer<Float>, _ n: Int) -> Float {
    let body = n & ~7
    var lanes = EightLanes()
    var i = 0
    while i < body {
        let magnitude = unsafeBitCast(unsafeBitCast(loadEight(x + i), to: SIMD8<UInt32>.self) & 0x7fff_ffff, to: EightLanes.self)
        lanes = largerOfEight(lanes, magnitude)
        i &+= 8
    }
    var largest: Float = 0
    for lane in 0..<8 where lanes[lane] > largest { largest = lanes[lane] }
    while i < n {
        let magnitude = x[i].magnitude
        if magnitude > largest { largest = magnitude }
        i &+= 1
    }
    return largest
}
