public import ArgumentParser
import Foundation
import SLMethodKit
import SLNumerics
import SLSpec
import SLTraining

/// One training step at a time on request, for benchmarks/compare-step.
struct BenchStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-step", abstract: "Time training steps on request (used by benchmarks/compare-step).", shouldDisplay: false)

    @Option var method: String
    @Option var model: String = "60m"
    @Option var batch: Int = 8
    @Option var seq: Int = 256
    @OptionGroup var threading: ThreadOption
    @Option var rank: Int?
    @Option(name: .customLong("option"), help: "name=value of the method's options, once for each.") var options: [String] = []
    @Option var update: MemoryOptions.Update = .wholeModel
    @Option var optimizer: String = OptimizerSpec.standard
    @Option var states: MemoryOptions.States = .likeWeights
    @Option var blockSize: Int = 256
    @Option var storage: MemoryOptions.Storage = .fp32
    @Option var rounding: MemoryOptions.Rounding = .nearest
    @Option var recompute: MemoryOptions.Recompute = .none
    @Option var precision: MemoryOptions.Precision = .fp32

    func validate() throws {
        for (name, value) in [("batch", batch), ("seq", seq), ("rank", rank ?? 1)] where !(1...65_536).contains(value) {
            throw ValidationError("--\(name) \(value): 1 to 65536 are possible")
        }
        if batch * seq > 1 << 24 { throw ValidationError("--batch \(batch) --seq \(seq): at most 2^24 tokens") }
        if ![256, 2048].contains(blockSize) { throw ValidationError("--block-size \(blockSize): 256 or 2048") }
    }

    func run() throws {
        guard let shape = ModelShape.preset(named: model) else {
            throw ValidationError("--model \(model): one of \(ModelShape.presets.map(\.name).joined(separator: ", "))")
        }
        let isEightBit = optimizer == OptimizerSpec.eightBitAdamW
        let bench = try StepBench(
            model: shape, method: method, options: try methodOptions(),
            optimizer: OptimizerSpec(isEightBit ? OptimizerSpec.standard : optimizer),
            memory: MemoryOptions(
                update: update, states: isEightBit ? .eightBit : states, blockSize: blockSize, storage: storage, rounding: rounding,
                recompute: recompute, precision: precision),
            batch: batch, sequenceLength: seq,
            threads: try threading.checked(), registry: Program.registry)
        answer([
            ("total_parameters", .integer(bench.totalParameters)), ("trainable_parameters", .integer(bench.trainableParameters)),
            ("refresh_interval", .init(bench.refreshInterval)),
            ("predicted_bytes", .integer(bench.predictedBytes)), ("computation", bench.computation.map { .text($0) } ?? .null),
            ("vector_units", .text(VectorUnits.active.rawValue)),
            ("flops_per_token", .real(bench.operationsPerToken)),
        ])
        while let line = readLine() {
            switch line.trimmingCharacters(in: .whitespaces) {
            case "step":
                let step = try bench.step()
                answer([
                    ("seconds", .real(step.seconds)), ("loss", .real(step.loss)), ("matmul_seconds", .real(step.productSeconds)),
                    ("refresh_seconds", .real(step.refreshSeconds)), ("refreshes", .integer(step.refreshes)),
                ])
            case "replay":
                let replay = try bench.replayProducts()
                answer([("seconds", .real(replay.seconds)), ("operations", .integer(replay.operations))])
            case "quit":
                return answer([
                    ("peak_rss_bytes", .init(ResidentMemory.peakBytes)), ("peak_tracked_bytes", .integer(bench.peakTrackedBytes)),
                    ("constant_bytes", .init(bench.constantBytes)),
                ])
            default: answer([("error", .text("say step, replay or quit"))])
            }
        }
    }

    private func methodOptions() throws -> [String: OptionValue] {
        let known = try Program.registry.descriptor(named: method).options
        var given: [String: OptionValue] = rank.map { ["rank": .integer($0)] } ?? [:]
        for text in options {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let option = known.first(where: { $0.name == parts[0] }) else {
                throw ValidationError("--option \(text): name=value is wanted, with a name of \(known.map(\.name).joined(separator: ", "))")
            }
            given[option.name] = Int(parts[1]).map { .integer($0) } ?? Double(parts[1]).map { .real($0) } ?? .text(parts[1])
        }
        return given
    }

    private func answer(_ fields: [(String, OptionValue)]) {
        let text = fields.filter { $0.1 != .null }.map { key, value in
            if case .text(let text) = value { return "\"\(key)\": \"\(text)\"" }
            return "\"\(key)\": \(value)"
        }
        print("{" + text.joined(separator: ", ") + "}")
    }
}

extension MemoryOptions.Update: ExpressibleByArgument {}
extension MemoryOptions.States: ExpressibleByArgument {}
extension MemoryOptions.Storage: ExpressibleByArgument {}
extension MemoryOptions.Rounding: ExpressibleByArgument {}
extension MemoryOptions.Recompute: ExpressibleByArgument {}
extension MemoryOptions.Precision: ExpressibleByArgument {}

extension OptionValue {
    fileprivate init(_ value: Int?) { self = value.map { .integer($0) } ?? .null }
}
