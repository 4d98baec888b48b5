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
        var (low, high) = (Float.infinity, -Float.infinity)
        var isFinite = true
        for i in 0..<n {
            low = Swift.min(low, source[i])
            high = Swift.max(high, source[i])
            isFinite = isFinite && source[i].isFinite
        }
        let top = Float(largest)
        let scale = isFinite ? Swift.max(high - low, 1e-5) / top : .nan
        let zero = cut((-(low / scale).rounded(.toNearestOrEven)), top)
        let bits = key.map { RoundingBits(key: $0, indexHigh: UInt64(start) >> 16) }
        for first in stride(from: 0, to: n, by: laneCount) {
            let index = UInt32(truncatingIfNeeded: (start + first) & 0xffff)
            let random = bits.map { $0[laneIndices &+ index] }
            for i in first..<Swift.min(first + laneCount, n) {
                let quotient = source[i] / scale
                let rounded: Float
                if let random {
                    let below = quotient.rounded(.down)
                    rounded = below + (Float(random[i - first]) * 0x1p-16 < quotient - below ? 1 : 0)
                } else {
                    rounded = quotient.rounded(.toNearestOrEven)
                }
                set(UInt8(cut(rounded + zero, top)), at: i, in: codes)
            }
        }
        return (scale, UInt8(zero))
    }

    /// target[i] = scale · (codes[i] − zero)
    func dequantize(_ codes: UnsafePointer<UInt8>, scale: Float, zero: UInt8, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        let offset = Float(zero)
        if bits == 8 {
            for i in 0..<n { target[i] = scale * (Float(codes[i]) - offset) }
        } else {
            for i in 0..<n { target[i] = scale * (Float(codes[i >> 1] >> (i & 1 == 0 ? 0 : 4) & 15) - offset) }
        }
    }

    /// One code, beside its neighbour of the same byte where there are two.
    func set(_ code: UInt8, at i: Int, in codes: UnsafeMutablePointer<UInt8>) {
        guard bits == 4 else { return codes[i] = code }
        let byte = codes[i >> 1]
        codes[i >> 1] = i & 1 == 0 ? byte & 0xf0 | code : byte & 0x0f | code << 4
    }

    /// Into 0 … top; NaN becomes 0.
    private func cut(_ value: Float, _ top: Float) -> Float { value >= top ? top : value > 0 ? value : 0 }
}
