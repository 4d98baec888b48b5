import SLVector

/// Values of the dynamic book by arithmetic: a register of codes at once, to the bit what the book's table holds.
///
/// How the book's decades become the numbers of these tables stands where they are made, in `SLNumerics`.
struct DecadeDecoder {
    private let steps: LaneTable
    private let origins: LaneTable
    private let stepRests: LaneTable
    private let originRests: LaneTable

    @inline(__always)
    init(_ book: CodeBook) {
        steps = LaneTable(.steps, of: book)
        origins = LaneTable(.origins, of: book)
        stepRests = LaneTable(.stepRests, of: book)
        originRests = LaneTable(.originRests, of: book)
    }

    /// The values of codes, one a lane.
    ///
    /// - Parameter isSigned: as at the beginning; said here so that a loop is written for one book.
    @inline(__always)
    func values(_ codes: LaneBits, isSigned: Bool) -> Lanes {
        // 2²³ + code, by its bits.
        let above = laneFloats(codes | 0x4b00_0000)
        guard isSigned else { return value(above - 8_388_606.5) }
        let offset = laneBits(above - 8_388_735)
        return laneFloats(laneBits(value(laneFloats(offset & 0x7fff_ffff) + 0.5)) | offset & 0x8000_0000)
    }

    @inline(__always)
    private func value(_ place: Lanes) -> Lanes {
        let decade = laneBits(place) &>> 23
        return multiplyAdd(steps[decade], place, origins[decade]) + multiplyAdd(stepRests[decade], place, originRests[decade])
    }
}
