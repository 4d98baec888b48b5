/// A code book of 256 values as the loops read it. Its tables stay where they are for the rest of the process.
public struct CodeBook: @unchecked Sendable {
    /// 256, ascending.
    public let values: UnsafePointer<Float>
    /// The largest number with each code.
    public let bounds: UnsafePointer<Float>
    /// By the upper 16 bits of a number: the code of the smallest that has them.
    public let starts: UnsafePointer<UInt8>
    /// Nine tables of sixteen numbers, by ``Table``.
    public let decades: UnsafePointer<Float>
    /// The code of 0.
    public let zeroCode: UInt8
    public let isSigned: Bool

    /// Where a table begins: the lines of the decades, for decoding and for encoding. Indices are words of 32 bits.
    public enum Table: Int, CaseIterable, Sendable {
        case steps, origins, stepRests, originRests
        case ends, entries, slopes, offsets, lasts

        @inlinable
    public static var count: Int { 16 }
    }

    public init(
        values: UnsafePointer<Float>, bounds: UnsafePointer<Float>, starts: UnsafePointer<UInt8>, decades: UnsafePointer<Float>, zeroCode: UInt8,
        isSigned: Bool
    ) {
        self.values = values
        self.bounds = bounds
        self.starts = starts
        self.decades = decades
        self.zeroCode = zeroCode
        self.isSigned = isSigned
    }
}
