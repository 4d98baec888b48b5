import Foundation
import SLSpec

extension SentencePieceTokenizer {
    /// Where the ids spell the text, every id gives back what it spells. Elsewhere the library's account of which bytes became
    /// which pieces is compared with what the pieces spell: bytes at the front and the end of such a stretch that are equal
    /// are given back, those between are not.
    public func spell(_ text: UnsafeRawBufferPointer) throws -> SpelledTokens {
        var ids: [Int32] = []
        try encode(text, into: &ids)
        if let ends = exactEnds(of: ids, in: text) {
            return SpelledTokens(ids: ids, ends: ends, bytes: zip(ends, [0] + ends).map { $0 - $1 })
        }
        let (found, ends) = try encodeWithEnds(text)
        return SpelledTokens(ids: found, ends: ends, bytes: kept(found, ends, of: text))
    }

    /// Offsets behind the ids when they spell exactly the text; `nil` otherwise.
    private func exactEnds(of ids: [Int32], in text: UnsafeRawBufferPointer) -> [Int]? {
        var ends: [Int] = []
        ends.reserveCapacity(ids.count)
        var offset = 0
        for (index, id) in ids.enumerated() {
            let spelled = index == 0 ? spelling.first(id) : spelling[id]
            guard id != unknown, offset + spelled.count <= text.count, text[offset..<offset + spelled.count].elementsEqual(spelled) else { return nil }
            offset += spelled.count
            ends.append(offset)
        }
        return offset == text.count ? ends : nil
    }

    /// Ids without text of their own (all but the last of a character's bytes, the blank put before the first word) belong
    /// to the next that has some.
    private func kept(_ ids: [Int32], _ ends: [Int], of text: UnsafeRawBufferPointer) -> [Int] {
        var kept = [Int](repeating: 0, count: ids.count)
        var start = 0
        var first = 0
        for index in ids.indices where ends[index] > start {
            let group = first...index
            let spelled = group.map { $0 == 0 ? spelling.first(ids[$0]) : spelling[ids[$0]] }
            let source = text[start..<ends[index]]
            let all = Array(spelled.joined())
            if source.elementsEqual(all) {
                for (place, own) in zip(group, spelled) { kept[place] = own.count }
            } else {
                kept[index] = Self.commonEnds(source, all)
            }
            (start, first) = (ends[index], index + 1)
        }
        return kept
    }

    /// Bytes at the front and, besides, at the end that two texts share.
    static func commonEnds(_ one: Slice<UnsafeRawBufferPointer>, _ other: [UInt8]) -> Int {
        let front = zip(one, other).prefix { $0 == $1 }.count
        let most = min(one.count, other.count) - front
        let back = zip(one.reversed(), other.reversed()).prefix(most).prefix { $0 == $1 }.count
        return front + back
    }
}
