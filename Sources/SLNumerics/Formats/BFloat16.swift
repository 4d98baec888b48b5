/// A brain float: the upper 16 bits of a `Float`. The same range, 8 bits of precision.
///
/// Equality and hash are those of the bits: NaN equals itself, −0 differs from 0.
public struct BFloat16: BitwiseCopyable, Sendable, Hashable {
    public var bits: UInt16

    @inlinable
    public init(bits: UInt16) { self.bits = bits }

    /// The nearest brain float, ties to the even one. Values above the range become infinity; NaN stays a quiet NaN.
    @inlinable
    public init(nearest value: Float) {
        let pattern = value.bitPattern
        if value.isNaN {
            // Without the quiet bit a NaN whose payload sits in the lower half would turn into infinity.
            bits = UInt16(truncatingIfNeeded: pattern &>> 16) | 0x40
        } else {
            bits = UInt16(truncatingIfNeeded: (pattern &+ 0x7fff &+ (pattern &>> 16 & 1)) &>> 16)
        }
    }

    /// Exact.
    @inlinable
    public var value: Float { Float(bitPattern: UInt32(bits) &<< 16) }
}
