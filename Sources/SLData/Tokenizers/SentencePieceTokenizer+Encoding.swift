import CSentencePiece
import Foundation
import SLSpec

extension SentencePieceTokenizer {
    public func encode(_ text: Span<UInt8>, into ids: inout [Int32]) throws {
        try forEachPart(of: text) { part, mark in
            if let mark { ids.append(contentsOf: mark) } else { try appendIDs(text.extracting(part), into: &ids) }
        }
    }

    /// The ids, and for each the offset in `text` behind the bytes it stands for, as the library tells them.
    func encodeWithEnds(_ text: Span<UInt8>) throws -> (ids: [Int32], ends: [Int]) {
        var all: (ids: [Int32], ends: [Int]) = ([], [])
        try forEachPart(of: text) { part, mark in
            if let mark {
                all.ids += mark
                all.ends += (1...mark.count).map { part.lowerBound + $0 }
            } else {
                let (ids, ends) = try idsWithEnds(text.extracting(part))
                all.ids += ids
                all.ends += ends.map { part.lowerBound + $0 }
            }
        }
        return all
    }

    /// Calls `body` with the parts of a text in order: text for the library, or a U+2581 with the ids that are known of it.
    private func forEachPart(of text: Span<UInt8>, _ body: (Range<Int>, [Int32]?) throws -> Void) throws {
        guard let blankMark, !text.isEmpty else { return try body(text.indices, nil) }
        let width = PieceSpelling.blankMark.count
        var start = 0
        while start < text.count {
            let end = Self.mark(in: text, from: start) ?? text.count
            if end > start { try body(start..<end, nil) }
            guard end < text.count else { return }
            try body(end..<end + width, blankMark)
            start = end + width
        }
    }

    /// Where the next U+2581 begins. Its first byte is rare enough in most text for the search for it to be quick.
    private static func mark(in text: Span<UInt8>, from start: Int) -> Int? {
        let mark = PieceSpelling.blankMark
        var start = start
        while let place = text.firstIndex(of: mark[0], from: start) {
            if text.holds(mark, at: place) { return place }
            start = place + 1
        }
        return nil
    }

    private func appendIDs(_ text: Span<UInt8>, into ids: inout [Int32]) throws {
        var found: UnsafeMutablePointer<Int32>?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            unsafe slspm_release(found)
            unsafe slspm_release(reason)
        }
        let succeeded = unsafe withCharacters(of: text) { unsafe slspm_encode(model, $0, $1, &found, &count, &reason) }
        guard succeeded else { throw unsafe failure("can't encode", reason) }
        unsafe ids.append(contentsOf: UnsafeBufferPointer(start: found, count: count))
    }

    private func idsWithEnds(_ text: Span<UInt8>) throws -> (ids: [Int32], ends: [Int]) {
        var found: UnsafeMutablePointer<Int32>?
        var ends: UnsafeMutablePointer<Int>?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            unsafe slspm_release(found)
            unsafe slspm_release(ends)
            unsafe slspm_release(reason)
        }
        let succeeded = unsafe withCharacters(of: text) { unsafe slspm_encode_with_ends(model, $0, $1, &found, &ends, &count, &reason) }
        guard succeeded else { throw unsafe failure("can't encode", reason) }
        return unsafe (Array(UnsafeBufferPointer(start: found, count: count)), Array(UnsafeBufferPointer(start: ends, count: count)))
    }

    /// The text as C takes it: the first of its characters, and how many.
    private func withCharacters(of text: Span<UInt8>, _ body: (UnsafePointer<CChar>?, Int) -> Bool) -> Bool {
        unsafe text.withUnsafeBytes { unsafe body($0.assumingMemoryBound(to: CChar.self).baseAddress, $0.count) }
    }
}
