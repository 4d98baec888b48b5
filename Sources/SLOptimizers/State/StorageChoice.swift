public import SLNumerics

/// In which formats weights and optimizer state are kept.
public struct StorageChoice: Sendable, Hashable {
    /// `nil` keeps the engine's own type.
    public var bf16: StorageFormat.Rounding?
    /// Block size of 8-bit moments; `nil` keeps moments like weights.
    public var eightBitBlock: Int?
    /// Moments as ``CompandedCode``, whatever else is said.
    public var isCompanded: Bool

    public var codeSearch: Dynamic8BitCode.Search

    public init(bf16: StorageFormat.Rounding? = nil, eightBitBlock: Int? = nil, isCompanded: Bool = false, codeSearch: Dynamic8BitCode.Search = .nearest) {
        self.codeSearch = codeSearch
        self.bf16 = bf16
        self.eightBitBlock = eightBitBlock
        self.isCompanded = isCompanded
    }

    /// Tensors of fewer elements are kept in full: bitsandbytes' `min_8bit_size`, here for bf16 too. All norm weights up to 4095
    /// hidden units are.
    public static let smallest = 4096

    /// Of a weight tensor.
    public func weight(count: Int) -> StorageFormat {
        guard count >= Self.smallest, let bf16 else { return .full }
        return .bf16(bf16)
    }

    /// Of a moment. The second is never negative.
    public func moment(count: Int, signed: Bool) -> StorageFormat {
        guard count >= Self.smallest else { return .full }
        if isCompanded { return .companded(CompandedCode(isSigned: signed)) }
        guard let eightBitBlock else { return weight(count: count) }
        return .dynamic8Bit(blockSize: eightBitBlock, signed: signed, search: codeSearch)
    }

    /// Of a subspace's basis: like a weight, also beside 8-bit moments.
    public func basis(count: Int) -> StorageFormat { weight(count: count) }
}
