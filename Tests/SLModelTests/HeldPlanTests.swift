import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// Plans of partly frozen models beside what the ledger tracks.
struct HeldPlanTests {
    private func training(_ memory: MemoryOptions = MemoryOptions()) -> TrainingSpec {
        TrainingSpec(steps: 12, batchSize: 2, sequenceLength: 8, learningRate: 1e-3, warmupSteps: 1, memory: memory)
    }

    private func plan(
        _ method: any PretrainingMethod, shape: ModelShape = SmallShapes.small, _ training: TrainingSpec, held: Set<String> = []
    ) throws -> MemoryPlan {
        try MemoryPlan(shape: shape, method: method, training: training, threads: Compute.threads, held: held)
    }

    /// Before a freeze, between freeze and thaw, and after the thaw; the peak is that of everything trained.
    @Test(
        .compute(threads: 2),
        arguments: [(SmallShapes.small, MemoryOptions()), (SmallShapes.wide, MemoryOptions(states: .eightBit, storage: .bf16))])
    func predictedIsTrackedWhateverIsFrozen(shape: ModelShape, memory: MemoryOptions) throws {
        let (method, training) = (LifecycleMethod(), training(memory))
        let run = try FreezingRun(method, shape: shape, training: training)
        func expectPlan(_ held: Set<String>) throws {
            #expect(run.model.heldTensors == held)
            #expect(try plan(method, shape: shape, training, held: held).breakdown == run.book)
        }
        let whole = try plan(method, shape: shape, training)
        try expectPlan([])
        for _ in 0..<2 { try run.update() }
        let frozen = run.model.heldTensors
        #expect(frozen.count == run.model.parameters.count / 2)
        try expectPlan(frozen)
        for _ in 2..<6 { try run.update() }
        let left = run.model.heldTensors
        #expect(!left.isEmpty && left.isStrictSubset(of: frozen))
        try expectPlan(left)
        let (fewest, fewer) = (try plan(method, shape: shape, training, held: frozen), try plan(method, shape: shape, training, held: left))
        #expect(fewest.totalBytes < fewer.totalBytes && fewer.totalBytes < whole.totalBytes)
        try run.update()
        #expect(run.ledger.peak.total == whole.totalBytes)
    }

    /// What is frozen from the beginning never counts.
    @Test(.compute(threads: 2)) func heldFromTheBeginning() throws {
        let (method, training) = (PlainMethod(), training())
        let run = try FreezingRun(method, shape: SmallShapes.small, training: training, held: .linears(["weight"]))
        for _ in 0..<2 { try run.update() }
        let mine = try plan(method, training, held: run.model.heldTensors)
        #expect(run.model.heldTensors.count == 14 && mine.breakdown == run.book && mine.totalBytes == run.ledger.peak.total)
        let whole = try plan(method, training)
        let count = SmallShapes.small.denseLinearParameterCount
        #expect(whole.breakdown.gradients - mine.breakdown.gradients == 4 * count)
        #expect(whole.breakdown.optimizer - mine.breakdown.optimizer == 8 * count)
    }

    /// A frozen tensor's subspace is not found anew.
    @Test(.compute(threads: 2)) func frozenTensorsRefreshNothing() throws {
        let method = try makeMethod("galore", ["rank": 4], shape: SmallShapes.small)
        let training = training()
        let linears = Set(SmallShapes.small.modules.map { "\($0.name).weight" })
        #expect(try plan(method, training).peakStage == "refresh")

        let none = try plan(method, training, held: linears)
        let still = try FreezingRun(method, shape: SmallShapes.small, training: training, held: .linears(["weight"]))
        for _ in 0..<2 { try still.update() }
        #expect(none.peakStage == "backward" && none.totalBytes == still.ledger.peak.total)

        let others = linears.subtracting(["model.layers.0.self_attn.q_proj.weight"])
        let one = try plan(method, training, held: others)
        let moving = try FreezingRun(method, shape: SmallShapes.small, training: training, held: .named(others))
        for _ in 0..<2 { try moving.update() }
        #expect(one.peakStage == "refresh" && none.totalBytes < one.totalBytes)
        let ratio = Double(one.totalBytes) / Double(moving.ledger.peak.total)
        #expect(abs(ratio - 1) <= 0.02, "planned \(one.totalBytes), tracked \(moving.ledger.peak.total)")
    }

    /// What a method declares as frozen is planned as such already, and names of nothing change nothing.
    @Test(.compute(threads: 2)) func declaredAsFrozenCountsOnce() throws {
        let method = try makeMethod("lora", ["rank": 4], shape: SmallShapes.small)
        let frozen = TensorEntry.all(shape: SmallShapes.small, method: method, phase: 0).filter { $0.declaration.isWeight && !$0.declaration.isTrainable }
        #expect(frozen.count == 14)
        let whole = try plan(method, training()).breakdown
        #expect(try plan(method, training(), held: Set(frozen.map(\.name)).union(["no.such.tensor"])).breakdown == whole)
    }

    /// Consumed layer by layer only norm weights keep gradients, and frozen ones none.
    @Test(.compute(threads: 2)) func frozenNormsPerLayer() throws {
        let shape = SmallShapes.small
        let method = PlainMethod()
        let training = training(MemoryOptions(update: .perLayer))
        let norms = Set(TensorEntry.all(shape: shape, method: method, phase: 0).filter { $0.part == .norm }.map(\.name))
        let count = (2 * shape.layerCount + 1) * shape.hiddenSize
        let (whole, mine) = (try plan(method, training).breakdown, try plan(method, training, held: norms).breakdown)
        #expect(whole.gradients == 4 * count && mine.gradients == 0)
        #expect(whole.optimizer - mine.optimizer == 8 * count && whole.workspace == mine.workspace)
    }
}
