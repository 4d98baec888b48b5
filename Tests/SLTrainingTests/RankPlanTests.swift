import SLMethodKit
import SLMethods
import SLModel
import SLOptimizers
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// What each process plans for, and holds, where tensors are trained in turns.
@Suite(.serialized, .compute(threads: 1)) struct RankPlanTests {
    private static let shape = ModelShape(
        name: "deep", vocabularySize: 61, hiddenSize: 16, intermediateSize: 40, layerCount: 12, headCount: 2)
    private static let turns: [(String, [String: OptionValue])] = [
        ("badam", ["switch_interval": 2]), ("badam", ["switch_interval": 2, "order": "random", "tables": "blocks"]),
        ("badam", ["switch_interval": 2, "order": "ascending", "tables": "trained"]),
        ("blockllm", ["update_interval": 2, "patience": 1, "probe_interval": 3, "sparsity": 0.7]),
        ("blockllm", ["update_interval": 2, "patience": 1, "probe_interval": 3, "sparsity": 0.8, "tables": "trained"]),
    ]

    /// Every process by itself within 2 % of its own plan, whether it keeps a part of the state or all of it.
    @Test(arguments: turns, [2, 4]) func everyProcessHoldsWhatItPlans(each: (String, [String: OptionValue]), ranks: Int) throws {
        for (shards, update) in [(false, MemoryOptions.Update.wholeModel), (true, .wholeModel), (true, .perLayer)] {
            // All fourteen blocks have their turns.
            let ends = try RankedRun.all(
                .short(each.0, for: Self.shape, each.1), steps: 29, ranks: ranks, microBatches: ranks, shards: ranks, length: 64, shardsOptimizer: shards,
                memory: MemoryOptions(update: update), gradientClip: nil, shape: Self.shape)
            for (rank, end) in ends.enumerated() {
                let end = try end.get()
                let ratio = Double(end.planned) / Double(end.tracked)
                #expect(abs(ratio - 1) <= 0.02, "\(each), \(ranks) processes, \(update.rawValue), \(shards), process \(rank): planned \(end.planned), tracked \(end.tracked)")
            }
        }
    }

    private func method(_ name: String, _ given: [String: OptionValue]) throws -> any PretrainingMethod {
        try MethodVariant.short(name, for: Self.shape, given).make(for: Self.shape)
    }

    /// Every block is dealt out by itself: no process has a whole one, and each has as much of the one as of the other.
    @Test(arguments: [2, 4]) func everyBlockIsSharedAlike(ranks: Int) throws {
        let method = try method("badam", [:])
        let optimizer = try RunOptimizer()
        let entries = TensorEntry.all(shape: Self.shape, method: method, phase: 0).filter(\.declaration.isTrainable)
        let owners = StateOwners(shape: Self.shape, method: method, optimizer: optimizer, ranks: ranks, phase: 0)
        let loads = method.trainedSets(of: entries.map(\.place), phase: 0).map { set in
            var counts = Array(repeating: 0, count: ranks)
            for entry in entries where !set.held.contains(entry.name) { if let owner = owners[entry.name] { counts[owner] += entry.declaration.count } }
            return counts
        }
        #expect(loads.count == 12 && Set(loads).count == 1)
        let (whole, largest) = (loads[0].reduce(0, +), 16 * 40)
        #expect(loads[0].allSatisfy { $0 > 0 && $0 <= whole / ranks + largest })
    }

    /// Whatever is chosen together, in whatever order choices come, nobody gets more than the bound; what stays keeps its owner, and what goes has
    /// none.
    @Test(arguments: [2, 3, 4]) func aChoiceThatNobodyKnewIsSharedOut(ranks: Int) throws {
        let method = try method("blockllm", ["sparsity": 0.7])
        let optimizer = try RunOptimizer()
        let entries = TensorEntry.all(shape: Self.shape, method: method, phase: 0).filter(\.declaration.isTrainable)
        let choosable = entries.filter { $0.part != .embedding && $0.part != .head }
        let tables = Set(entries.map(\.name)).subtracting(choosable.map(\.name))
        let quota = Int(0.3 * Double(choosable.reduce(0) { $0 + $1.declaration.count }))
        var owners = StateOwners(shape: Self.shape, method: method, optimizer: optimizer, ranks: ranks, phase: 0)
        var before: [String: Int] = [:]
        for choice in 0..<40 {
            // Some of the last choice stays.
            var (chosen, sum): (Set<String>, Int) = ([], 0)
            for number in 0..<choosable.count {
                let entry = choosable[(number * 29 + choice * 17) % choosable.count]
                if sum + entry.declaration.count < quota, chosen.insert(entry.name).inserted { sum += entry.declaration.count }
            }
            owners.follow(held: tables.union(choosable.map(\.name)).subtracting(chosen))
            var loads = Array(repeating: 0, count: ranks)
            for entry in entries {
                let owner = owners[entry.name]
                #expect((owner != nil) == chosen.contains(entry.name))
                guard let owner else { continue }
                if let known = before[entry.name] { #expect(owner == known) }
                loads[owner] += entry.declaration.count
            }
            before = Dictionary(uniqueKeysWithValues: chosen.map { ($0, owners[$0] ?? -1) })
            #expect(loads.allSatisfy { $0 <= (quota + (ranks - 1) * 640 + ranks - 1) / ranks }, "\(loads)")
        }
    }
}
