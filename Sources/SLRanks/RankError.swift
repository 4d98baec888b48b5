/// Why ranks can't train together, or can't go on.
public enum RankError: Error, Sendable, Hashable {
    /// Started with ranks, and nothing here can connect them.
    case unavailable(problem: String, fix: String)
    /// A call to the library that connects the ranks.
    case failed(call: String, problem: String)
    /// A rank has ended or does not take part any more.
    case gone(rank: Int, call: String)
    /// Ranks made different calls, or the same with other lengths: a mistake of the program.
    case differentCalls(String)
    /// What must be equal on every rank and is not.
    case unequal(what: String, values: [String], fix: String)
    /// Ranks that can't go on, each in its own words; `status` is the exit status of the first.
    case refused(reasons: [String], status: Int32)
    /// More threads than a host has cores.
    case oversubscribed(host: String, ranks: Int, threads: Int, cores: Int)
    /// So many ranks can't share the sum of so many shards.
    case impossibleCount(ranks: Int, shards: Int, allowed: [Int])
    /// The run is one of another number of ranks; `cause` is the setting that makes it so.
    case otherCount(ranks: Int, wanted: Int, cause: String)
}

extension RankError {
    /// Whether every rank has come to it by the same facts, at the same place: then each ends by itself, and one says why.
    public var isShared: Bool {
        switch self {
        case .unequal, .refused, .oversubscribed, .impossibleCount, .otherCount: true
        case .unavailable, .failed, .gone, .differentCalls: false
        }
    }
}

extension RankError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unavailable(let problem, let fix): "\(problem)\n  hint: \(fix)"
        case .failed(let call, let problem): "ranks: \(call): \(problem)"
        case .gone(let rank, let call): "ranks: rank \(rank) is gone, and \(call) needs all of them"
        case .differentCalls(let calls): "ranks: not all of them made the same call: \(calls)"
        case .unequal(let what, let values, let fix):
            "ranks: \(what) is not the same on all of them:\n" + Self.grouped(values).map { "  \($0)" }.joined(separator: "\n") + "\n  hint: \(fix)"
        case .refused(let reasons, _): reasons.joined(separator: "\n")
        case .oversubscribed(let host, let ranks, let threads, let cores):
            "ranks: \(ranks) x \(threads) threads on \(host), which has \(cores) \(cores == 1 ? "core" : "cores") for \(ranks == 1 ? "it" : "them")\n"
                + "  hint: fewer --threads, or fewer ranks a host; mpirun binds a rank to one core unless told --bind-to none or "
                + "--map-by slot:PE=THREADS; --oversubscribe after slbench's command if it is meant"
        case .impossibleCount(let ranks, let shards, let allowed):
            "ranks: \(ranks) ranks can't share training.shards \(shards): each needs a whole subtree of the sum\n"
                + "  allowed: \(allowed.map(String.init).joined(separator: ", ")) ranks; or another number of shards"
        case .otherCount(let ranks, let wanted, let cause):
            "ranks: \(ranks == 1 ? "1 process was" : "\(ranks) ranks were") started, and with \(cause) the run is one of \(wanted) ranks\n"
                + "  hint: start \(wanted); or \"ranks\": \(ranks) in the config (--set ranks=\(ranks)), which is another run"
        }
    }

    /// One line a value, with the ranks that have it.
    private static func grouped(_ values: [String]) -> [String] {
        var order: [String] = []
        var owners: [String: [Int]] = [:]
        for (rank, value) in values.enumerated() {
            if owners[value] == nil { order.append(value) }
            owners[value, default: []].append(rank)
        }
        return order.map { value in "\(RankList.text(owners[value] ?? [])): \(value)" }
    }
}

/// Ranks for people: `rank 3`, `ranks 0-2, 5`.
enum RankList {
    static func text(_ ranks: [Int]) -> String {
        var spans: [ClosedRange<Int>] = []
        for rank in ranks.sorted() {
            if let last = spans.last, last.upperBound + 1 == rank {
                spans[spans.count - 1] = last.lowerBound...rank
            } else {
                spans.append(rank...rank)
            }
        }
        let words = spans.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        return (ranks.count == 1 ? "rank " : "ranks ") + words.joined(separator: ", ")
    }
}
