import Foundation

/// What of a host a rank may use.
public struct CoreShare: Sendable, Hashable {
    public var host: String
    /// Numbers of the cores that the process may run on.
    public var cores: Set<Int>
    /// Cores that its control group pays for; `nil` without a limit.
    public var paid: Int?
    public var threads: Int

    public init(host: String, cores: Set<Int>, paid: Int? = nil, threads: Int) {
        self.host = host
        self.cores = cores
        self.paid = paid
        self.threads = threads
    }

    /// The cores that the kernel lets this process run on: a launcher may have bound it to a few. None where nobody says.
    public static var ownCores: Set<Int> {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        return cores(listed: line?.split(whereSeparator: \.isWhitespace).last ?? "")
    }

    /// - Parameter text: as the kernel lists them, `0-3,8`.
    package static func cores(listed text: some StringProtocol) -> Set<Int> {
        text.split(separator: ",").reduce(into: []) { found, entry in
            let ends = entry.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last, last < 1 << 16 else { return }
            found.formUnion(first...last)
        }
    }

    /// Refuses more threads than there are cores for: of each rank by itself, which `mpirun` binds to one core when it is not told
    /// otherwise, and on each host.
    ///
    /// - Throws: ``RankError/oversubscribed(host:ranks:threads:cores:)``.
    public static func check(_ shares: [CoreShare]) throws(RankError) {
        for share in shares where !share.cores.isEmpty && share.threads > share.cores.count {
            throw .oversubscribed(host: share.host, ranks: 1, threads: share.threads, cores: share.cores.count)
        }
        for (host, ranks) in Dictionary(grouping: shares, by: \.host).sorted(by: { $0.key < $1.key }) {
            let allowed = ranks.reduce(into: Set<Int>()) { $0.formUnion($1.cores) }.count
            let cores = min(allowed, ranks.compactMap(\.paid).min() ?? allowed)
            guard cores > 0, ranks.reduce(0, { $0 + $1.threads }) > cores else { continue }
            throw .oversubscribed(host: host, ranks: ranks.count, threads: ranks[0].threads, cores: cores)
        }
    }
}

extension CoreShare {
    /// One line for another rank.
    public var text: String { "\(threads) \(paid.map(String.init) ?? "-") \(cores.sorted().map(String.init).joined(separator: ",")) \(host)" }

    /// - Throws: ``RankError/differentCalls(_:)`` for what ``text`` has not written.
    public init(text: String) throws(RankError) {
        let parts = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let threads = Int(parts[0]) else { throw .differentCalls("'\(text)' in place of a rank's cores") }
        self.init(host: String(parts[3]), cores: Set(parts[2].split(separator: ",").compactMap { Int($0) }), paid: Int(parts[1]), threads: threads)
    }

    /// Threads that every rank can have without being in another's way: the least that any host has for each of its ranks.
    public static func threadsEach(_ shares: [CoreShare]) -> Int {
        let hosts = Dictionary(grouping: shares, by: \.host).values.map { ranks in
            let allowed = ranks.reduce(into: Set<Int>()) { $0.formUnion($1.cores) }.count
            let cores = min(allowed, ranks.compactMap(\.paid).min() ?? allowed)
            return min(cores / ranks.count, ranks.map(\.cores.count).min() ?? 1)
        }
        return max(1, hosts.min() ?? 1)
    }
}
