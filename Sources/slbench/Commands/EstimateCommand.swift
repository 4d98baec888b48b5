import ArgumentParser
import Foundation
import SLMethodKit
import SLModel
import SLOptimizers
import SLReport
import SLSpec

struct EstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate", abstract: "Parameters and memory of every method by formula, beside the published figures.",
        discussion: """
            Bytes are as slbench allocates them (fp32, int32). The paper figure is the published tables' convention: weights, optimizer
            state and int64 indices at bf16, 1 G = 1e9 bytes.

              slbench estimate --model 60m,1b --method sltrain,galore
              slbench estimate --model 60m --method sltrain --optimizer adamw,muon,adafactor
              slbench estimate --model 7b --format json
            """)

    @Option(help: "Presets, separated by commas.")
    var model: String = "60m,130m,350m,1b,7b"

    @Option(help: "Methods, separated by commas; all if not given.")
    var method: String?

    @Option(help: "Rank of every method; the published one for the size if not given.")
    var rank: Int?

    @Option(help: "Optimizers of every method, separated by commas; adamw if not given, and dense weights with each of the others, too.")
    var optimizer: String?

    @OptionGroup var output: FormatOptions

    func run() throws {
        let shapes = try model.split(separator: ",").map { name in
            guard let shape = ModelShape.preset(named: name.trimmingCharacters(in: .whitespaces).lowercased()) else {
                let known = ModelShape.presets.map(\.name)
                let hint = NearestName.of(String(name), among: known).map { " Did you mean '\($0)'?" } ?? ""
                throw ValidationError("--model \(name): unknown. Known: \(known.joined(separator: ", ")).\(hint)")
            }
            return shape
        }
        let methods = try method.map { try $0.split(separator: ",").map { try Program.registry.descriptor(named: String($0)) } }
        let optimizers = try optimizer.map { try $0.split(separator: ",").map { try Self.optimizer(String($0)) } }
        let all = Program.registry.descriptors
        let rows = try shapes.flatMap { shape in
            let asked = try (methods ?? all).flatMap { method in
                try (optimizers ?? [OptimizerSpec.standard]).map { try Estimate(shape: shape, descriptor: method, rank: rank, optimizer: $0) }
            }
            guard optimizers == nil, methods == nil, let dense = all.first else { return asked }
            let others = Program.registry.catalog.optimizers.map(\.name).filter { $0 != OptimizerSpec.standard }
            return asked + (try others.map { try Estimate(shape: shape, descriptor: dense, rank: nil, optimizer: $0) })
        }
        switch output.format {
        case .json, .csv: output.write(Estimate.table(rows))
        case .table, .markdown, .latex: output.write(Estimate.readable(rows))
        }
        if output.format == .table || output.format == .markdown {
            print(Estimate.notes(rows), terminator: "")
        }
    }
}

extension EstimateCommand {
    private static func optimizer(_ spelled: String) throws -> String {
        let name = spelled.trimmingCharacters(in: .whitespaces).replacing("-", with: "_")
        let known = Program.registry.catalog.optimizers.map(\.name)
        guard known.contains(name) else {
            let hint = NearestName.of(name, among: known).map { " Did you mean '\($0)'?" } ?? ""
            throw ValidationError("--optimizer \(spelled): unknown. Known: \(known.joined(separator: ", ")).\(hint)")
        }
        return name
    }
}

/// One method with one optimizer at one size.
struct Estimate {
    let model: String
    let method: String
    let optimizer: String
    let rank: Int?
    let totalParameters: Int
    let trainableParameters: Int
    let weightBytes: Int
    let gradientBytes: Int
    let optimizerBytes: Int
    let indexBytes: Int
    let paperBytes: Int
    /// What a paper that counts the dense parameters of embedding, head and norms twice would say.
    let doubleCountedBytes: Int?
    let memory: PublishedFigure?
    let perplexity: PublishedFigure?

