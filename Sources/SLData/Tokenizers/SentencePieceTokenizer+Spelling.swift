import Foundation
import SLSpec

extension SentencePieceTokenizer {
    /// Where the ids spell the text, every id gives back what it spells. Elsewhere the library's account of which bytes became
    /// which pieces is compared with what the pieces spell: bytes at the front and the end of such a stretch that are equal
    /// are given back, those between are not.
    public func spell(_ text: Span<UInt8>) throws -> SpelledTokens {
        var ids: [Int32] = []
        try encode(text, into: &ids)
        if let ends = exactEnds(of: ids, in: text) {
            return SpelledTokens(ids: ids, ends: ends, bytes: zip(ends, [0] + ends).map { $0 - $1 })
        }
        let (found, ends) = try encodeWithEnds(text)
        return SpelledTokens(ids: found, ends: ends, bytes: kept(found, ends, of: text))
    }

    /// Offsets behind the ids when they spell exactly the text; `nil` otherwise.
    private func exactEnds(of ids: [Int32], in text: Span<UInt8>) -> [Int]? {
        var ends: [Int] = []
        ends.reserveCapacity(ids.count)
        var offset = 0
        for (index, id) in ids.enumerated() {
            let spelled = index == 0 ? spelling.first(id) : spelling[id]
            guard id != unknown, text.holds(spelled, at: offset) else { return nil }
            offset += spelled.count
            ends.append(offset)
        }
        return offset == text.count ? ends : nil
    }

    /// Ids without text of their own (all but the last of a character's bytes, the blank put before the first word) belong
    /// to the next that has some.
    private func kept(_ ids: [Int32], _ ends: [Int], of text: Span<UInt8>) -> [Int] {
        var kept = [Int](repeating: 0, count: ids.count)
        var start = 0
        var first = 0
        for index in ids.indices where ends[index] > start {
            let group = first...index
            let spelled = group.map { $0 == 0 ? spelling.first(ids[$0]) : spelling[ids[$0]] }
            let source = text.extracting(start..<ends[index])
            let all = Array(spelled.joined())
            if source.count == all.count, source.holds(all) {
                for (place, own) in zip(group, spelled) { kept[place] = own.count }
            } else {
                kept[index] = Self.commonEnds(source, all)
            }
            (start, first) = (ends[index], index + 1)
        }
        return kept
    }

    /// Bytes at the front and, besides, at the end that two texts share.
    static func commonEnds(_ one: Span<UInt8>, _ other: [UInt8]) -> Int {
        let most = min(one.count, other.count)
        var front = 0
        while front < most, one[front] == other[front] { front += 1 }
        var back = 0
        while front + back < most, one[one.count - 1 - back] == other[other.count - 1 - back] { back += 1 }
        return front + back
    }
}
