import Glibc
public import SLVector

/// Softmax of rows of logits: as long as the vocabulary, so that they come from memory and stay in the second-level cache.
extension Kernels {
    @inline(never)
    public static func logSumExp(_ x: Row, _ n: Int) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: LongRow.mostBlocks) { shifts in
            LongRow(x, n, shifts: shifts).exponentiate(keeping: false).logSumExp
        }
    }

    @inline(never)
    public static func scaledSoftmax(_ x: Row, _ n: Int, scale factor: Float) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: LongRow.mostBlocks) { shifts in
            let row = LongRow(x, n, shifts: shifts)
            let sums = row.exponentiate(keeping: true)
            row.forEachBlock(sums, scale: factor) { start, count, multiplier in scaleRow(x + start, multiplier, count) }
            return sums.logSumExp
        }
    }

    @inline(never)
    public static func scaledSoftmax(_ x: Row, rounding target: UnsafeMutablePointer<UInt16>, _ n: Int, scale factor: Float) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: LongRow.mostBlocks) { shifts in
            let row = LongRow(x, n, shifts: shifts)
            let sums = row.exponentiate(keeping: true)
            row.forEachBlock(sums, scale: factor) { start, count, multiplier in
                scaleRounding(x + start, multiplier, target + start, count)
            }
            return sums.logSumExp
        }
    }
}

/// target = x · a, rounded to the nearest, ties to the even one. Both may begin at the same address.
///
/// Exponentials are finite, so a product is NaN only where `a` is, which one that is not a number in the row makes so.
@inline(__always)
private func scaleRounding(_ x: UnsafePointer<Float>, _ a: Float, _ target: UnsafeMutablePointer<UInt16>, _ n: Int) {
    if a.isNaN { return target.update(repeating: BrainFloat.nearest(a), count: n) }
    let body = n & ~(laneCount &- 1)
    let factors = Lanes(repeating: a)
    var i = 0
    while i < body {
        let value = load(x + i) * factors
        #if SLVECTOR_BF16
            BrainFloat.storeNearest(value, target + i)
        #else
            storeHalves((laneBits(value) &+ 0x7fff &+ (laneBits(value) &>> 16 & 1)) &>> 16, target + i)
        #endif
        i &+= laneCount
    }
    while i < n {
        target[i] = BrainFloat.nearest(x[i] * a)
        i &+= 1
    }
}

/// A row in blocks that fit the first-level cache, each with exponentials by a shift of its own: the largest element up to its
/// end. So the row is read once for maximum and sum, and once more for what is done with the exponentials
/// (Milakov & Gimelshein 2018, arXiv:1805.02867, with blocks in place of elements).
private struct LongRow {
    /// Few enough for the stack.
    static var mostBlocks: Int { 64 }

    private let x: UnsafeMutablePointer<Float>
    private let count: Int
    private let block: Int
    private let shifts: UnsafeMutableBufferPointer<Float>

    struct Sums {
        let largest: Float
        /// Σ exp(x − largest): of blocks in `Float`, over them in `Double`, so that a vocabulary of 10⁵ words keeps its digits.
        let sum: Double

        var logSumExp: Float { largest + Float(log(sum)) }
    }

    @inline(__always)
    init(_ x: UnsafeMutablePointer<Float>, _ n: Int, shifts: UnsafeMutableBufferPointer<Float>) {
        self.x = x
        count = n
        let even = (n &+ Self.mostBlocks &- 1) / Self.mostBlocks
        block = max(1024, (even &+ laneCount &- 1) & ~(laneCount &- 1))
        self.shifts = shifts
    }

    /// The maximum of a block is taken while the exponentials of the one before are computed, so that memory is read at an even rate.
    @inline(__always)
    func exponentiate(keeping keeps: Bool) -> Sums {
        var largest = -Float.greatestFiniteMagnitude
        var sum = 0.0
        var maxima = maximum(0, min(block, count), Lanes(repeating: largest))
        var start = 0
        var index = 0
        while start < count {
            let end = min(start &+ block, count)
            let body = start &+ ((end &- start) & ~(laneCount &- 1))
            let next = min(end &+ block, count)
            let shift = max(largest, greatest(maxima))
            let shifts = Lanes(repeating: shift)
            // As many whole registers as both blocks have.
            let common = start &+ ((next &- end) & ~(laneCount &- 1))
            maxima = Lanes(repeating: shift)
            var sums = Lanes()
            var i = start
            while i < common {
                let e = exponentialBelow88(load(x + i) - shifts)
                if keeps { store(e, x + i) }
                sums += e
                maxima = lanewiseMax(maxima, load(x + (i &+ block)))
                i &+= laneCount
            }
            maxima = maximum(i &+ block, next, maxima)
            while i < body {
                let e = exponentialBelow88(load(x + i) - shifts)
                if keeps { store(e, x + i) }
                sums += e
                i &+= laneCount
            }
            if i < end {
                let e = first(end &- i, of: exponentialBelow88(loadTail(x + i, end &- i) - shifts), fill: 0)
                if keeps { storeTail(e, x + i, end &- i) }
                sums += e
            }
            if shift > largest { sum *= exp(Double(largest) - Double(shift)) }
            sum += Double(total(sums))
            largest = shift
            self.shifts[index] = shift
            index &+= 1
            start = end
        }
        // A row of nothing but −∞ has no probabilities.
        return Sums(largest: largest, sum: largest == -Float.greatestFiniteMagnitude ? .nan : sum)
    }

    /// `body` gets what the exponentials of a block are to be multiplied with for scale · softmax.
    @inline(__always)
    func forEachBlock(_ sums: Sums, scale: Float, _ body: (_ start: Int, _ count: Int, _ multiplier: Float) -> Void) {
        let common = Double(scale) / sums.sum
        var start = 0
        var index = 0
        while start < count {
            let shift = shifts[index]
            let multiplier = shift == sums.largest ? common : common * exp(Double(shift) - Double(sums.largest))
            body(start, min(block, count &- start), Float(multiplier))
            start &+= block
            index &+= 1
        }
    }

    @inline(__always)
    private func maximum(_ start: Int, _ end: Int, _ initial: Lanes) -> Lanes {
        var maxima = initial
        var i = start
        while i &+ laneCount <= end {
            maxima = lanewiseMax(maxima, load(x + i))
            i &+= laneCount
        }
        if i < end { maxima = lanewiseMax(maxima, loadTail(x + i, end &- i, fill: x[i])) }
        return maxima
    }
}
