import CSentencePiece
import Foundation
import SLSpec

extension SentencePieceTokenizer {
    public func encode(_ text: UnsafeRawBufferPointer, into ids: inout [Int32]) throws {
        try forEachPart(of: text) { part in
            if let mark = part.mark { ids.append(contentsOf: mark) } else { try appendIDs(part.text, into: &ids) }
        }
    }

    /// The ids, and for each the offset in `text` behind the bytes it stands for, as the library tells them.
    func encodeWithEnds(_ text: UnsafeRawBufferPointer) throws -> (ids: [Int32], ends: [Int]) {
        var all: (ids: [Int32], ends: [Int]) = ([], [])
        try forEachPart(of: text) { part in
            if let mark = part.mark {
                all.ids += mark
                all.ends += (1...mark.count).map { part.start + $0 }
            } else {
                let (ids, ends) = try idsWithEnds(part.text)
                all.ids += ids
                all.ends += ends.map { part.start + $0 }
            }
        }
        return all
    }

    /// A piece of text for the library, or a U+2581 for which the ids are known.
    private struct Part {
        var text: UnsafeRawBufferPointer
        var start: Int
        var mark: [Int32]?
    }

    private func forEachPart(of text: UnsafeRawBufferPointer, _ body: (Part) throws -> Void) throws {
        guard let blankMark, !text.isEmpty else { return try body(Part(text: text, start: 0, mark: nil)) }
        let width = PieceSpelling.blankMark.count
        var start = 0
        while start < text.count {
            let end = Self.mark(in: text, from: start) ?? text.count
            if end > start { try body(Part(text: UnsafeRawBufferPointer(rebasing: text[start..<end]), start: start, mark: nil)) }
            guard end < text.count else { return }
            try body(Part(text: UnsafeRawBufferPointer(rebasing: text[end..<end + width]), start: end, mark: blankMark))
            start = end + width
        }
    }

    /// Where the next U+2581 begins. Its first byte is rare enough in most text for the search for it to be quick.
    private static func mark(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let mark = PieceSpelling.blankMark
        var start = start
        while start + mark.count <= text.count, let base = text.baseAddress,
            let found = memchr(base + start, Int32(mark[0]), text.count - start)
        {
            let place = UnsafeRawPointer(found) - base
            if text[place...].starts(with: mark) { return place }
            start = place + 1
        }
        return nil
    }

    private func appendIDs(_ text: UnsafeRawBufferPointer, into ids: inout [Int32]) throws {
        var found: UnsafeMutablePointer<Int32>?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            slspm_release(found)
            slspm_release(reason)
        }
        guard slspm_encode(model, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, &found, &count, &reason) else {
            throw failure("can't encode", reason)
        }
        ids.append(contentsOf: UnsafeBufferPointer(start: found, count: count))
    }

    private func idsWithEnds(_ text: UnsafeRawBufferPointer) throws -> (ids: [Int32], ends: [Int]) {
        var found: UnsafeMutablePointer<Int32>?
        var ends: UnsafeMutablePointer<Int>?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            slspm_release(found)
            slspm_release(ends)
            slspm_release(reason)
        }
        let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard slspm_encode_with_ends(model, start, text.count, &found, &ends, &count, &reason) else {
            throw failure("can't encode", reason)
        }
        return (Array(UnsafeBufferPointer(start: found, count: count)), Array(UnsafeBufferPointer(start: ends, count: count)))
    }
}
