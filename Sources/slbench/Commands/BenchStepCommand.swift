public import ArgumentParser
import Foundation
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
            model: shape, method: method, options: rank.map { ["rank": .integer($0)] } ?? [:],
            optimizer: OptimizerSpec(isEightBit ? OptimizerSpec.standard : optimizer),
            memory: MemoryOptions(
                update: update, states: isEightBit ? .eightBit : states, blockSize: blockSize, storage: storage, rounding: rounding,
                recompute: recompute, precision: precision),
            batch: batch, sequenceLength: seq,
            threads: try threading.checked(), registry: Program.registry)
        answer([
            ("total_parameters", .integer(bench.totalParameters)), ("trainable_parameters", .integer(bench.trainableParameters)),
            ("refresh_interval", .init(bench.refreshInterval)), ("constant_bytes", .init(bench.constantBytes)),
            ("predicted_bytes", .integer(bench.predictedBytes)), ("computation", bench.computation.map { .text($0) } ?? .null),
            ("flops_per_token", .real(bench.operationsPerToken)),
        ])
        while let line = readLine() {
            switch line.trimmingCharacters(in: .whitespaces) {
            case "step":
                let step = try bench.step()
                answer([
                    ("seconds", .real(step.seconds)), ("loss", .real(step.loss)), ("matmul_seconds", .real(step.productSeconds)),
                    ("refresh_seconds", .real(step.refreshSeconds)),
                ])
            case "replay":
                let replay = try bench.replayProducts()
                answer([("seconds", .real(replay.seconds)), ("operations", .integer(replay.operations))])
            case "quit":
                return answer([
                    ("peak_rss_bytes", .init(ResidentMemory.peakBytes)), ("peak_tracked_bytes", .integer(bench.peakTrackedBytes)),
                ])
            default: answer([("error", .text("say step, replay or quit"))])
            }
        }
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
