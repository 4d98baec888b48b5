/// The known name that a mistyped one most likely meant.
public enum NearestName {
    /// - Returns: `nil` when nothing is near: more than a third of the letters differ (at least two may).
    public static func of(_ name: String, among known: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().replacing("-", with: "_"))
        let most = max(2, wanted.count / 3)
        // A difference in length is a distance of at least that much: no table for what can't be near.
        let candidates = known.map { (name: $0, letters: Array($0.lowercased())) }.filter { abs($0.letters.count - wanted.count) <= most }
        let ranked = candidates.map { (name: $0.name, distance: distance(wanted, $0.letters)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= most, best.distance < wanted.count else {
            return nil
        }
        return best.name
    }

    /// A hint for a text that should have been one of `known`.
    static func choice(_ value: JSONValue, among known: [String]) -> String? {
        guard case .string(let text) = value else { return nil }
        return of(text, among: known).map { "did you mean \"\($0)\"?" }
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func distance(_ a: [Character], _ b: [Character]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var table = (0...a.count).map { i in (0...b.count).map { j in i == 0 ? j : (j == 0 ? i : 0) } }
        for i in 1...a.count {
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                var best = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, table[i - 2][j - 2] + 1) }
                table[i][j] = best
            }
        }
        return table[a.count][b.count]
    }
}