    /// - Throws: `ValidationError` when the rank is impossible for the model.
    init(shape: ModelShape, descriptor: MethodDescriptor, rank: Int?, optimizer name: String) throws {
        let smallest = shape.sites(layer: 0).map(\.smallerSide).min() ?? 1
        if let rank, !(1...smallest).contains(rank) {
            throw ValidationError("--rank \(rank): 1 to \(smallest) are possible for \(shape.name), the smaller side of its block linears.")
        }
        let takesRank = descriptor.option(named: "rank") != nil
        let options = MethodOptions(
            descriptor: descriptor, model: shape, given: takesRank ? rank.map { ["rank": .integer($0)] } ?? [:] : [:])
        let made = try Program.registry.make(descriptor.name, options: options, model: shape)
        let accounting = ModelAccounting(shape: shape, method: made, optimizer: try RunOptimizer(OptimizerSpec(name)))
        let phase = made.phaseCount - 1
        model = shape.name
        method = descriptor.name
        optimizer = name
        self.rank = options["rank"]?.integer
        totalParameters = accounting.totalParameters(phase: phase)
        trainableParameters = accounting.trainableParameters(phase: phase)
        weightBytes = accounting.weightBytes(phase: phase)
        gradientBytes = accounting.gradientBytes(phase: phase)
        optimizerBytes = accounting.optimizerBytes(phase: phase)
        indexBytes = accounting.indexBytes(phase: phase)
        paperBytes = accounting.paperBytes(phase: phase)
        let isAdapter = totalParameters > trainableParameters
        doubleCountedBytes = isAdapter ? paperBytes + 2 * shape.baseParameterCount : nil
        let isPublishedRank = name == OptimizerSpec.standard && (rank == nil || self.rank == MethodOptions(descriptor: descriptor, model: shape)["rank"]?.integer)
        memory = isPublishedRank ? PublishedFigures.memory(method: descriptor.name, size: shape.name) : nil
        let figure = isPublishedRank ? PublishedFigures.perplexity(method: descriptor.name, size: shape.name) : nil
        perplexity = figure.flatMap { $0.isVerified ? $0 : nil }
    }

    static func table(_ rows: [Estimate]) -> ValueTable {
        ValueTable(
            columns: [
                "model", "method", "optimizer", "rank", "total_parameters", "trainable_parameters", "weight_bytes", "gradient_bytes", "optimizer_bytes",
                "index_bytes", "paper_memory_bytes", "published_memory_gb", "published_perplexity",
            ],
            rows: rows.map { row in
                [
                    .text(row.model), .text(row.method), .text(row.optimizer), .init(row.rank), .integer(row.totalParameters), .integer(row.trainableParameters),
                    .integer(row.weightBytes), .integer(row.gradientBytes), .integer(row.optimizerBytes), .integer(row.indexBytes),
                    .integer(row.paperBytes), .init(row.memory?.memoryGB), .init(row.perplexity?.perplexity),
                ]
            })
    }

    static func readable(_ rows: [Estimate]) -> ValueTable {
        ValueTable(
            columns: [
                "model", "method", "optimizer", "rank", "parameters", "trained", "weights", "gradients", "state", "indices", "paper G",
                "published G", "published ppl",
            ],
            rows: rows.map { row in
                [
                    .text(row.model), .text(row.method), .text(row.optimizer), .init(row.rank), .text(NumberFormat.parameters(row.totalParameters)),
                    .text(NumberFormat.parameters(row.trainableParameters)), .text(NumberFormat.bytes(row.weightBytes)),
                    .text(NumberFormat.bytes(row.gradientBytes)), .text(NumberFormat.bytes(row.optimizerBytes)),
                    .text(NumberFormat.bytes(row.indexBytes)), .text(String(format: "%.3f", Double(row.paperBytes) / 1e9)),
                    .text(row.memory?.memoryGB.map { String(format: "%.2f", $0) } ?? NumberFormat.missing),
                    .text(row.perplexity?.perplexity.map { String(format: "%.2f", $0) } ?? NumberFormat.missing),
                ]
            })
    }

    /// Sources of the published columns, and where a published figure is not what its own formula gives.
    static func notes(_ rows: [Estimate]) -> String {
        var lines: [String] = []
        let sources = rows.flatMap { [$0.memory?.source, $0.perplexity?.source] }.compactMap(\.self)
        for source in sources where !lines.contains("published: \(source)") { lines.append("published: \(source)") }
        for row in rows {
            guard let published = row.memory?.memoryGB else { continue }
            let ours = Double(row.paperBytes) / 1e9
            guard abs(ours - published) > 0.0051 else { continue }
            var line = "\(row.model) \(row.method): the formula gives \(String(format: "%.3f", ours)) G, the paper prints \(String(format: "%.2f", published))"
            if let doubled = row.doubleCountedBytes {
                line += "; with embedding, head and norms counted twice, as the paper does: \(String(format: "%.3f", Double(doubled) / 1e9))"
            }
            if let note = row.memory?.note, !note.isEmpty { line += " (\(note))" }
            lines.append(line)
        }
        return lines.isEmpty ? "" : "\n" + lines.joined(separator: "\n") + "\n"
    }
}
