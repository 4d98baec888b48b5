import SLVector

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
    public static let groupSize = CompandedGroups.size

    /// Whether elements can be negative: a first moment.
    public let isSigned: Bool

    public init(isSigned: Bool) { self.isSigned = isSigned }

    /// Chooses codes and scales of `n` elements from the beginning of a group. A group with an element that is not finite has a scale of
    /// NaN, so that nothing broken looks sound.
    public func quantize(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, scales: UnsafeMutablePointer<Float>, _ n: Int) {
        VectorUnits.kernels.quantizeCompanded(source, into: codes, scales: scales, n, isSigned: isSigned)
    }

    /// Expands `n` elements from the beginning of a group.
    public func dequantize(_ codes: UnsafePointer<UInt8>, scales: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        VectorUnits.kernels.dequantizeCompanded(codes, scales: scales, into: target, n, isSigned: isSigned)
    }
}
