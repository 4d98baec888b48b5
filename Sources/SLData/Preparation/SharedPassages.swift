import Foundation
import SLRandom

/// Counts validation passages (records, or passages of a text) that stand in the training part too.
///
/// Text is compared without its white space, in windows of 64 bytes, about a dozen words: windows of a validation passage lie
/// side by side, the last one at its end, and are looked for at every place of the training part. A passage is shared when at
/// least half of its windows are found there; one shorter than a window when a training passage is the same. So a passage is
/// found wherever the training text is cut, and set phrases alone make none.
final class SharedPassages {
    static let windowBytes = 64

    /// Slots of the windows of each passage; none for one of white space alone.
    private var passages: [Range<Int>] = []
    /// Window of each slot, as an index of `found`.
    private var slots: [Int32] = []
    private var indexOfWindow: [UInt64: Int32] = [:]
    private var found: [Bool] = []
    /// One bit for the hash of every window, so that most places of the training part are passed over quickly.
    private var filter: [UInt64] = []
    private var filterMask: UInt64 = 0
    private var compact: [UInt8] = []

    /// To be called with every validation passage before the first of training.
    func hold(_ text: Span<UInt8>) {
        compactText(text)
        let start = slots.count
        defer { passages.append(start..<slots.count) }
        guard !compact.isEmpty else { return }
        let size = Self.windowBytes
        if compact.count < size {
            addSlot(Self.wholeHash(compact))
        } else {
            var hashes: [UInt64] = []
            Self.forEachWindow(compact) { offset, hash in
                if offset % size == 0 || offset == self.compact.count - size { hashes.append(hash) }
            }
            hashes.forEach(addSlot)
        }
    }

    /// Looks for the held passages in a passage of the training part.
    func search(_ text: Span<UInt8>) {
        guard !slots.isEmpty else { return }
        if filter.isEmpty { makeFilter() }
        compactText(text)
        guard !compact.isEmpty else { return }
        if compact.count < Self.windowBytes {
            mark(Self.wholeHash(compact))
        } else {
            Self.forEachWindow(compact) { _, hash in mark(hash) }
        }
    }

    /// Passages with any text.
    var count: Int { passages.count { !$0.isEmpty } }
    var sharedCount: Int { passages.indices.count(where: isShared) }

    /// Whether the held passage of that number is shared; all that are held are counted, from 0.
    func isShared(_ index: Int) -> Bool {
        let passage = passages[index]
        return !passage.isEmpty && 2 * slots[passage].count { found[Int($0)] } >= passage.count
    }

    /// The tokens of shared passages, neighbours joined.
    ///
    /// - Parameters:
    ///   - starts: for each held passage, how many tokens there were before it.
    ///   - count: all tokens.
    func sharedTokens(starts: [Int], count: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for (index, start) in starts.enumerated() where index < passages.count && isShared(index) {
            let end = index + 1 < starts.count ? starts[index + 1] : count
            if let last = ranges.popLast() {
                ranges += last.upperBound == start ? [last.lowerBound..<end] : [last, start..<end]
            } else {
                ranges.append(start..<end)
            }
        }
        return ranges
    }

    private func addSlot(_ hash: UInt64) {
        let index = indexOfWindow[hash] ?? Int32(found.count)
        if Int(index) == found.count {
            indexOfWindow[hash] = index
            found.append(false)
        }
        slots.append(index)
    }

    private func makeFilter() {
        var words = 1024
        while words * 4 < found.count { words *= 2 }
        filter = [UInt64](repeating: 0, count: words)
        filterMask = UInt64(words - 1)
        for hash in indexOfWindow.keys { filter[Int(hash >> 6 & filterMask)] |= 1 << (hash & 63) }
    }

    private func mark(_ hash: UInt64) {
        guard filter[Int(hash >> 6 & filterMask)] & 1 << (hash & 63) != 0, let index = indexOfWindow[hash] else { return }
        found[Int(index)] = true
    }

    private func compactText(_ text: Span<UInt8>) {
        compact.removeAll(keepingCapacity: true)
        guard !text.isEmpty else { return }
        compact.append(addingCapacity: text.count) { kept in
            for index in text.indices where text[index] != 0x20 && !(0x09...0x0D).contains(text[index]) { kept.append(text[index]) }
        }
    }

    /// Of a text shorter than a window; told apart from every window by its length.
    private static func wholeHash(_ text: [UInt8]) -> UInt64 {
        scrambled(FNV1a.hash(text.span) ^ UInt64(text.count) << 56)
    }

    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// base⁶⁴
    private static let highest = (0..<windowBytes).reduce(UInt64(1)) { power, _ in power &* base }
    private static let values = (0..<256).map { scrambled(UInt64($0) &+ 0x1234_5678_9ABC_DEF1) }

    /// The hash Σ values[b_i] · base^(63 − i) at every offset, carried from one to the next.
    private static func forEachWindow(_ text: [UInt8], _ body: (Int, UInt64) -> Void) {
        // Asked for once: whether a static value is there yet is looked at whenever it is used.
        let (table, highest) = (Self.values, Self.highest)
        let values = table.span
        let bytes = text.span
        var hash: UInt64 = 0
        for end in bytes.indices {
            hash = hash &* base &+ values[Int(bytes[end])]
            if end >= windowBytes { hash = hash &- values[Int(bytes[end - windowBytes])] &* highest }
            if end >= windowBytes - 1 { body(end - windowBytes + 1, scrambled(hash)) }
        }
    }

    /// Spreads what differs over all bits.
    private static func scrambled(_ value: UInt64) -> UInt64 {
        var value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
