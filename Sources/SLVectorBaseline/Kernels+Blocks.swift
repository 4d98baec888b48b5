public import SLVector

/// A block of numbers as one byte each and the largest magnitude among them.
extension Kernels {
    @inline(never)
    public static func dequantize(_ codes: UnsafePointer<UInt8>, absmax: Float, into target: Row, _ n: Int, _ book: CodeBook, computed: Bool) {
        let body = computed ? n & ~(laneCount &- 1) : 0
        if book.isSigned {
            expand(codes, absmax, into: target, body, book, SignedBook.self)
        } else {
            expand(codes, absmax, into: target, body, book, UnsignedBook.self)
        }
        var i = body
        while i < n {
            target[i] = book.values[Int(codes[i])] * absmax
            i &+= 1
        }
    }

    @inline(never)
    public static func quantize(
        _ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int, _ book: CodeBook, computed: Bool
    ) -> Float {
        let absmax = largestMagnitude(source, n)
        guard absmax > 0 else {
            if n > 0 { codes.update(repeating: book.zeroCode, count: n) }
            return 0
        }
        // Beyond these 1 / absmax is no normal number.
        let body = computed && absmax >= 0x1p-126 && absmax <= 0x1p126 ? n & ~(laneCount &- 1) : 0
        var start = 0
        while start < body {
            let next = start &+ 64 &* laneCount
            let end = next < body ? next : body
            let inDoubt =
                book.isSigned
                ? compress(source, absmax, into: codes, start, end, book, SignedBook.self)
                : compress(source, absmax, into: codes, start, end, book, UnsignedBook.self)
            lookUp(inDoubt, source, absmax, into: codes, from: start, book)
            start = end
        }
        var i = body
        while i < n {
            codes[i] = code(of: source[i] / absmax, book)
            i &+= 1
        }
        return absmax
    }

    /// The code of a quotient: one look-up by the upper 16 bits, one comparison.
    @inline(__always)
    private static func code(of number: Float, _ book: CodeBook) -> UInt8 {
        let start = book.starts[Int(number.bitPattern &>> 16)]
        return start &+ (number > book.bounds[Int(start)] ? 1 : 0)
    }

    private static func lookUp(
        _ registers: UInt64, _ source: UnsafePointer<Float>, _ absmax: Float, into codes: UnsafeMutablePointer<UInt8>, from start: Int, _ book: CodeBook
    ) {
        var rest = registers
        while rest != 0 {
            let first = start &+ rest.trailingZeroBitCount &* laneCount
            for i in first..<first &+ laneCount { codes[i] = code(of: source[i] / absmax, book) }
            rest &= rest &- 1
        }
    }

    private static func expand<Kind: BookKind>(
        _ codes: UnsafePointer<UInt8>, _ absmax: Float, into target: Row, _ n: Int, _ book: CodeBook, _ kind: Kind.Type
    ) {
        let decoder = DecadeDecoder(book)
        var i = 0
        while i < n {
            store(decoder.values(loadBytes(codes + i), isSigned: Kind.isSigned) * absmax, target + i)
            i &+= laneCount
        }
    }

    /// - Returns: a bit for each of up to 64 registers in which a code is in doubt.
    private static func compress<Kind: BookKind>(
        _ source: UnsafePointer<Float>, _ absmax: Float, into codes: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int, _ book: CodeBook,
        _ kind: Kind.Type
    ) -> UInt64 {
        let encoder = DecadeEncoder(book)
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

    @inline(never)
    public static func largestMagnitude(_ x: UnsafePointer<Float>, _ n: Int) -> Float {
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
}

/// Which of the books, as a type: a loop is compiled for each, where a flag would be asked in every turn.
private protocol BookKind { static var isSigned: Bool { get } }
private enum SignedBook: BookKind { static var isSigned: Bool { true } }
private enum UnsignedBook: BookKind { static var isSigned: Bool { false } }
