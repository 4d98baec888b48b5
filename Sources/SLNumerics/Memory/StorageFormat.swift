/// How a tensor's elements are kept between uses. Arithmetic is in the engine's own type always.
public enum StorageFormat: Sendable, Hashable {
    /// The engine's own type.
    case full
    case bf16(Rounding)
    /// Codes of a dynamic 8-bit book with one fp32 scale a block. `signed`: whether elements can be negative.
    case dynamic8Bit(blockSize: Int, signed: Bool, search: Dynamic8BitCode.Search)
    /// Companded codes of 8 bits with one fp32 scale a group of 32.
    case companded(CompandedCode)
    /// Codes of 4 or 8 bits with a scale (fp32) and a zero point (a byte) for every group of so many elements, a power of two from 8 to 2048.
    case affine(AffineCode, groupSize: Int, Rounding)

    /// From the engine's type to a shorter one.
    public enum Rounding: Sendable, Hashable {
        case nearest
        /// Up or down with the probability of the distance, so that small changes are not lost on average.
        case stochastic
    }

    /// Bytes of `count` elements, the engine's own type being 4 wide.
    public func byteCount(_ count: Int) -> Int {
        switch self {
        case .full: 4 * count
        case .bf16: 2 * count
        case .dynamic8Bit(let block, _, _): count + 4 * ((count + block - 1) / block)
        case .companded: count + 4 * ((count + CompandedCode.groupSize - 1) / CompandedCode.groupSize)
        case .affine(let code, let group, _): code.byteCount(count) + 5 * ((count + group - 1) / group)
        }
    }

    /// Pieces of memory that a tensor takes in files: the elements, or codes and what belongs to them.
    public var partCount: Int {
        switch self {
        case .full, .bf16: 1
        case .dynamic8Bit, .companded: 2
        case .affine: 3
        }
    }

    /// Whether elements are 8-bit codes of moments.
    public var isMomentCode: Bool {
        switch self {
        case .dynamic8Bit, .companded: true
        case .full, .bf16, .affine: false
        }
    }

    /// Whether elements are codes, whose bytes the published tables count as they are.
    public var isCoded: Bool { partCount > 1 }
}
