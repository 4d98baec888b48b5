import SLVector

/// Whole numbers of a few bits, with one scale and one zero point a group: x ≈ scale · (code − zero).
///
/// Asymmetric: the smallest element of a group takes a code near 0, the largest one near 2ᵇ − 1; scale = (max − min)/(2ᵇ − 1), not below
/// 1e-5/(2ᵇ − 1), and zero = −min/scale, rounded and cut to the codes. So 0 keeps a code of its own, and a group that lies wholly on
/// one side of 0 is cut, as in the authors' code.
/// Source: Zhang et al. 2024, Q-GaLore, arXiv:2407.08296, §3.2; code: q-galore-torch 1.0 (`_quantize`, `_quantize_stochastic_round`).
public struct AffineCode: Sendable, Hashable {
    /// 4 (two codes a byte, the lower half first) or 8.
    public let bits: Int

    public init(bits: Int) {
        precondition(bits == 4 || bits == 8, "\(bits) bits")
        self.bits = bits
    }

    public var largest: Int { 1 << bits - 1 }

    /// Bytes of so many codes.
    public func byteCount(_ count: Int) -> Int { bits == 4 ? (count + 1) / 2 : count }

    /// Rounds a group and returns its scale and zero point. A group with an element that is not finite has a scale of NaN, so that nothing
    /// broken looks sound.
    ///
    /// - Parameters:
    ///   - codes: the group's first byte.
    ///   - start: index of the group's first element in its tensor; a multiple of the group's size, which is a power of two.
    ///   - key: rounds up or down with the probability of the distance, drawing from this; `nil` rounds to nearest, ties to even.
    func quantize(
        _ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int, start: Int, key: UInt64?
    ) -> (scale: Float, zero: UInt8) {
        VectorUnits.kernels.quantizeAffine(source, into: codes, n, bits: bits, start: start, key: key)
    }

    /// target[i] = scale · (codes[i] − zero)
    func dequantize(_ codes: UnsafePointer<UInt8>, scale: Float, zero: UInt8, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        VectorUnits.kernels.dequantizeAffine(codes, scale: scale, zero: zero, into: target, n, bits: bits)
    }

    /// One code, beside its neighbour of the same byte where there are two.
    func set(_ code: UInt8, at i: Int, in codes: UnsafeMutablePointer<UInt8>) {
        guard bits == 4 else { return codes[i] = code }
        let byte = codes[i >> 1]
        codes[i >> 1] = i & 1 == 0 ? byte & 0xf0 | code : byte & 0x0f | code << 4
    }
}
