/// Counts of pairs of ids: a hash table with open addressing, 12 bytes a place.
struct PairCounts {
    private var keys: [UInt64]
    private var counts: [UInt32]
    private(set) var distinct = 0
    private var mask: Int

    private static let empty = UInt64.max

    init(leastPlaces: Int = 1 << 10) {
        var places = 1 << 10
        while places < leastPlaces { places *= 2 }
        keys = [UInt64](repeating: Self.empty, count: places)
        counts = [UInt32](repeating: 0, count: places)
        mask = places - 1
    }

    /// - Returns: whether the pair was not there before.
    mutating func add(_ first: Int, _ second: Int) -> Bool {
        let key = Self.key(first, second)
        var place = place(of: key)
        if keys[place] == key {
            counts[place] += 1
            return false
        }
        if distinct * 10 >= keys.count * 6 {
            grow()
            place = self.place(of: key)
        }
        keys[place] = key
        counts[place] = 1
        distinct += 1
        return true
    }

    subscript(first: Int, second: Int) -> Int {
        let key = Self.key(first, second)
        let place = place(of: key)
        return keys[place] == key ? Int(counts[place]) : 0
    }

    /// Ids have 32 bits at most, and no vocabulary has 2³² of them.
    private static func key(_ first: Int, _ second: Int) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

    private func place(of key: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while keys[place] != key, keys[place] != Self.empty { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        var larger = PairCounts(leastPlaces: keys.count * 2)
        for (index, key) in keys.enumerated() where key != Self.empty {
            let place = larger.place(of: key)
            larger.keys[place] = key
            larger.counts[place] = counts[index]
        }
        larger.distinct = distinct
        self = larger
    }
}
