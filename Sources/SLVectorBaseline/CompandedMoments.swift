import SLVector

/// Two moments in companded codes, a few groups of both at a time.
struct CompandedMoments {
    let first: GroupCodes
    let second: GroupCodes

    /// Elements between two choices of codes.
    private static var length: Int { 8 &* CompandedGroups.size }

    /// Runs `loop` on rows of whole groups, then chooses their codes.
    ///
    /// - Parameter start: the beginning of a group.
    /// - Returns: the first element from `start` to `limit` that is in no whole group.
    @inline(__always)
    func forEachRow(_ start: Int, _ limit: Int, _ loop: some AdamLoop) -> Int {
        let size = CompandedGroups.size
        let end = start &+ (limit &- start) / size &* size
        withMomentRows(of: Self.length) { row, distance in
            let (m, v) = (first.codes, second.codes)
            let (mScales, vScales) = (first.scales, second.scales)
            var start = start
            while start < end {
                let next = start &+ Self.length < end ? start &+ Self.length : end
                loop.run(
                    CompandedLanes(m, mScales, from: start, isSigned: true, into: row),
                    CompandedLanes(v, vScales, from: start, isSigned: false, into: row + distance), start, next)
                var group = start
                while group < next {
                    mScales[group / size] = CompandedGroup.quantizeFirst(row + (group &- start), into: m + group)
                    vScales[group / size] = CompandedGroup.quantizeSecond(roots: row + distance + (group &- start), into: v + group)
                    group &+= size
                }
                start = next
            }
        }
        return end
    }
}
