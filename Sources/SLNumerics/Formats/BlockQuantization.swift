/// A block of numbers as one byte each and the largest magnitude among them.
extension Dynamic8BitCode {
    /// Whether blocks are computed a register at a time. Without a vector unit to say so for, looking up an element at a time is faster.
    @inline(__always)
    private static var isComputed: Bool {
        #if SLNUMERICS_AVX512 || SLNUMERICS_AVX2
            true
        #else
            false
        #endif
    }

    /// target[i] = values[codes[i]] · absmax
    public func dequantize(_ codes: UnsafePointer<UInt8>, absmax: Float, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        dequantize(codes, absmax: absmax, into: target, n, computed: Self.isComputed)
    }

    /// Either way, with the same bits.
    package func dequantize(
        _ codes: UnsafePointer<UInt8>, absmax: Float, into target: UnsafeMutablePointer<Float>, _ n: Int, computed: Bool
    ) {
        let body = computed ? n & ~(laneCount &- 1) : 0
        if isSigned {
            expand(codes, absmax, into: target, body, SignedBook.self)
        } else {
            expand(codes, absmax, into: target, body, UnsignedBook.self)
        }
        for i in body..<max(body, n) { target[i] = values[Int(codes[i])] * absmax }
    }

    /// Returns max |x| and writes the code nearest to x / absmax of each element; a block of zeros has absmax 0 and the code of 0.
    ///
    /// Half way between two values the even code is taken. In the signed book a negative quotient never takes the code of 0 but
    /// the next below it, so no element loses its sign; one too small for a `Float` counts as 0. NaN takes the code of 0 and leaves
    /// absmax alone. In the unsigned book negative elements take the code of 0.
    public func quantize(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int) -> Float {
        quantize(source, into: codes, n, computed: Self.isComputed)
    }

    /// Either way, with the same codes.
    package func quantize(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int, computed: Bool) -> Float {
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
        // Beyond these 1 / absmax is no normal number.
        let body = computed && absmax >= 0x1p-126 && absmax <= 0x1p126 ? n & ~(laneCount &- 1) : 0
        var start = 0
        while start < body {
            let end = min(body, start &+ 64 &* laneCount)
            let inDoubt =
                isSigned
                ? compress(source, absmax, into: codes, start, end, SignedBook.self)
                : compress(source, absmax, into: codes, start, end, UnsignedBook.self)
            lookUp(inDoubt, source, absmax, into: codes, from: start)
            start = end
        }
        for i in body..<max(body, n) { codes[i] = code(of: source[i] / absmax) }
        return absmax
    }

    /// The code of a quotient: one look-up by the upper 16 bits, one comparison.
    @inline(__always)
    func code(of number: Float) -> UInt8 {
        let start = starts[Int(number.bitPattern &>> 16)]
        return start &+ (number > bounds[Int(start)] ? 1 : 0)
    }

    private func lookUp(_ registers: UInt64, _ source: UnsafePointer<Float>, _ absmax: Float, into codes: UnsafeMutablePointer<UInt8>, from start: Int) {
        var rest = registers
        while rest != 0 {
            let first = start &+ rest.trailingZeroBitCount &* laneCount
            for i in first..<first &+ laneCount { codes[i] = code(of: source[i] / absmax) }
            rest &= rest &- 1
        }
    }

    private func expand<Kind: BookKind>(
        _ codes: UnsafePointer<UInt8>, _ absmax: Float, into target: UnsafeMutablePointer<Float>, _ n: Int, _ kind: Kind.Type
    ) {
        let decoder = lines.decoder
        var i = 0
        while i < n {
            store(decoder.values(loadBytes(codes + i), isSigned: Kind.isSigned) * absmax, target + i)
            i &+= laneCount
        }
    }

    /// - Returns: a bit for each of up to 64 registers in which a code is in doubt.
    private func compress<Kind: BookKind>(
        _ source: UnsafePointer<Float>, _ absmax: Float, into codes: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int, _ kind: Kind.Type
    ) -> UInt64 {
        let encoder = lines.encoder
        let inverse = Lanes(repeating: 1 / absmax)
        var (inDoubt, bit) = (UInt64(0), UInt64(1))
        var i = start
        while i < end {
            let found = encoder.codes(load(source + i), inverse: inverse, isSigned: Kind.isSigned)
            storeBytes(found.codes, codes + i)
            if any(found.inDoubt) { inDoubt |= bit }
            bit = bit &<< 1
            i &+= laneCount
        }
        return inDoubt
    }
}

/// Which of the books, as a type: a loop is compiled for each, where a flag would be asked in every turn.
private protocol BookKind { static var isSigned: Bool { get } }
private enum SignedBook: BookKind { static var isSigned: Bool { true } }
private enum UnsignedBook: BookKind { static var isSigned: Bool { false } }

@inline(__always)
private func largestMagnitude(_ x: UnsafePointer<Float>, _ n: Int) -> Float {
    let body = n & ~(4 &* laneCount &- 1)
    // Four, so that no comparison waits for the one before it.
    var (a, b, c, d) = (Lanes(), Lanes(), Lanes(), Lanes())
    var i = 0
    while i < body {
        a = lanewiseMax(a, laneMagnitude(load(x + i)))
        b = lanewiseMax(b, laneMagnitude(load(x + (i &+ laneCount))))
        c = lanewiseMax(c, laneMagnitude(load(x + (i &+ 2 &* laneCount))))
        d = lanewiseMax(d, laneMagnitude(load(x + (i &+ 3 &* laneCount))))
        i &+= 4 &* laneCount
    }
    // No number among them is negative or none: their bits have their order.
    let lanes = lanewiseMax(lanewiseMax(a, b), lanewiseMax(c, d))
    var largest = Float(bitPattern: UInt32(bitPattern: largestLane(laneIntegers(laneBits(lanes)))))
    while i < n {
        let magnitude = x[i].magnitude
        if magnitude > largest { largest = magnitude }
        i &+= 1
    }
    return largest
}
