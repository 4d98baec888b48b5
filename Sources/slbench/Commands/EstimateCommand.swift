import ArgumentParser
import Foundation
import SLMethodKit
import SLReport
import SLSpec

struct EstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate", abstract: "Parameters and memory of every method and optimizer by formula, beside the published figures.",
        discussion: """
            Bytes are as slbench allocates them (fp32, int32). The paper figure is the published tables' convention: weights, optimizer
            state and int64 indices at bf16, 1 G = 1e9 bytes. What papers print in that convention stands beside it with the difference,
            what they count otherwise in a column of its own; a dash is where nothing is published that could be checked.

              slbench estimate --model 60m,1b --method sltrain,galore
              slbench estimate --model 60m --method full_rank --optimizer muon,scale,adamw8bit
              slbench estimate --model 7b --format json

            With --nodes: time, node-hours, tokens/s and memory of the published recipes (60m to 1b) on so many nodes, by the planner's model of
            ranks that train one model together. It says what of it was measured, on which processor, and what is assumed.

              slbench estimate --nodes 1,2,4,8 --network 100gb
              slbench estimate --nodes 1,8 --model 350m --method full_rank,sltrain --tokens-per-second 44 --shard-optimizer
            """)

    @Option(help: "Presets, separated by commas; 60m,130m,350m,1b,7b if not given.")
    var model: String?

    @Option(help: "Methods, separated by commas; all if not given.")
    var method: String?

    @Option(help: "Rank of every method; the published one for the size if not given.")
    var rank: Int?

    @Option(
        help: """
            Optimizers of every method, separated by commas; adamw if not given, adamw8bit too where a figure with 8-bit states is published, \
            and dense weights with each of the others. adamw8bit_companded is AdamW with states "8bit_companded".
            """)
    var optimizer: String?

    @OptionGroup(title: "At scale") var scale: ScaleOptions

    @OptionGroup var output: FormatOptions

    func validate() throws {
        guard scale.nodes != nil else { return }
        for (name, value) in [("rank", rank.map(String.init)), ("optimizer", optimizer)] {
            if let value { throw ValidationError("--\(name) \(value): with --nodes the published recipe decides it") }
        }
    }

    func run() throws {
        let methods = try method.map { try $0.split(separator: ",").map { try Program.registry.descriptor(named: String($0)) } }
        if scale.nodes != nil {
            return try ScalePrediction(scale, methods: methods ?? Program.registry.descriptors, models: try model.map(Self.shapes)).run(output)
        }
        let shapes = try Self.shapes(model ?? "60m,130m,350m,1b,7b")
        let optimizers = try optimizer.map { try $0.split(separator: ",").map { try OptimizerChoice.named(String($0)) } }
        let rows = try shapes.flatMap { try estimates($0, methods, optimizers) }
        switch output.format {
        case .json, .csv: output.write(EstimateTable.whole(rows))
        case .table, .markdown, .latex: output.write(EstimateTable.readable(rows))
        }
        if output.format == .table || output.format == .markdown {
            print(EstimateNotes.text(rows), terminator: "")
        }
    }

    private static func shapes(_ names: String) throws -> [ModelShape] {
        try names.split(separator: ",").map { name in
            guard let shape = ModelShape.preset(named: name.trimmingCharacters(in: .whitespaces).lowercased()) else {
                let known = ModelShape.presets.map(\.name)
                let hint = NearestName.of(String(name), among: known).map { " Did you mean '\($0)'?" } ?? ""
                throw ValidationError("--model \(name): unknown. Known: \(known.joined(separator: ", ")).\(hint)")
            }
            return shape
        }
    }

    private func estimates(_ shape: ModelShape, _ methods: [MethodDescriptor]?, _ optimizers: [OptimizerChoice]?) throws -> [Estimate] {
        let all = Program.registry.descriptors
        let asked = try (methods ?? all).flatMap { method in
            try (optimizers ?? OptimizerChoice.usual(for: method, model: shape.name)).map {
                try Estimate(shape: shape, descriptor: method, rank: rank, optimizer: $0)
            }
        }
        guard optimizers == nil, methods == nil, let dense = all.first else { return asked }
        let others = OptimizerChoice.all.filter { !$0.isStandard }
        return asked + (try others.map { try Estimate(shape: shape, descriptor: dense, rank: nil, optimizer: $0) })
    }
}
