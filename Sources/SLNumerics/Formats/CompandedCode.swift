/// A moment in one byte an element, in groups of 32 with a scale each, bent so that small elements keep their relative precision.
///
/// A first moment x in a group with max |x| = s: y = 2z/(1 + |z|) with z = x/s, kept as 127·y rounded, in two's complement. A second moment
/// v in a group with max √v = s: √v, kept as 255·√v/s rounded.
///
/// So a second moment reaches down to 1.5e-5 of its group's largest where a line of 255 steps ends at 4e-3, and what is smaller stays
/// there: **a second moment above 0 never becomes 0**. Adam would divide the first moment by ε alone, which is how runs with
/// block-wise codes break where one element of a block is far above the rest.
///
/// Source: Gonzalez Ortiz, Gupta, Renard and Blalock 2026, FlashOptim, arXiv:2602.23349, Algorithms 2 and 3; code:
/// github.com/databricks/flashoptim (`_triton_quantize_kernel`). Otherwise here: the scales are fp32, not fp16, whose normal numbers end
/// at 6e-5, above the gradients of most models; and the smallest code of a second moment that is not 0 is 1, where theirs is 0.
public struct CompandedCode: Sendable, Hashable {
    /// Elements that share a scale.
    public static let groupSize = 32

    /// Whether elements can be negative: a first moment.
    public let isSigned: Bool

    public init(isSigned: Bool) { self.isSigned = isSigned }

    /// Chooses codes and scales of `n` elements from the beginning of a group. A group with an element that is not finite has a scale of
    /// NaN, so that nothing broken looks sound.
    public func quantize(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, scales: UnsafeMutablePointer<Float>, _ n: Int) {
        let whole = n & ~(Self.groupSize - 1)
        var start = 0
        while start < whole {
            scales[start / Self.groupSize] = quantizeGroup(source + start, into: codes + start)
            start &+= Self.groupSize
        }
        guard whole < n else { return }
        Self.withPaddedGroup { floats, bytes in
            floats.update(from: source + whole, count: n - whole)
            scales[whole / Self.groupSize] = quantizeGroup(floats, into: bytes)
            (codes + whole).update(from: bytes, count: n - whole)
        }
    }

    /// Expands `n` elements from the beginning of a group.
    public func dequantize(_ codes: UnsafePointer<UInt8>, scales: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        let whole = n & ~(Self.groupSize - 1)
        var start = 0
        while start < whole {
            dequantizeGroup(codes + start, scales[start / Self.groupSize], into: target + start)
            start &+= Self.groupSize
        }
        guard whole < n else { return }
        Self.withPaddedGroup { floats, bytes in
            bytes.update(from: codes + whole, count: n - whole)
            dequantizeGroup(bytes, scales[whole / Self.groupSize], into: floats)
            (target + whole).update(from: floats, count: n - whole)
        }
    }

    @inline(__always)
    private func quantizeGroup(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>) -> Float {
        isSigned ? CompandedGroup.quantizeFirst(source, into: codes) : CompandedGroup.quantizeSecond(source, into: codes)
    }

    @inline(__always)
    private func dequantizeGroup(_ codes: UnsafePointer<UInt8>, _ scale: Float, into target: UnsafeMutablePointer<Float>) {
        let scale = Lanes(repeating: scale)
        for i in stride(from: 0, to: Self.groupSize, by: laneCount) {
            let bytes = loadBytes(codes + i)
            store(isSigned ? CompandedGroup.first(bytes, scale) : CompandedGroup.second(bytes, scale), target + i)
        }
    }

    /// Zeros for the last elements of a tensor to be put among.
    private static func withPaddedGroup(_ body: (_ floats: UnsafeMutablePointer<Float>, _ codes: UnsafeMutablePointer<UInt8>) -> Void) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: groupSize) { floats in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: groupSize) { codes in
                floats.initialize(repeating: 0)
                codes.initialize(repeating: 0)
                if let floats = floats.baseAddress, let codes = codes.baseAddress { body(floats, codes) }
            }
        }
    }
}
