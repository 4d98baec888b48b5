import Foundation
import SLHarness
import SLMethodKit
import SLModel
import SLReport
import SLSpec
import SLTraining

/// How fast a core trains by each method, and where that is known from.
struct CoreSpeeds {
    /// Of methods that were not measured themselves.
    private let common: CoreSpeed
    private let measured: [String: CoreSpeed]
    /// One sentence for each thing that was measured or given.
    let words: [String]

    func of(_ method: MethodDescriptor) -> CoreSpeed { measured[method.name] ?? common }

    /// - Parameter model: whose steps are measured, and which tokens/s that are given are of.
    /// - Throws: errors of a measured step.
    init(_ options: ScaleOptions, methods: [MethodDescriptor], model: ModelShape) throws {
        let copy = try MachineCeilings.measure(threads: 1, bytes: 1 << 28, rounds: 1, repeats: 3).bandwidth[.update] ?? 1e10
        let update = "\(Self.number(copy / 1e9)) GB/s that a core reads and writes memory with, taken for the optimizer's update"
        let machine = "this machine (\(MachineProbe.cpu))"
        if let steps = options.measureSteps {
            measured = try Self.measure(methods, model, steps: steps, copy: copy)
            common = CoreSpeed(operationsPerSecond: ThroughputModel.defaultRate, updatedBytesPerSecond: copy)
            words = [
                "Measured: \(steps) \(steps == 1 ? "step" : "steps") of every method at \(model.name) with \(Self.sequences) sequences of "
                    + "\(PublishedRecipe.sequenceLength) tokens and as many with twice that, on one core of \(machine); the fastest of each count. "
                    + "Their difference is a pass, the rest an update, with a refresh spread over its interval."
            ]
            return
        }
        measured = [:]
        let rate: Double
        if let given = options.gflopsPerCore {
            rate = given * 1e9
            words = ["Given: \(Self.number(given)) GFLOP/s a core in training steps. Measured: \(update), on \(machine)."]
        } else if let given = options.tokensPerSecond {
            rate = given * (try Self.fullRankOperations(model))
            words = [
                "Given: \(Self.number(given)) tokens/s a core in full-rank steps at \(model.name), which is \(Self.number(rate / 1e9)) GFLOP/s. "
                    + "Measured: \(update), on \(machine)."
            ]
        } else {
            let products = Calibration.productRate(threads: 1)
            rate = products * ThroughputModel.stepEfficiency
            words = [
                "Measured: \(Self.number(products / 1e9)) GFLOP/s of one core of \(machine) in large matrix products; \(update). "
                    + "Modelled: training steps reach \(NumberFormat.share(ThroughputModel.stepEfficiency)) of that rate."
            ]
        }
        common = CoreSpeed(operationsPerSecond: rate, updatedBytesPerSecond: copy)
    }

    /// Of a measured micro-batch.
    private static let sequences = 4

    /// - Parameter copy: bytes a second that no update can exceed, however short it seemed on a disturbed machine.
    private static func measure(_ methods: [MethodDescriptor], _ model: ModelShape, steps: Int, copy: Double) throws -> [String: CoreSpeed] {
        var speeds: [String: CoreSpeed] = [:]
        for method in methods {
            let bench = try StepBench(
                model: model, method: method.name, options: [:], memory: MemoryOptions(), batch: sequences, sequenceLength: PublishedRecipe.sequenceLength,
                threads: 1, registry: Program.registry)
            var refresh = try bench.step().refreshSeconds
            var fastest = [Double.infinity, .infinity]
            for count in [Int](repeating: 1, count: steps) + [Int](repeating: 2, count: steps) {
                let step = try bench.step(microBatches: count)
                refresh = max(refresh, step.refreshSeconds)
                fastest[count - 1] = min(fastest[count - 1], step.seconds - step.refreshSeconds)
            }
            // On a disturbed machine the second pass may seem to cost nothing, or more than the whole step.
            let pass = min(fastest[0], max(fastest[1] - fastest[0], fastest[1] / 3))
            let update = fastest[0] - pass + refresh / Double(bench.refreshInterval ?? 1)
            let tokens = Double(sequences * PublishedRecipe.sequenceLength)
            let speed = CoreSpeed(
                operationsPerSecond: bench.operationsPerToken * tokens / pass, updatedBytesPerSecond: min(copy, Double(try updatedBytes(method, model)) / max(update, 1e-9)))
            speeds[method.name] = speed
            Talk.say(
                "estimate: \(model.name) \(method.name): \(number(tokens / pass)) tokens/s a core in passes (\(number(speed.operationsPerSecond / 1e9)) GFLOP/s), "
                    + "\(number(update)) s an update")
        }
        return speeds
    }

    private static func accounting(_ method: MethodDescriptor, _ model: ModelShape) throws -> (ModelAccounting, last: Int) {
        let made = try Program.registry.make(method.name, options: MethodOptions(descriptor: method, model: model), model: model)
        return (ModelAccounting(shape: model, method: made, optimizer: try OptimizerChoice.standard.made()), made.phaseCount - 1)
    }

    /// A bench's method is in its first phase.
    private static func updatedBytes(_ method: MethodDescriptor, _ model: ModelShape) throws -> Int {
        ScalePlanner.updatedBytes(try accounting(method, model).0, phase: 0)
    }

    private static func fullRankOperations(_ model: ModelShape) throws -> Double {
        guard let dense = Program.registry.descriptors.first else { return 1 }
        let (accounting, last) = try accounting(dense, model)
        return accounting.floatingPointOperationsPerToken(
            sequenceLength: PublishedRecipe.sequenceLength, microBatchTokens: PublishedRecipe.microBatch * PublishedRecipe.sequenceLength, phase: last)
    }

    static func number(_ value: Double) -> String { String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value) }
}
