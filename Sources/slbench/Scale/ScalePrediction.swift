import ArgumentParser
import Foundation
import SLHarness
import SLMethodKit
import SLRanks
import SLReport
import SLSpec

/// `slbench estimate --nodes`: the published recipes on nodes, method by method.
struct ScalePrediction {
    let options: ScaleOptions
    let methods: [MethodDescriptor]
    let shapes: [ModelShape]

    /// - Parameter models: `nil` for all that have a recipe.
    /// - Throws: `ValidationError` for a model that has none.
    init(_ options: ScaleOptions, methods: [MethodDescriptor], models: [ModelShape]?) throws {
        let known = PublishedRecipe.updates.map(\.key)
        let shapes = models ?? ModelShape.presets.filter { known.contains($0.name) }
        if let other = shapes.first(where: { !known.contains($0.name) }) {
            throw ValidationError("--model \(other.name): no recipe is shared by the published tables. With --nodes: \(known.joined(separator: ", ")).")
        }
        (self.options, self.methods, self.shapes) = (options, methods, shapes)
    }

    func run(_ output: FormatOptions) throws {
        let place = try options.report.map {
            try OutputGuard(inputs: [], databases: []).file($0, what: "prediction at scale", isFormer: FormerOutput.begins(ScaleReport.title))
        }
        guard let first = shapes.first else { return }
        let speeds = try CoreSpeeds(options, methods: methods, model: first)
        let planner = ScalePlanner(
            registry: Program.registry, communication: try options.communication(), shardsOptimizer: options.shardOptimizer, shards: options.shards,
            reduction: try options.reduction(), memoryBandwidth: options.nodeMemory)
        let layouts = try options.layouts()
        var rows: [ScaleEstimate] = []
        var left: [String] = []
        for shape in shapes {
            for method in methods {
                do {
                    rows += try layouts.compactMap { try planner.estimate(method, model: shape, layout: $0, speed: speeds.of(method)) }
                } catch let error as MethodOptionError {
                    left.append("\(shape.name) \(method.name): \(error.option): \(error.wanted)")
                }
            }
        }
        let facts = facts(speeds, planner, layouts)
        switch output.format {
        case .json, .csv: output.write(ScaleTable.whole(rows))
        case .table, .markdown, .latex: output.write(ScaleTable.readable(rows))
        }
        if [.table, .markdown].contains(output.format) { print("\n" + (facts + left).joined(separator: "\n")) }
        if let place {
            let command = "slbench " + CommandLine.arguments.dropFirst().joined(separator: " ")
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(ScaleReport(rows: rows, command: command, facts: facts, left: left).markdown.utf8).write(to: place, options: .atomic)
            Talk.say("estimate: \(options.report ?? place.path)")
        }
    }

    /// What is measured where, and what is assumed.
    private func facts(_ speeds: CoreSpeeds, _ planner: ScalePlanner, _ layouts: [RankLayout]) -> [String] {
        let communication = planner.communication
        let (network, local) = (communication.network, communication.local)
        let isOrdered = planner.reduction == .tree
        let layout = layouts.first
        let exact = "Exact by formula: FLOPs, parameters, bytes that are sent, and tensors' bytes of a rank (the plan of one process with the rank's share of "
            + "the batch); program and libraries take under 0.1 GB a rank besides."
        let assumed = "Modelled: every size runs at the FLOP/s of one core, \(layout?.threads ?? 1) threads of a rank are as many times as fast, full nodes "
            + "keep the clock, the updates of a node's ranks go through \(CoreSpeeds.number(options.nodeMemory / 1e9)) GB/s of memory at most, and a micro-batch of fewer than \(PublishedRecipe.microBatch) sequences costs no rate. Evaluations, "
            + "checkpoints, refreshes that were not measured, and waiting for the slowest rank come on top."
        let way = isOrdered
            ? "each rank sends every other its part of the gradients\(options.shardOptimizer ? " (as many rounds as the largest part takes)" : ""), adds, and sends the "
                + "\(options.shardOptimizer ? "updated weights" : "sums") to all, in pieces of 1 MiB, each of them one message to every other rank; "
            : "MPI's own sum in pieces of 1 MiB, taken for one by halving and doubling"
                + "\(options.shardOptimizer ? ", and the updated weights are sent to all" : ""); "
        let sent = "Modelled: exchange after the passes, nothing overlapped: " + way
            + "\(options.networkName) between nodes taken as \(CoreSpeeds.number(network.bytesPerSecond / 1e9)) GB/s out of a node, which its ranks share, and "
            + "\(CoreSpeeds.number(network.latency * 1e6)) µs a message; inside a node \(CoreSpeeds.number(local.bytesPerSecond / 1e9)) GB/s a rank, and "
            + "\(CoreSpeeds.number(communication.addedBytesPerSecond / 1e9)) GB/s added."
        let recipe = "Recipe: \(PublishedRecipe.sequences) sequences of \(PublishedRecipe.sequenceLength) tokens an update, shared by the ranks in "
            + "micro-batches of up to \(PublishedRecipe.microBatch); fp32, AdamW or the method's own rule; the gradients are summed in "
            + "\(options.shards.map { "\($0) shards" } ?? "as many shards as ranks"); the optimizer's state is "
            + (options.shardOptimizer ? "dealt out to the ranks by whole tensors." : "on every rank.")
        let nodes = "Nodes: \((layout?.threads ?? 1) * (layout?.ranksPerNode ?? 1)) cores, \(layout?.ranksPerNode ?? 1) ranks of \(layout?.threads ?? 1) threads."
        return ["Program: \(Program.versionText)", recipe, nodes] + speeds.words + [exact, assumed, sent]
    }
}
