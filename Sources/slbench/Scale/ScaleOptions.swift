import ArgumentParser
import Foundation
import SLHarness
import SLRanks
import SLReport
import SLSpec

/// Nodes, network and speed that published recipes are predicted for.
struct ScaleOptions: ParsableArguments {
    @Option(help: "Numbers of nodes, separated by commas: predicts the published recipe of each size on them, in place of the table of memory.")
    var nodes: String?

    @Option(help: "Cores of a node, of the kind that the speed is of; 64 if not given.")
    var cores: Int?

    @Option(help: "Ranks of a node, which share its cores; 8 if not given.")
    var ranksPerNode: Int?

    @Option(help: "Network between nodes: 10gbe, 25gbe, 100gb, 200gb (nine tenths of the rate), or GB/s out of a node; 25gbe if not given.")
    var network: String?

    @Option(help: "Microseconds of a message between nodes; the network's usual ones if not given, 20 for a network in GB/s.")
    var latency: Double?

    @Option(help: "GB/s that a rank sends to others of its node, as `mpirun -n 2 slbench bench-exchange` measures; 6 if not given.")
    var localBandwidth: Double?

    @Option(help: "GB/s of a node's memory, which bounds the optimizer's updates of its ranks; 200 if not given, eight channels of DDR4-3200.")
    var memoryBandwidth: Double?

    @Flag(help: "Keep each tensor's optimizer state on one rank only.")
    var shardOptimizer = false

    @Option(
        help: """
            Parts of an update's gradients that are summed in a tree, a power of two up to its 512 sequences: as many as ranks can share them. As many \
            as ranks if not given; with one number for all, results are the same to the bit on every number of ranks.
            """)
    var shards: Int?

    @Option(help: "How ranks add gradients: ordered, with the same bits on every number of them, or all_reduce, MPI's own sum; ordered if not given.")
    var exchange: String?

    @Option(help: "GFLOP/s of a core in training steps, in place of a calibration of this machine.")
    var gflopsPerCore: Double?

    @Option(help: "Tokens/s of a core in full-rank steps of the first of --model, the same.")
    var tokensPerSecond: Double?

    @Option(help: "Measure so many steps of every method on a core of this machine, at the first of --model, in place of the calibration.")
    var measureSteps: Int?

    @Option(help: "Markdown file to write as well.", completion: .file(extensions: ["md"]))
    var report: String?

    func validate() throws {
        guard nodes != nil else {
            let given: [(String, Bool)] = [
                ("cores", cores != nil), ("ranks-per-node", ranksPerNode != nil), ("network", network != nil), ("latency", latency != nil),
                ("local-bandwidth", localBandwidth != nil), ("memory-bandwidth", memoryBandwidth != nil), ("shard-optimizer", shardOptimizer), ("shards", shards != nil),
                ("exchange", exchange != nil),
                ("gflops-per-core", gflopsPerCore != nil), ("tokens-per-second", tokensPerSecond != nil), ("measure-steps", measureSteps != nil),
                ("report", report != nil),
            ]
            if let (name, _) = given.first(where: \.1) { throw ValidationError("--\(name) needs --nodes, e.g. --nodes 1,2,4,8") }
            return
        }
        for (name, value, most) in [("cores", cores, 4096), ("ranks-per-node", ranksPerNode, PublishedRecipe.sequences), ("measure-steps", measureSteps, 1000)] {
            if let value, !(1...most).contains(value) { throw ValidationError("--\(name) \(value): 1 to \(most) are possible") }
        }
        for (name, value) in [
            ("latency", latency), ("local-bandwidth", localBandwidth), ("memory-bandwidth", memoryBandwidth), ("gflops-per-core", gflopsPerCore), ("tokens-per-second", tokensPerSecond),
        ] {
            guard let value, !(value.isFinite && (value > 0 || name == "latency" && value == 0)) else { continue }
            throw ValidationError("--\(name) \(value): a number above 0 is wanted")
        }
        if [gflopsPerCore != nil, tokensPerSecond != nil, measureSteps != nil].count(where: \.self) > 1 {
            throw ValidationError("--gflops-per-core, --tokens-per-second, --measure-steps: one of them says how fast a core is")
        }
        let (cores, ranks) = (cores ?? Self.usualCores, ranksPerNode ?? Self.usualRanks)
        if cores % ranks != 0 { throw ValidationError("--ranks-per-node \(ranks): a divisor of the \(cores) cores of a node is wanted") }
        if let shards, !(1...PublishedRecipe.sequences).contains(shards) || shards & (shards - 1) != 0 {
            throw ValidationError("--shards \(shards): a power of two up to \(PublishedRecipe.sequences), the sequences of an update, is wanted")
        }
        _ = try reduction()
        if let report { try OutputName.checkOption(report, holds: "markdown", extensions: ["md", "markdown"]) }
        _ = try layouts()
        _ = try link()
    }

    private static let (usualCores, usualRanks, usualNetwork) = (64, 8, "25gbe")

    /// Bytes a second.
    var nodeMemory: Double { 1e9 * (memoryBandwidth ?? 200) }

    var networkName: String { network ?? Self.usualNetwork }

    /// - Throws: `ValidationError` for a number of nodes that the batch can't be shared by.
    func layouts() throws -> [RankLayout] {
        let (cores, ranks) = (cores ?? Self.usualCores, ranksPerNode ?? Self.usualRanks)
        let most = shards ?? PublishedRecipe.sequences
        let allowed = RankLayout.allowedNodes(ranksPerNode: ranks, shards: most)
        return try (nodes ?? "").split(separator: ",").map { word in
            let text = word.trimmingCharacters(in: .whitespaces)
            guard let count = Int(text), allowed.contains(count) else {
                let list = allowed.isEmpty ? "none; fewer ranks a node" : allowed.map(String.init).joined(separator: ", ")
                let parts = shards == nil ? "\(most) sequences" : "\(most) shards"
                throw ValidationError(
                    "--nodes \(text): an update's \(parts) are shared by ranks in a power of two. Allowed with \(ranks) ranks a node: \(list).")
            }
            return RankLayout(nodes: count, ranksPerNode: ranks, threads: cores / ranks)
        }
    }

    /// - Throws: `ValidationError` for a word that configs don't know.
    func reduction() throws -> TreeSum.Reduction {
        switch exchange {
        case nil, GradientSum.ordered.name: return .tree
        case GradientSum.allReduce(ranks: 1).name: return .allReduce
        case let other?: throw ValidationError("--exchange \(other): \(GradientSum.names.joined(separator: " or ")) is wanted")
        }
    }

    func communication() throws -> CommunicationModel {
        var local = Link.memory
        if let localBandwidth { local.bytesPerSecond = 1e9 * localBandwidth }
        return CommunicationModel(network: try link(), local: local)
    }

    private func link() throws -> Link {
        var link: Link
        if let known = Link.networks.first(where: { $0.key == networkName.lowercased() }) {
            link = known.value
        } else if let rate = Double(networkName), rate.isFinite, rate > 0 {
            link = Link(bytesPerSecond: 1e9 * rate, latency: 20e-6)
        } else {
            let names = Link.networks.map(\.key)
            let hint = NearestName.of(networkName, among: names).map { " Did you mean '\($0)'?" } ?? ""
            throw ValidationError("--network \(networkName): one of \(names.joined(separator: ", ")), or GB/s above 0.\(hint)")
        }
        if let latency { link.latency = latency * 1e-6 }
        return link
    }
}
