import ArgumentParser
import SLRanks
import SLReport
import SLSpec

/// The exchange of gradients between ranks, for benchmarks/ranks and for whoever wants to know what a network gives.
struct BenchExchangeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-exchange", abstract: "Time the sum over ranks: mpirun -n 2 slbench bench-exchange (used by benchmarks/ranks).",
        shouldDisplay: false)

    @Option(help: "Floats that every rank has: the gradients of as many parameters.")
    var elements: Int = 15_000_000

    @Option(help: "Timed rounds of each way; one goes before.")
    var rounds: Int = 5

    @Option(help: "Addends of the tree; as many as ranks if not given.")
    var shards: Int?

    @Option(help: "Bytes of one exchange, several by commas; 0 for everything in one call.")
    var pieces: String = "1048576,0"

    @Option(help: "tree, allreduce, or both by a comma.")
    var reductions: String = "tree,allreduce"

    @Flag(help: "More ranks than cores are meant.")
    var oversubscribe = false

    @OptionGroup var format: FormatOptions

    func validate() throws {
        if !(0...1 << 31).contains(elements) { throw ValidationError("--elements \(elements): 0 to 2147483648 are possible") }
        if !(1...10_000).contains(rounds) { throw ValidationError("--rounds \(rounds): 1 to 10000 are possible") }
        if let shards, !(1...4096).contains(shards) { throw ValidationError("--shards \(shards): 1 to 4096 are possible") }
        _ = try ways()
    }

    func run() throws {
        guard let launch = try RankLaunch.current() else { return format.write(try table(LoneRank(), library: nil, hosts: 1)) }
        try RankSession.run(launch, oversubscribes: oversubscribe) { session in
            try session.check(threads: 1)
            format.write(try table(session.ranks, library: session.library, hosts: session.hosts))
            return 0
        }
    }

    private func ways() throws -> [ExchangeBench.Way] {
        let reductions = try reductions.split(separator: ",").map { name in
            guard let reduction = TreeSum.Reduction(rawValue: String(name)) else { throw ValidationError("--reductions \(name): tree or allreduce") }
            return reduction
        }
        let pieces = try pieces.split(separator: ",").map { text in
            guard let bytes = Int(text), (0...1 << 40).contains(bytes) else { throw ValidationError("--pieces \(text): bytes, or 0 for one call") }
            return bytes
        }
        return reductions.flatMap { reduction in pieces.map { ExchangeBench.Way(reduction: reduction, pieceBytes: $0 == 0 ? nil : $0) } }
    }

    private func table(_ ranks: any RankGroup, library: String?, hosts: Int) throws -> ValueTable {
        let rows = try ExchangeBench(ranks: ranks, elements: elements, shards: shards ?? ranks.count, rounds: rounds).run(try ways())
        let bytes = elements * 4
        return ValueTable(
            columns: [
                "reduction", "piece_bytes", "ranks", "hosts", "shards", "elements", "value_bytes", "sent_bytes", "best_seconds", "median_seconds",
                "bytes_per_second", "digest", "library",
            ],
            rows: rows.map { row in
                let (best, median) = (row.seconds.min() ?? 0, row.seconds.sorted()[row.seconds.count / 2])
                return [
                    .text(row.way.reduction.rawValue), row.way.pieceBytes.map { .integer($0) } ?? .null, .integer(ranks.count), .integer(hosts),
                    .integer(shards ?? ranks.count), .integer(elements), .integer(bytes), .integer(2 * bytes * (ranks.count - 1) / ranks.count),
                    .real(best), .real(median), ranks.isLone ? .null : .real(Double(bytes) / median), .text(row.digest),
                    library.map { .text($0) } ?? .null,
                ]
            })
    }
}
