public import SLVector

extension Kernels {
    @inline(never)
    public static func quantizeCompanded(
        _ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, scales: UnsafeMutablePointer<Float>, _ n: Int, isSigned: Bool
    ) {
        let size = CompandedGroups.size
        let whole = n & ~(size &- 1)
        var start = 0
        while start < whole {
            scales[start / size] = quantizeGroup(source + start, into: codes + start, isSigned)
            start &+= size
        }
        guard whole < n else { return }
        withPaddedGroup { floats, bytes in
            floats.update(from: source + whole, count: n &- whole)
            scales[whole / size] = quantizeGroup(floats, into: bytes, isSigned)
            (codes + whole).update(from: bytes, count: n &- whole)
        }
    }

    @inline(never)
    public static func dequantizeCompanded(
        _ codes: UnsafePointer<UInt8>, scales: UnsafePointer<Float>, into target: Row, _ n: Int, isSigned: Bool
    ) {
        let size = CompandedGroups.size
        let whole = n & ~(size &- 1)
        var start = 0
        while start < whole {
            dequantizeGroup(codes + start, scales[start / size], into: target + start, isSigned)
            start &+= size
        }
        guard whole < n else { return }
        withPaddedGroup { floats, bytes in
            bytes.update(from: codes + whole, count: n &- whole)
            dequantizeGroup(bytes, scales[whole / size], into: floats, isSigned)
            (target + whole).update(from: floats, count: n &- whole)
        }
    }

    @inline(__always)
    private static func quantizeGroup(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ isSigned: Bool) -> Float {
        isSigned ? CompandedGroup.quantizeFirst(source, into: codes) : CompandedGroup.quantizeSecond(source, into: codes)
    }

    @inline(__always)
    private static func dequantizeGroup(_ codes: UnsafePointer<UInt8>, _ scale: Float, into target: Row, _ isSigned: Bool) {
        let scale = Lanes(repeating: scale)
        var i = 0
        while i < CompandedGroups.size {
            let bytes = loadBytes(codes + i)
            store(isSigned ? CompandedGroup.first(bytes, scale) : CompandedGroup.second(bytes, scale), target + i)
            i &+= laneCount
        }
    }

    /// Zeros for the last elements of a tensor to be put among.
    @inline(__always)
    private static func withPaddedGroup(_ body: (_ floats: Row, _ codes: UnsafeMutablePointer<UInt8>) -> Void) {
        let size = CompandedGroups.size
        withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { floats in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { codes in
                guard let floats = floats.baseAddress, let codes = codes.baseAddress else { return }
                floats.initialize(repeating: 0, count: size)
                codes.initialize(repeating: 0, count: size)
                body(floats, codes)
            }
        }
    }
}
