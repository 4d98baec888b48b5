import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLRandom
import SLSpec
import SLTraining

extension MethodContract {
    /// Two events of everything that the shortened intervals give, and what follows them.
    private static let length = 11

    /// What an event promises is so right after it; what is cut at any update, before, in and after events, goes on to the same bits.
    static func checkLifecycle(_ variant: MethodVariant, _ found: inout ViolationList) throws {
        let method = try variant.shortened().make(for: SmallShapes.tiny)
        let whole = try LifecycleRun(method, steps: length)
        var snapshots: [LoopSnapshot] = []
        for step in 1...length {
            let events = try whole.update()
            checkPromises(whole, method, step, events, "\(variant), update \(step)", &found)
            snapshots.append(try whole.loop.snapshot())
        }
        for step in 1..<length {
            let resumed = try LifecycleRun(method, steps: length, from: snapshots[step - 1])
            while resumed.loop.step < length { try resumed.update() }
            let subject = "\(variant), cut after update \(step)"
            found.expect(resumed.trace == Array(whole.trace.dropFirst(step)), .resumption, subject, "other events, losses or rates follow")
            found.expect(try resumed.loop.snapshot() == snapshots[length - 1], .resumption, subject, "the run ends in another state")
        }
    }

    private static func checkPromises(
        _ run: LifecycleRun, _ method: any PretrainingMethod, _ step: Int, _ events: [LifecycleRecord], _ subject: String,
        _ found: inout ViolationList
    ) {
        for planned in method.events(totalSteps: length) where planned.steps(totalSteps: length).contains(step) {
            switch planned.promise {
            case nil: continue
            case .functionKept:
                let change = events.first { $0.kind == planned.kind }?.measurements["function_change"] ?? .infinity
                // Float's rounding through two layers.
                found.expect(change < 1e-4, .functionChange, "\(subject), \(planned.kind)", "the function changed by \(change)")
            case .stateZeroed(let choice):
                for (tensor, name, value) in run.states(of: choice) where value.contains(where: { $0 != 0 }) {
                    found.expect(false, .resetState, "\(subject), \(tensor).\(name)", "is not zero after a reset")
                }
            case .age(let choice, let age):
                for (tensor, real) in run.ages(of: choice) where real != age {
                    found.expect(false, .resetAge, "\(subject), \(tensor)", "is \(real) updates old, \(age) promised")
                }
            }
        }
    }
}

/// A trainer's loop on made-up batches, whole or from a snapshot.
final class LifecycleRun {
    private static let shape = SmallShapes.tiny
    let loop: TrainingLoop<Float>
    /// Of every update here: events without their times, loss and rate.
    private(set) var trace: [[String]] = []

    init(_ method: any PretrainingMethod, steps: Int, from snapshot: LoopSnapshot? = nil, memory: MemoryOptions = MemoryOptions()) throws {
        loop = try TrainingLoop(
            shape: Self.shape, method: method,
            training: TrainingSpec(steps: steps, batchSize: 2, sequenceLength: 4, learningRate: 1e-2, warmupSteps: 1, memory: memory), seed: 1,
            threads: Compute.threads, probe: Array(0..<4), ledger: MemoryLedger(), resumingAt: try snapshot.map { try LoopPosition($0) })
        if let snapshot { try loop.restore(snapshot) }
    }

    @discardableResult func update() throws -> [LifecycleRecord] {
        var stream = RandomStream(seed: UInt64(loop.step), name: "lifecycle")
        func ids() -> [Int32] { (0..<8).map { _ in Int32(stream.below(Self.shape.vocabularySize)) } }
        let report = try loop.update([TokenBatch(rows: 2, sequenceLength: 4, inputs: ids(), targets: ids())])
        trace.append(
            ["\(report.loss) \(report.learningRate) \(report.gradientNorm)"]
                + report.events.map { event in
                    "\(event.step) \(event.kind) \(event.measurements.filter { $0.key != "seconds" }.sorted { $0.key < $1.key })"
                })
        return report.events
    }

    private func names(_ choice: TensorChoice) -> Set<String> {
        Set(loop.model.parameters.filter { choice.contains($0.place) }.map(\.parameter.name))
    }

    func states(of choice: TensorChoice) -> [(String, String, [Float])] {
        let names = names(choice)
        return loop.optimizer.state.filter { names.contains($0.parameter) }.map { ($0.parameter, $0.name, $0.value.elements) }
    }

    func ages(of choice: TensorChoice) -> [(String, Int)] {
        let names = names(choice)
        return loop.optimizer.ages.filter { names.contains($0.key) }.sorted { $0.key < $1.key }
    }
}
