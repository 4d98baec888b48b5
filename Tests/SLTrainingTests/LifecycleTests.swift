import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Controllers in the trainer's loop: what they want is done, measured, and kept in checkpoints.
@Suite(.serialized, .compute(threads: 2)) struct LifecycleTests {
    private let shape = SmallShapes.small

    private func loop(
        _ method: any PretrainingMethod = LifecycleMethod(), memory: MemoryOptions = MemoryOptions(), shape: ModelShape? = nil, ledger: MemoryLedger = MemoryLedger(),
        from position: LoopPosition? = nil
    ) throws -> TrainingLoop<Float> {
        try TrainingLoop(
            shape: shape ?? self.shape, method: method,
            training: TrainingSpec(steps: 12, batchSize: 2, sequenceLength: 8, learningRate: 3e-3, warmupSteps: 1, memory: memory), seed: 4, threads: 2,
            probe: Array(0..<8), ledger: ledger, resumingAt: position)
    }

    @discardableResult private func update(_ loop: TrainingLoop<Float>) throws -> UpdateReport {
        var stream = RandomStream(seed: UInt64(loop.step), name: "batch")
        func ids() -> [Int32] { (0..<16).map { _ in Int32(stream.below(loop.model.shape.vocabularySize)) } }
        return try loop.update([TokenBatch(rows: 2, sequenceLength: 8, inputs: ids(), targets: ids())])
    }

    private func weights(_ loop: TrainingLoop<Float>) -> [String: [Float]] {
        Dictionary(uniqueKeysWithValues: loop.model.parameters.map { ($0.parameter.name, $0.parameter.stored.elements) })
    }

    private func expectAccounting(_ loop: TrainingLoop<Float>, _ ledger: MemoryLedger, _ held: Set<String>) throws {
        let accounting = ModelAccounting(shape: shape, method: loop.model.method, optimizer: try RunOptimizer(), held: held)
        #expect(ledger.current[.gradients] == accounting.gradientBytes(phase: 0))
        #expect(ledger.current[.optimizer] == accounting.optimizerBytes(phase: 0))
        #expect(ledger.current[.weights] == accounting.weightBytes(phase: 0))
        #expect(loop.model.trainedCount == accounting.trainableParameters(phase: 0))
    }

    // MARK: Freezing

    @Test func frozenTensorsHaveNeitherGradientNorStateAndStay() throws {
        let ledger = MemoryLedger()
        let loop = try loop(ledger: ledger)
        try expectAccounting(loop, ledger, [])
        for _ in 0..<2 { try update(loop) }
        let held = loop.model.heldTensors
        #expect(held.count == loop.model.parameters.count / 2)
        try expectAccounting(loop, ledger, held)
        let before = weights(loop)
        try update(loop)
        for entry in loop.model.parameters {
            let name = entry.parameter.name
            #expect((weights(loop)[name] == before[name]) == held.contains(name), "\(name)")
            #expect((loop.optimizer.ages[name] == nil) == held.contains(name))
        }
        for _ in 3..<6 { try update(loop) }
        let thawed = held.subtracting(loop.model.heldTensors)
        #expect(!thawed.isEmpty && !loop.model.heldTensors.isEmpty)
        try expectAccounting(loop, ledger, loop.model.heldTensors)
        #expect(thawed.allSatisfy { loop.optimizer.ages[$0] == 0 })
        try update(loop)
        #expect(thawed.allSatisfy { weights(loop)[$0] != before[$0] && loop.optimizer.ages[$0] == 1 })
    }

    /// The gradients of the rest are what they were, also behind frozen norms, and so are the random numbers of their rounding.
    @Test(arguments: [MemoryOptions(), MemoryOptions(states: .eightBit, storage: .bf16, rounding: .stochastic)])
    func theOthersDoNotNotice(memory: MemoryOptions) throws {
        let wide = SmallShapes.wide
        let (free, bound) = (try loop(PlainMethod(), memory: memory, shape: wide), try loop(PlainMethod(), memory: memory, shape: wide))
        for each in [free, bound] { for _ in 0..<2 { try update(each) } }
        let names = Set(bound.model.parameters.filter { $0.place.part == .norm || $0.place.part == .embedding || $0.place.module?.role == .key }.map(\.parameter.name))
        try bound.model.setHeld(true, .named(names))
        bound.optimizer.releaseUntrained()
        try bound.optimizer.followModel()
        for each in [free, bound] { try update(each) }
        for (name, values) in weights(free) { #expect((weights(bound)[name] == values) == !names.contains(name), "\(name)") }
    }

    /// Consumed layer by layer, the run is the same to the bit.
    @Test func perLayerUpdatesAreTheSame() throws {
        let (whole, layers) = (try loop(), try loop(memory: MemoryOptions(update: .perLayer)))
        for _ in 0..<12 {
            let (a, b) = (try update(whole), try update(layers))
            #expect(a.loss == b.loss && a.gradientNorm == b.gradientNorm && a.events.map(\.kind) == b.events.map(\.kind))
        }
        #expect(weights(whole) == weights(layers) && whole.model.heldTensors == layers.model.heldTensors)
        let states = try [whole, layers].map { try $0.position.lifecycles }
        #expect(states[0] == states[1])
    }

    // MARK: Dense gradients

    @Test func gradientsOfFrozenTensorsAreSeenAndGivenBack() throws {
        let ledger = MemoryLedger()
        let loop = try loop(ledger: ledger)
        for _ in 0..<3 { try update(loop) }
        let accounting = ModelAccounting(shape: shape, method: loop.model.method, optimizer: try RunOptimizer())
        #expect(ledger.current[.gradients] == accounting.gradientBytes(phase: 0), "all of them, for a while")
        func seen() throws -> String? { try loop.position.lifecycles?.first?.state }
        let before = try seen()
        #expect(loop.model.methodBuffers.allSatisfy { $0.matrix.sumOfSquares() == 0 })
        try update(loop)
        let collected = loop.model.methodBuffers.map { $0.matrix.elements }
        #expect(try seen() != before && loop.model.methodBuffers.allSatisfy { $0.matrix.sumOfSquares() > 0 })
        _ = try loop.model.loss(inputs: Array(0..<8), targets: Array(1...8))
        #expect(loop.model.methodBuffers.map { $0.matrix.elements } == collected, "an evaluation collects nothing")
        try update(loop)
        try expectAccounting(loop, ledger, loop.model.heldTensors)
        let last = loop.model.methodBuffers.map { $0.matrix.elements }
        let after = try seen()
        try update(loop)
        #expect(try loop.model.methodBuffers.map { $0.matrix.elements } == last && seen() == after, "two updates were asked for")
    }

    /// Neither parameters nor part of what is exported, but in checkpoints.
    @Test func buffersAreCountedForWhatTheyAre() throws {
        let (method, plain) = (LifecycleMethod(), PlainMethod())
        let (mine, theirs) = (
            ModelAccounting(shape: shape, method: method, optimizer: try RunOptimizer()), ModelAccounting(shape: shape, method: plain, optimizer: try RunOptimizer())
        )
        let count = shape.denseLinearParameterCount
        #expect(mine.totalParameters(phase: 0) == theirs.totalParameters(phase: 0) && mine.weightBytes(phase: 0) == theirs.weightBytes(phase: 0))
        #expect(mine.optimizerBytes(phase: 0) == theirs.optimizerBytes(phase: 0) + 4 * count && mine.paperBytes(phase: 0) == theirs.paperBytes(phase: 0) + 2 * count)
        let loop = try loop()
        #expect(loop.stateParts.count == mine.storedTensorCount(phase: 0) && loop.model.weightParts.count == mine.storedTensorCount(phase: 0, withState: false))
    }

    // MARK: Rates and records

    @Test func anAskedDipIsTaken() throws {
        let loop = try loop()
        let plain = LearningRateSchedule(TrainingSpec(steps: 12, batchSize: 2, sequenceLength: 8, learningRate: 3e-3, warmupSteps: 1))
        for step in 0..<12 {
            let report = try update(loop)
            let lowered = step == 8 || step == 9
            #expect((report.learningRate == plain.learningRate(at: step)) == !lowered)
            if step == 6 {
                let event = try #require(report.events.first { $0.kind == "dip" })
                #expect(event.measurements["first_update"] == 9 && event.measurements["updates"] == 2)
            }
        }
    }

    /// What two controllers want in one update is carried out in their order and recorded once.
    @Test func twoControllersShareAnUpdate() throws {
        let loop = try loop()
        for _ in 0..<7 { try update(loop) }
        let report = try update(loop)
        #expect(report.events.map(\.kind) == ["reset", "age"])
        #expect(loop.optimizer.state.allSatisfy { $0.value.elements.allSatisfy { $0 == 0 } } && loop.optimizer.ages.values.allSatisfy { $0 == 0 })
        let alone = try self.loop(LifecycleMethod(hasSecond: false))
        for _ in 0..<8 { try update(alone) }
        let reset = try #require(report.events.first)
        #expect(reset.measurements["zeroed_fraction"] == 1)
        for state in alone.optimizer.state where state.parameter.hasSuffix("_proj.weight") {
            let rows = [0, 2].flatMap { row in state.value.elements[row * state.value.columns..<(row + 1) * state.value.columns] }
            #expect(rows.allSatisfy { $0 == 0 } && state.value.elements.contains { $0 != 0 })
        }
    }

    @Test func statesOfOtherControllersAreRefused() throws {
        let loop = try loop()
        for _ in 0..<2 { try update(loop) }
        var position = try loop.position
        _ = try self.loop(from: position)
        position.lifecycles?.swapAt(0, 1)
        #expect(throws: DataError.self) { try self.loop(from: position) }
        position.lifecycles?.swapAt(0, 1)
        position.lifecycles?[0].state = "{"
        #expect(throws: DataError.self) { try self.loop(from: position) }
    }
}
