import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLRandom
import SLSpec
import SLTraining

extension MethodContract {
    /// Runs that end before, at and after the first events, and after a few more.
    private static let lengths = [1, 3, 4, 5, 6, 9, 14]

    /// Kind by kind and update by update: nothing that was promised is missing, and nothing happens that was not.
    static func checkEvents(_ variant: MethodVariant, _ found: inout ViolationList) throws {
        let shape = SmallShapes.tiny
        let method = try variant.shortened().make(for: shape)
        for length in lengths {
            let subject = "\(variant), \(length) updates"
            let events = try recordedEvents(method, shape, steps: length)
            let recorded = Dictionary(grouping: events, by: \.kind).mapValues { Set($0.map(\.step)) }
            let promised = method.eventSteps(totalSteps: length)
            let possible = method.openEventSteps(totalSteps: length)
            for kind in Set(recorded.keys).union(promised.keys).sorted() {
                let (seen, due) = (recorded[kind] ?? [], promised[kind] ?? [])
                found.expect(
                    seen.isSuperset(of: due) && seen.subtracting(due).isSubset(of: possible[kind] ?? []), .promisedEvents, "\(subject), \(kind)",
                    "promised at \((promised[kind] ?? []).sorted()), recorded at \((recorded[kind] ?? []).sorted())")
            }
            found.expect(
                events.count == recorded.values.reduce(0) { $0 + $1.count }, .promisedEvents, subject, "an event is recorded twice in one update")
        }
    }

    private static func recordedEvents(_ method: any PretrainingMethod, _ shape: ModelShape, steps: Int) throws -> [LifecycleRecord] {
        let loop = try TrainingLoop<Float>(
            shape: shape, method: method,
            training: TrainingSpec(steps: steps, batchSize: 1, sequenceLength: 4, learningRate: 1e-3, warmupSteps: 1), seed: 1,
            threads: Compute.threads, probe: Array(0..<4), ledger: MemoryLedger())
        return try (0..<steps).flatMap { step in
            var stream = RandomStream(seed: UInt64(step), name: "events")
            func ids() -> [Int32] { (0..<4).map { _ in Int32(stream.below(shape.vocabularySize)) } }
            return try loop.update([TokenBatch(rows: 1, sequenceLength: 4, inputs: ids(), targets: ids())]).events
        }
    }
}

extension MethodVariant {
    /// With intervals of a few updates; the option that the variant is about stays unlike the others'.
    package func shortened() -> MethodVariant {
        var copy = self
        for option in method.descriptor.options {
            guard case .integer = option.domain, let value = options[option.name]?.integer, value > 4 else { continue }
            copy.options[option.name] = .integer(changed == option.name ? 5 : 4)
        }
        if options["regrow_window"] != nil { copy.options["regrow_window"] = .integer(changed == "regrow_window" ? 2 : 1) }
        return copy
    }
}
