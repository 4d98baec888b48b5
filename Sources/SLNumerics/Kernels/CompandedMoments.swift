/// Two moments in companded codes, a few groups of both at a time.
struct CompandedMoments {
    private let codes: (first: Allocation<UInt8>, second: Allocation<UInt8>)
    private let scales: (first: Allocation<Float>, second: Allocation<Float>)

    /// Elements between two choices of codes.
    private static let length = 8 * CompandedCode.groupSize

    /// `nil` for other formats.
    init?(_ first: StoredTensor<Float>, _ second: StoredTensor<Float>) {
        guard case .companded(let m, let mScales, let mCode) = first.content,
            case .companded(let v, let vScales, let vCode) = second.content, mCode.isSigned, !vCode.isSigned
        else { return nil }
        codes = (m, v)
        scales = (mScales, vScales)
    }

    /// Runs `body` on rows of whole groups: moments to read and to store, and their range. Then chooses their codes.
    ///
    /// - Returns: the first element of `range`, which begins at a group, that is in no whole group.
    @inline(__always)
    func forEachRow(_ range: Range<Int>, _ body: (_ first: CompandedLanes, _ second: CompandedLanes, Range<Int>) -> Void) -> Int {
        let size = CompandedCode.groupSize
        let end = range.lowerBound + range.count / size * size
        withMomentRows(of: Self.length) { row, distance in
            let (m, v) = (codes.first.base, codes.second.base)
            let (mScales, vScales) = (scales.first.base, scales.second.base)
            var start = range.lowerBound
            while start < end {
                let next = min(end, start + Self.length)
                body(
                    CompandedLanes(m, mScales, from: start, isSigned: true, into: row),
                    CompandedLanes(v, vScales, from: start, isSigned: false, into: row + distance), start..<next)
                for group in stride(from: start, to: next, by: size) {
                    mScales[group / size] = CompandedGroup.quantizeFirst(row + (group - start), into: m + group)
                    vScales[group / size] = CompandedGroup.quantizeSecond(roots: row + distance + (group - start), into: v + group)
                }
                start = next
            }
        }
        return end
    }
}
