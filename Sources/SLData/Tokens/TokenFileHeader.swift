import Foundation
import SLRandom

/// The head of a token file in llm.c's layout: 256 little-endian 32-bit words, then the ids.
///
/// llm.c defines words 0 to 2 and leaves the rest 0; its readers ignore them. Words 3 to 12 are used here for what a
/// reader of tokens can't know otherwise; files by others have 0 there.
struct TokenFileHeader: Sendable, Hashable {
    static let byteCount = 1024
    static let wordCount = 256

    private static let magic16: Int32 = 20_240_520
    private static let version16: Int32 = 1
    private static let magic32: Int32 = 20_240_801
    private static let version32: Int32 = 7
    /// The count is a signed 32-bit word.
    static let mostTokens = Int(Int32.max)

    /// Bytes per id, 2 or 4.
    var width: Int
    var tokenCount: Int
    /// 0: not said.
    var vocabularySize: Int
    var endOfSequence: Int32
    /// `nil` when the vocabulary has none.
    var padding: Int32?
    var documentCount: Int
    /// Ids per row when every document has a row of its own; `nil` for one stream.
    var rowLength: Int?
    var tokenizerFNV1a: UInt64
    /// Bytes of source text that the ids stand for.
    var textBytes: UInt64

    /// Two bytes an id where they suffice.
    static func width(vocabularySize: Int) -> Int { vocabularySize <= 1 << 16 ? 2 : 4 }

    var encoded: [UInt8] {
        var words = [Int32](repeating: 0, count: Self.wordCount)
        words[0] = width == 2 ? Self.magic16 : Self.magic32
        words[1] = width == 2 ? Self.version16 : Self.version32
        words[2] = Int32(tokenCount)
        words[3] = Int32(vocabularySize)
        words[4] = endOfSequence
        words[5] = padding ?? -1
        words[6] = Int32(clamping: documentCount)
        words[7] = rowLength == nil ? 0 : 1
        words[8] = Int32(rowLength ?? 0)
        words[9] = Int32(truncatingIfNeeded: tokenizerFNV1a)
        words[10] = Int32(truncatingIfNeeded: tokenizerFNV1a >> 32)
        words[11] = Int32(truncatingIfNeeded: textBytes)
        words[12] = Int32(truncatingIfNeeded: textBytes >> 32)
        return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }
}

extension TokenFileHeader {
    /// What is wrong with a header, in words that follow "the token file …".
    struct Problem: Error {
        var text: String
    }

    /// Reads the head of a file of `fileBytes` bytes. A file without a known magic number is nanoGPT's: ids of 16 bits
    /// and nothing else.
    ///
    /// - Parameter head: the file, or as much of it as holds its head.
    init(_ head: Span<UInt8>, fileBytes: Int) throws(Problem) {
        func word(_ index: Int) -> Int32 { (0..<4).reduce(0) { $0 | Int32(head[4 * index + $1]) << (8 * $1) } }
        let magic = head.count >= 4 ? word(0) : 0
        guard magic == Self.magic16 || magic == Self.magic32 else {
            guard fileBytes > 0, fileBytes % 2 == 0 else { throw Problem(text: "has \(fileBytes) bytes, which are no 16-bit ids") }
            self.init(
                width: 2, tokenCount: fileBytes / 2, vocabularySize: 0, endOfSequence: -1, padding: nil, documentCount: 0,
                rowLength: nil, tokenizerFNV1a: 0, textBytes: 0)
            return
        }
        guard head.count >= Self.byteCount else { throw Problem(text: "ends within its header") }
        let width = magic == Self.magic16 ? 2 : 4
        let version = width == 2 ? Self.version16 : Self.version32
        guard word(1) == version else { throw Problem(text: "is of version \(word(1)); \(version) is known") }
        let count = Int(word(2))
        guard count > 0 else { throw Problem(text: "says it holds \(count) tokens") }
        guard fileBytes == Self.byteCount + width * count else {
            throw Problem(text: "says it holds \(count) tokens, which take \(Self.byteCount + width * count) bytes, but has \(fileBytes)")
        }
        let isOurs = word(3) > 0
        let rowLength = word(7) == 1 ? Int(word(8)) : nil
        if let rowLength, rowLength < 2 || count % rowLength != 0 {
            throw Problem(text: "says it has rows of \(rowLength), which \(count) tokens don't fill")
        }
        self.init(
            width: width, tokenCount: count, vocabularySize: Int(word(3)), endOfSequence: isOurs ? word(4) : -1,
            padding: isOurs && word(5) >= 0 ? word(5) : nil, documentCount: Int(word(6)), rowLength: rowLength,
            tokenizerFNV1a: UInt64(UInt32(bitPattern: word(9))) | UInt64(UInt32(bitPattern: word(10))) << 32,
            textBytes: UInt64(UInt32(bitPattern: word(11))) | UInt64(UInt32(bitPattern: word(12))) << 32)
    }
}
