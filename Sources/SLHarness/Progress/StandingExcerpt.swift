public import SLSpec

/// As many runs of a sweep as there are lines for: those at work first, then those that ended badly, then what is to come, then
/// what is done.
public struct StandingExcerpt: Sendable, Hashable {
    public var shown: [RunStanding]
    /// What the others are: `and 34 more: 30 waiting, 4 finished`; `nil` where all are shown.
    public var rest: String?

    /// - Parameter lines: for runs and the rest together; `nil` for as many as there are.
    public init(_ runs: [RunStanding], lines: Int?) {
        guard let lines, runs.count > lines else {
            (shown, rest) = (runs, nil)
            return
        }
        let ordered = runs.indices.sorted { (Self.rank(runs[$0]), $0) < (Self.rank(runs[$1]), $1) }.map { runs[$0] }
        shown = Array(ordered.prefix(max(0, lines - 1)))
        let left = ordered.dropFirst(shown.count)
        rest = "and \(left.count) more: \(Self.counts(left))"
    }

    /// `2 running, 1 failed, 30 waiting, 4 finished`
    public static func counts(_ runs: some Collection<RunStanding>) -> String {
        let order = Set(runs.map(\.status)).sorted { rank($0) < rank($1) }
        return order.map { status in "\(runs.count { $0.status == status }) \(status?.rawValue ?? "waiting")" }.joined(separator: ", ")
    }

    private static func rank(_ run: RunStanding) -> Int { rank(run.status) }

    private static func rank(_ status: RunStatus?) -> Int {
        switch status {
        case .running: 0
        case .failed: 1
        case .diverged: 2
        case .interrupted: 3
        case nil: 4
        case .finished: 5
        }
    }
}
