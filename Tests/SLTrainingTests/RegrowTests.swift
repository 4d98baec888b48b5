import SLData
import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Supports that move.
@Suite(.compute(threads: 2)) struct RegrowTests {
    private static let shape = SmallShapes.small

    private func loop(
        _ name: String, _ given: [String: OptionValue], steps: Int = 13, accumulation: Int = 1, memory: MemoryOptions = MemoryOptions(),
        optimizer: String = "adamw", ledger: MemoryLedger = MemoryLedger()
    ) throws -> TrainingLoop<Float> {
        let registry = BuiltinMethods.registry
        let method = try registry.make(
            name, options: MethodOptions(descriptor: try registry.descriptor(named: name), model: Self.shape, given: given), model: Self.shape)
        return try TrainingLoop(
            shape: Self.shape, method: method,
            training: TrainingSpec(
                steps: steps, batchSize: 2, gradientAccumulation: accumulation, sequenceLength: 8, learningRate: 1e-2, warmupSteps: 0,
                optimizer: OptimizerSpec(optimizer), memory: memory), seed: 4, threads: 2, probe: Array(0..<8), ledger: ledger)
    }

    @discardableResult private func update(_ loop: TrainingLoop<Float>, cut: Int = 1) throws -> UpdateReport {
        var stream = RandomStream(seed: UInt64(loop.step), name: "batch")
        let vocabulary = Self.shape.vocabularySize
        let rows = (0..<2).map { _ in (inputs: (0..<8).map { _ in Int32(stream.below(vocabulary)) }, targets: (0..<8).map { _ in Int32(stream.below(vocabulary)) }) }
        if cut == 1 { return try loop.update([TokenBatch(rows: 2, sequenceLength: 8, inputs: rows.flatMap(\.inputs), targets: rows.flatMap(\.targets))]) }
        return try loop.update(rows.map { TokenBatch(rows: 1, sequenceLength: 8, inputs: $0.inputs, targets: $0.targets) })
    }

    private func supports(_ loop: TrainingLoop<Float>) -> [String: [Int]] {
        let vectors = Dictionary(uniqueKeysWithValues: loop.model.indexVectors.map { ($0.name, $0.vector.elements) })
        var found: [String: [Int]] = [:]
        for module in Self.shape.modules {
            guard let starts = vectors["\(module.name).sparse_row_start"], let columns = vectors["\(module.name).sparse_column"] else { continue }
            found[module.name] = (0..<module.outFeatures).flatMap { row in columns[starts[row]..<starts[row + 1]].map { row * module.inFeatures + $0 } }
        }
        return found
    }

    private func states(_ loop: TrainingLoop<Float>, _ name: String) -> [String: [Float]] {
        Dictionary(loop.optimizer.state.filter { $0.parameter == name }.map { ($0.name, $0.value.elements) }, uniquingKeysWith: { first, _ in first })
    }

    private func values(_ loop: TrainingLoop<Float>, _ name: String) -> [Float] {
        loop.model.parameters.first { $0.parameter.name == name }?.parameter.stored.elements ?? []
    }

    private static let moving: [(String, [String: OptionValue])] = [
        ("spiel", ["delta": 0.1]), ("spiel", ["delta": 0.1, "growth": "momentum"]), ("sltrain", ["delta": 0.1, "support": "regrow"]),
        ("sltrain", ["delta": 0.1, "support": "regrow_momentum", "rank": .null]), ("sltrain", ["delta": 0.1, "support": "regrow_random"]),
        ("sparse", ["density": 0.3, "regrow": "gradient"]), ("sparse", ["density": 0.9, "regrow": "random"]),
    ]

    /// After every exchange the support is sorted, unique, of the same size and another one; what has grown begins with the value 0 and
    /// at the age of what is known of it, and everything else is older.
    @Test(arguments: moving.indices) func supportsStaySupports(index: Int) throws {
        let (name, own) = Self.moving[index]
        let loop = try loop(name, own.merging(["regrow_interval": 5, "regrow_window": 2, "regrow_policy": "cosine", "regrow_rate": 0.5]) { $1 }, steps: 30)
        let byGradient = own["growth"] == nil && name == "spiel" || own["support"] == "regrow" || own["regrow"] == "gradient"
        var exchanges = 0
        for _ in 0..<13 {
            let before = supports(loop)
            let report = try update(loop)
            let after = supports(loop)
            let exchange = report.events.first { $0.kind == "regrow" }
            #expect((exchange != nil) == (before != after), "update \(loop.step)")
            guard let exchange else { continue }
            exchanges += 1
            let fresh: Float = byGradient ? (exchanges == 1 ? 1 : 2) : 0
            for (module, positions) in after {
                let kept = Set(before[module] ?? [])
                #expect(positions.count == kept.count && zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
                let (value, state) = (values(loop, "\(module).sparse_value"), states(loop, "\(module).sparse_value"))
                let (ages, momenta) = (state["age"] ?? [], state["exp_avg"] ?? [])
                for (place, position) in positions.enumerated() {
                    let isNew = !kept.contains(position)
                    #expect(!isNew || value[place] == 0)
                    #expect(isNew ? ages[place] == fresh : ages[place] > fresh, "\(module) \(position): \(ages[place])")
                    if isNew { #expect((momenta[place] != 0) == byGradient) }
                }
            }
            let changed = after.reduce(0) { $0 + Set($1.value).subtracting(before[$1.key] ?? []).count }
            #expect(exchange.measurements["regrown_entries"] == Double(changed) && changed > 0)
        }
        #expect(exchanges == (own["regrow"] == "random" || own["support"] == "regrow_random" ? 2 : 3))
    }

    /// Values of what stays go with their entries to the bit, and the optimizer's state is told to follow the same way.
    @Test(arguments: moving.indices) func stateGoesWithItsEntry(index: Int) throws {
        let (name, own) = Self.moving[index]
        let loop = try loop(name, own.merging(["regrow_interval": 9, "regrow_window": 5]) { $1 })
        for _ in 0..<3 { try update(loop) }
        let before = supports(loop)
        let old = Dictionary(uniqueKeysWithValues: before.keys.map { ($0, values(loop, "\($0).sparse_value")) })
        let known = Dictionary(loop.optimizer.state.map { ("\($0.parameter)/\($0.name)", $0.value.elements.map { Double($0) }) }, uniquingKeysWith: { first, _ in first })
        let outcome = try loop.model.perform(
            Rewrite("regrow", ["share": 0.4, "updates": 3]), seed: 1, step: 3, state: { known["\($0)/\($1)"] })
        var remapped = 0
        for (tensor, edit) in outcome.edits {
            guard case .remapColumns(let sources) = edit else { continue }
            remapped += 1
            let module = String(tensor.dropLast(".sparse_value".count))
            let (positions, value) = (supports(loop)[module] ?? [], values(loop, tensor))
            for (place, source) in sources.enumerated() {
                if source < 0 {
                    #expect(value[place] == 0 && before[module]?.contains(positions[place]) == false)
                } else {
                    #expect(positions[place] == before[module]?[source] && value[place] == old[module]?[source])
                }
            }
            let gone = Set(before[module]?.indices.map { $0 } ?? []).subtracting(sources)
            let most = gone.map { abs(old[module]?[$0] ?? 0) }.max() ?? 0
            let dropped = (old[module] ?? []).map { abs($0) }.sorted().prefix(Int(0.4 * Double(sources.count))).last ?? 0
            #expect(!gone.isEmpty && most <= dropped)
        }
        #expect(remapped == Self.shape.modules.count)
    }

    /// An update in one piece or in two: what entries begin with goes by whole updates' gradients. Candidates are chosen by the first piece, so only
    /// those are compared that both choose.
    @Test func microBatchesMakeNoDifference() throws {
        let given: [String: OptionValue] = ["delta": 0.05, "support": "regrow", "regrow_interval": 5, "regrow_window": 2, "rank": 4]
        let (whole, cut) = (try loop("sltrain", given, steps: 5), try loop("sltrain", given, steps: 5, accumulation: 2))
        for _ in 0..<2 {
            try update(whole)
            try update(cut, cut: 2)
        }
        for name in ["exp_avg", "exp_avg_sq"] {
            let tensor = "model.layers.0.mlp.up_proj.sparse_value"
            let common = zip(supports(whole)["model.layers.0.mlp.up_proj"] ?? [], states(whole, tensor)[name] ?? [])
            let other = Dictionary(zip(supports(cut)["model.layers.0.mlp.up_proj"] ?? [], states(cut, tensor)[name] ?? []), uniquingKeysWith: { first, _ in first })
            let pairs = common.compactMap { position, value in other[position].map { (value, $0) } }
            #expect(pairs.count > 20)
            let largest = pairs.map { abs($0.0) }.max() ?? 0
            for (a, b) in pairs { #expect(abs(a - b) <= 1e-3 * largest, "\(name): \(a), \(b)") }
        }
    }

    /// Planned is tracked, whatever is kept short, and per layer is the same run to the bit.
    @Test(arguments: [MemoryOptions(), MemoryOptions(precision: .bf16), MemoryOptions(update: .perLayer), MemoryOptions(storage: .bf16, recompute: .block)])
    func memoryIsAsPlanned(memory: MemoryOptions) throws {
        let ledger = MemoryLedger()
        let loop = try loop("spiel", ["delta": 0.05, "regrow_interval": 4, "regrow_window": 1], memory: memory, ledger: ledger)
        let plan = try MemoryPlan(
            shape: Self.shape, method: loop.model.method,
            training: TrainingSpec(steps: 13, batchSize: 2, sequenceLength: 8, learningRate: 1e-2, warmupSteps: 0, memory: memory), threads: 2)
        for _ in 0..<6 { try update(loop) }
        #expect(abs(Double(plan.totalBytes) / Double(ledger.peak.total) - 1) < 0.02, "planned \(plan.totalBytes), tracked \(ledger.peak.total)")
        guard memory.update == .perLayer else { return }
        let twin = try self.loop("spiel", ["delta": 0.05, "regrow_interval": 4, "regrow_window": 1])
        for _ in 0..<6 { try update(twin) }
        #expect(supports(twin) == supports(loop) && twin.losses == loop.losses)
    }

    /// Rules whose state is not of single entries can't have it moved.
    @Test func otherRulesFollowOrAreRefused() throws {
        for (optimizer, isRefused) in [("adamw", false), ("sgd", false), ("adafactor", false), ("stable_spam", true)] {
            let registry = BuiltinMethods.registry
            let options = MethodOptions(descriptor: try registry.descriptor(named: "sltrain"), model: Self.shape, given: ["support": "regrow"])
            let method = try registry.make("sltrain", options: options, model: Self.shape)
            let accounting = ModelAccounting(shape: Self.shape, method: method, optimizer: try RunOptimizer(OptimizerSpec(optimizer)))
            #expect(accounting.refusals.isEmpty != isRefused, "\(optimizer): \(accounting.refusals)")
        }
        let loop = try loop("sltrain", ["delta": 0.1, "support": "regrow", "regrow_interval": 4, "regrow_window": 1], optimizer: "sgd")
        for _ in 0..<6 { try update(loop) }
        #expect(loop.losses.allSatisfy { $0.isFinite })
    }

    /// The published schedule: w updates before the first exchange, then one more than w; p = 1 the first time.
    @Test func windowsOpenWhenTheAuthorsDo() throws {
        let method = try BuiltinMethods.registry.make(
            "spiel",
            options: MethodOptions(
                descriptor: try BuiltinMethods.registry.descriptor(named: "spiel"), model: Self.shape,
                given: ["regrow_interval": 10, "regrow_window": 3, "regrow_rate": 0.2]), model: Self.shape)
        var lifecycle = try #require(method.lifecycles(totalSteps: 30).first)
        #expect(lifecycle.beginning(of: RunView(step: 0, totalSteps: 30)).observedUpdates == 3)
        var (windows, shares): ([Int], [Int: Double]) = ([], [:])
        for step in 1...30 {
            for action in lifecycle.actions(after: RunView(step: step, totalSteps: 30)) {
                switch action {
                case .denseGradients(_, let updates):
                    windows.append(step)
                    #expect(updates == 4)
                case .rewrite(let rewrite, let keeps):
                    shares[step] = rewrite.settings["share"]
                    #expect(!keeps && rewrite.settings["updates"] == (step == 3 ? 3 : 4))
                default: Issue.record("\(action)")
                }
            }
        }
        #expect(windows == [9, 19] && shares.keys.sorted() == [3, 13, 23])
        #expect(shares[3] == 1 && abs((shares[13] ?? 0) - 0.2 * (1 - 13.0 / 30)) < 1e-15)
    }
}
