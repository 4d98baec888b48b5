import SLVector

/// Codes of the dynamic book by arithmetic: a register of numbers at once, or a word that a code is in doubt.
///
/// Instead of the quotient x / absmax its neighbour x · (1 / absmax) is taken. That and the line of its decade are off by a few units in
/// the last place, so a number that close to the border of two codes is in doubt: about one of 4000 with numbers all over the book. Whoever
/// asks looks those up.
struct DecadeEncoder {
    /// By two exponents: four units below the end of a decade that lies between them, and the decade (from 1) of what is below it.
    private let ends: LaneTable
    private let entries: LaneTable
    /// By decade: size = min(slope · number + offset, last), rounded. Entry 0 is the cell of zero, the one after the last decade that of one.
    private let slopes: LaneTable
    private let offsets: LaneTable
    private let lasts: LaneTable

    @inline(__always)
    init(_ book: CodeBook) {
        ends = LaneTable(.ends, of: book)
        entries = LaneTable(.entries, of: book)
        slopes = LaneTable(.slopes, of: book)
        offsets = LaneTable(.offsets, of: book)
        lasts = LaneTable(.lasts, of: book)
    }

    /// Codes, each in the lowest byte of its lane, and the lanes that are in doubt: what isn't a number is.
    ///
    /// - Parameters:
    ///   - inverse: 1 / absmax, a normal number.
    ///   - isSigned: as at the beginning; said here so that a loop is written for one book.
    @inline(__always)
    func codes(_ x: Lanes, inverse: Lanes, isSigned: Bool) -> (codes: LaneBits, inDoubt: LaneMask) {
        let quotient = (isSigned ? laneMagnitude(x) : x) * inverse
        let number = lanewiseMax(quotient, Lanes(repeating: 0x1p-24))
        let pair = laneBits(number) &>> 24
        let past = laneBits(number) &- laneBits(ends[pair])
        let below = laneBits(entries[pair])
        let entry = below.replacing(with: below &+ 1, where: laneIntegers(past) .> LaneIntegers(repeating: 4))
        let place = lanewiseMin(multiplyAdd(number, slopes[entry], offsets[entry]), lasts[entry])
        // Adding 1.5 · 2²³ leaves the nearest whole number in the lowest bits; the signed book counts from its code of 0.
        // There is no −1: what is largest and negative takes the code below it, 0.
        // 0 itself has no sign and is in no doubt.
        let isZero = x .== Lanes()
        let (size, base): (Lanes, Float) =
            isSigned
            ? (
                lanewiseMax(laneFloats(laneBits(place) | laneBits(x) & 0x8000_0000), Lanes(repeating: -127)).replacing(with: Lanes(), where: isZero),
                12_582_912 + 127
            ) : (place, 12_582_912)
        let rounded = size + base
        let distance = laneMagnitude(size - (rounded - base))
        let isNear = distance .<= Lanes(repeating: 0.5 - 0x1p-13)
        let isAtEnd = past .<= LaneBits(repeating: 8)
        var inDoubt = .!isNear .| isAtEnd
        if isSigned { inDoubt = inDoubt .& .!isZero }
        return (laneBits(rounded), inDoubt)
    }
}
