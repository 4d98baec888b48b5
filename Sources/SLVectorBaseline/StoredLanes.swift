import SLVector

/// A tensor's elements a register at a time, in whatever format they are kept: so that a kernel is written once and no element in full
/// goes through memory.
protocol StoredLanes {
    func lanes(at index: Int) -> Lanes
    func set(_ value: Lanes, at index: Int)
}

/// In full.
struct FullLanes: StoredLanes {
    private let base: UnsafeMutablePointer<Float>

    @inline(__always)
    init(_ base: UnsafeMutablePointer<Float>) { self.base = base }

    @inline(__always)
    func lanes(at index: Int) -> Lanes { load(base + index) }

    @inline(__always)
    func set(_ value: Lanes, at index: Int) { store(value, base + index) }
}

/// Brain floats, rounded to nearest.
struct NearestHalfLanes: StoredLanes {
    private let base: UnsafeMutablePointer<UInt16>

    @inline(__always)
    init(_ base: UnsafeMutablePointer<UInt16>) { self.base = base }

    @inline(__always)
    func lanes(at index: Int) -> Lanes { BrainFloat.expanded(loadHalves(base + index)) }

    @inline(__always)
    func set(_ value: Lanes, at index: Int) { BrainFloat.storeNearest(value, base + index) }
}

/// Brain floats, rounded up or down with the probability of the distance.
struct StochasticHalfLanes: StoredLanes {
    private let base: UnsafeMutablePointer<UInt16>
    private let random: RoundingBits

    /// For elements below 2³² of their tensor.
    @inline(__always)
    init(_ base: UnsafeMutablePointer<UInt16>, key: UInt64) {
        self.base = base
        random = RoundingBits(key: key, indexHigh: 0)
    }

    @inline(__always)
    func lanes(at index: Int) -> Lanes { BrainFloat.expanded(loadHalves(base + index)) }

    @inline(__always)
    func set(_ value: Lanes, at index: Int) {
        let bits = random[laneIndices &+ UInt32(truncatingIfNeeded: index)]
        storeHalves(BrainFloat.roundedUp(value, adding: bits), base + index)
    }
}

/// Codes of a block that is read only: what is stored goes to a row of floats, for codes can be chosen when the whole block is known.
struct BlockLanes: StoredLanes {
    private let codes: UnsafePointer<UInt8>
    private let row: UnsafeMutablePointer<Float>
    private let start: Int
    private let absmax: Lanes
    private let decoder: DecadeDecoder
    private let isSigned: Bool

    /// - Parameters:
    ///   - codes: of the whole tensor.
    ///   - start: the block's first element, which goes to the first of `row`.
    @inline(__always)
    init(
        _ codes: UnsafePointer<UInt8>, from start: Int, absmax: Float, _ decoder: DecadeDecoder, isSigned: Bool, into row: UnsafeMutablePointer<Float>
    ) {
        self.codes = codes
        self.start = start
        self.absmax = Lanes(repeating: absmax)
        self.decoder = decoder
        self.isSigned = isSigned
        self.row = row
    }

    @inline(__always)
    func lanes(at index: Int) -> Lanes { decoder.values(loadBytes(codes + index), isSigned: isSigned) * absmax }

    @inline(__always)
    func set(_ value: Lanes, at index: Int) { store(value, row + (index &- start)) }
}

/// Companded codes of groups that are read only, as ``BlockLanes`` are. Of second moments, which
/// Adam makes no negative ones of, the row takes the roots.
struct CompandedLanes: StoredLanes {
    private let codes: UnsafePointer<UInt8>
    private let scales: UnsafePointer<Float>
    private let row: UnsafeMutablePointer<Float>
    private let start: Int
    private let isSigned: Bool

    /// - Parameters:
    ///   - codes: of the whole tensor, as are the scales.
    ///   - start: the first element, which goes to the first of `row`.
    @inline(__always)
    init(_ codes: UnsafePointer<UInt8>, _ scales: UnsafePointer<Float>, from start: Int, isSigned: Bool, into row: UnsafeMutablePointer<Float>) {
        self.codes = codes
        self.scales = scales
        self.start = start
        self.isSigned = isSigned
        self.row = row
    }

    @inline(__always)
    func lanes(at index: Int) -> Lanes {
        let scale = Lanes(repeating: scales[index / CompandedGroups.size])
        let bytes = loadBytes(codes + index)
        return isSigned ? CompandedGroup.first(bytes, scale) : CompandedGroup.second(bytes, scale)
    }

    @inline(__always)
    func set(_ value: Lanes, at index: Int) {
        store(isSigned ? value : root(value), row + (index &- start))
    }
}
