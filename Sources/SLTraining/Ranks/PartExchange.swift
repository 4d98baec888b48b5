import SLNumerics
import SLRanks

/// Pieces of tensors that their owners hand to everybody: large ones as they lie, small ones packed, since a call costs the same for few bytes.
struct PartExchange {
    let ranks: any RankGroup
    /// Bytes that are packed at most.
    private static let packBytes = 1 << 20

    /// - Parameter parts: in the same order on every process.
    func handOut(_ parts: [(part: StoredPart, owner: Int)]) throws(RankError) {
        var packs = Array(repeating: [StoredPart](), count: ranks.count)
        for (part, owner) in parts {
            let size = byteCount(part)
            if size >= Self.packBytes / 4 {
                unsafe try ranks.broadcast(part.bytes, from: owner)
                continue
            }
            if packs[owner].reduce(size, { $0 + byteCount($1) }) > Self.packBytes {
                try send(packs[owner], from: owner)
                packs[owner] = []
            }
            packs[owner].append(part)
        }
        for (owner, pack) in packs.enumerated() where !pack.isEmpty { try send(pack, from: owner) }
    }

    private func byteCount(_ part: StoredPart) -> Int { unsafe part.bytes.count }

    private func send(_ pack: [StoredPart], from owner: Int) throws(RankError) {
        let space = unsafe UnsafeMutableRawBufferPointer.allocate(byteCount: pack.reduce(0) { $0 + byteCount($1) }, alignment: 64)
        defer { unsafe space.deallocate() }
        if owner == ranks.rank {
            forEachPlace(pack) { part, place in
                unsafe UnsafeMutableRawBufferPointer(rebasing: space[place]).copyMemory(from: UnsafeRawBufferPointer(part.bytes))
            }
        }
        unsafe try ranks.broadcast(space, from: owner)
        if owner != ranks.rank {
            forEachPlace(pack) { part, place in
                unsafe part.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: space[place]))
            }
        }
    }

    private func forEachPlace(_ pack: [StoredPart], _ body: (_ part: StoredPart, _ place: Range<Int>) -> Void) {
        var start = 0
        for part in pack {
            body(part, start..<start + byteCount(part))
            start += byteCount(part)
        }
    }
}
