import CSentencePiece
import Foundation

/// What the ids of a SentencePiece model spell: bytes of text, one byte, or nothing (control and unknown pieces).
struct PieceSpelling: Sendable {
    /// U+2581, as which the library writes a blank.
    static let blankMark: [UInt8] = [0xE2, 0x96, 0x81]

    private let text: [UInt8]
    private let ends: [Int]
    /// Whether decoding drops the blank before the first word, which the library puts there when it encodes.
    let dropsLeadingBlank: Bool

    /// `nil` when the library can't tell.
    init?(_ model: OpaquePointer, count: Int) {
        var spelled: UnsafeMutablePointer<CChar>?
        var spelledEnds: UnsafeMutablePointer<Int>?
        defer {
            unsafe slspm_release(spelled)
            unsafe slspm_release(spelledEnds)
        }
        guard unsafe slspm_spellings(model, &spelled, &spelledEnds, nil), let spelled = unsafe spelled, let spelledEnds = unsafe spelledEnds
        else { return nil }
        ends = unsafe Array(UnsafeBufferPointer(start: spelledEnds, count: count))
        text = unsafe Array(UnsafeRawBufferPointer(start: spelled, count: ends.last ?? 0))
        let (text, ends) = (text, ends)
        let word = (0..<count).first { id in
            let start = id > 0 ? ends[id - 1] : 0
            return ends[id] > start + 1 && text[start] == 0x20 && text[start + 1] != 0x20
        }
        dropsLeadingBlank = word.map { id in
            var decoded: UnsafeMutablePointer<CChar>?
            var size = 0
            defer { unsafe slspm_release(decoded) }
            guard unsafe slspm_decode(model, [Int32(id)], 1, &decoded, &size, nil), size > 0, let first = unsafe decoded?.pointee else { return false }
            return first != 0x20
        } ?? false
    }

    subscript(id: Int32) -> ArraySlice<UInt8> { text[(id > 0 ? ends[Int(id) - 1] : 0)..<ends[Int(id)]] }

    /// The same as the first of a text.
    func first(_ id: Int32) -> ArraySlice<UInt8> {
        let spelled = self[id]
        return dropsLeadingBlank && spelled.first == 0x20 ? spelled.dropFirst() : spelled
    }
}
