public import SLVector

extension Kernels {
    @inline(never)
    public static func expand(_ x: UnsafePointer<UInt16>, into y: Row, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            store(BrainFloat.expanded(loadHalves(x + i)), y + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func compress(_ x: UnsafePointer<Float>, into y: Brain, _ n: Int) {
        let n = WholeRow.count(n)
        var i = 0
        while i < n {
            BrainFloat.storeNearest(load(x + i), y + i)
            i &+= laneCount
        }
    }

    @inline(never)
    public static func compressStochastically(_ x: UnsafePointer<Float>, into y: Brain, _ n: Int, key: UInt64, offset: Int) {
        var i = 0
        while i < n {
            // Lanes count in 32 bits: a row that crosses a multiple of 2³² is cut there.
            let index = UInt64(bitPattern: Int64(offset &+ i))
            let low = UInt32(truncatingIfNeeded: index)
            let left = 1 &<< 32 &- Int(low)
            let end = i &+ (n &- i < left ? n &- i : left)
            compressSegment(x + i, into: y + i, end &- i, RoundingBits(key: key, indexHigh: index &>> 32), from: low)
            i = end
        }
    }

    private static func compressSegment(_ x: UnsafePointer<Float>, into y: Brain, _ n: Int, _ random: RoundingBits, from first: UInt32) {
        let body = n & ~(laneCount &- 1)
        var index = laneIndices &+ first
        var i = 0
        while i < body {
            storeHalves(BrainFloat.roundedUp(load(x + i), adding: random[index]), y + i)
            index = index &+ UInt32(truncatingIfNeeded: laneCount)
            i &+= laneCount
        }
        if i < n {
            let tail = BrainFloat.roundedUp(loadTail(x + i, n &- i), adding: random[index])
            for lane in 0..<(n &- i) { y[i &+ lane] = UInt16(truncatingIfNeeded: tail[lane]) }
        }
    }
}
