import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct SwitchLoRATests {
    private let module = LinearModule(layer: 0, role: .up, outFeatures: 30, inFeatures: 20)

    private func method(_ given: [String: OptionValue], shape: ModelShape = SmallShapes.small) throws -> any PretrainingMethod {
        let registry = BuiltinMethods.registry
        let options = MethodOptions(descriptor: try registry.descriptor(named: "switch_lora"), model: shape, given: given)
        return try registry.make("switch_lora", options: options, model: shape)
    }

    private func harness<S: Scalar>(_ type: S.Type, _ given: [String: OptionValue]) throws -> ModuleHarness<S> {
        try ModuleHarness<S>(try method(["rank": 8, "alpha": 4.0, "interval": 3, "descent": .null].merging(given) { $1 }), at: module)
    }

    private func dense<S: Scalar>(_ linear: ModuleHarness<S>) throws -> [S] {
        let result = try Matrix<S>.zeros(module.outFeatures, module.inFeatures)
        #expect(try linear.parameterization.writeDenseEquivalent(into: result))
        return result.elements
    }

    private func numbers<S: Scalar>(_ linear: ModuleHarness<S>, _ buffer: String) throws -> [Int] {
        try linear.tensors.buffer(buffer).elements.map { Int($0) }
    }

    /// A rate of 0 leaves nothing but the switches: what the linear computes stays, whatever was switched.
    @Test func aSwitchKeepsTheFunction() throws {
        func check<S: Scalar>(_ type: S.Type, tolerance: Double) throws {
            let linear = try harness(type, ["alpha": 1.0, "freeze_steps": 0])
            var before = try dense(linear)
            let (a, w) = (try linear.tensors.parameter("lora_A").value.elements, try linear.tensors.parameter("weight").value.elements)
            for _ in 0..<15 {
                #expect(try linear.steps(1, learningRate: 0).contains("switch"))
                let after = try dense(linear)
                #expect(Deviation(after, from: before).relative < tolerance, "\(Deviation(after, from: before))")
                before = after
            }
            #expect(try linear.tensors.parameter("lora_A").value.elements != a && linear.tensors.parameter("weight").value.elements != w)
        }
        try check(Float.self, tolerance: 1e-6)
        try check(Double.self, tolerance: 1e-13)
    }

    /// The first function is that of the dense init.
    @Test func itBeginsAsTheDenseWeight() throws {
        let linear = try harness(Double.self, [:])
        let plain = try Matrix<Double>.zeros(module.outFeatures, module.inFeatures)
        try InitialRandomness(seed: 1, deviation: 0.02).fillDense(plain, at: module)
        #expect(Deviation(try dense(linear), from: plain.elements).relative < 1e-12)
        let bounds = (down: (3.0).squareRoot() * pow4(8 * 30.0.squareRoot() / (20 * 20.0.squareRoot())) * pow4(1 / 3.0), up: (3.0).squareRoot() * pow4(8 / 600.0.squareRoot()) * pow4(1 / 3.0))
        for (name, bound) in [("candidates_A", bounds.down), ("candidates_B", bounds.up)] {
            let values = try linear.tensors.buffer(name).elements.map(abs)
            #expect(values.allSatisfy { $0 <= bound } && values.contains { $0 > 0.95 * bound }, "\(name)")
        }
    }

    private func pow4(_ x: Double) -> Double { x.squareRoot().squareRoot() }

    /// Vectors come from the pool in its order and go back to where they came from: nothing is lost, nothing is there twice.
    @Test func poolsTakeTurns() throws {
        let linear = try harness(Double.self, [:])
        #expect(try numbers(linear, "selected_A") == Array(12..<20))
        #expect(try numbers(linear, "selected_B") == [16, 17, 18, 19, 12, 13, 14, 15], "half a rank apart")
        func vectors() throws -> [[Double]] {
            let (pool, a, selected) = (try linear.tensors.buffer("candidates_A"), try linear.tensors.parameter("lora_A").value, try numbers(linear, "selected_A"))
            let resting = (0..<pool.rows).filter { !selected.contains($0) }.map { pool.window(rows: $0..<$0 + 1).elements }
            return (resting + (0..<8).map { a.window(rows: $0..<$0 + 1).elements }).sorted { $0[0] < $1[0] }
        }
        let before = try vectors()
        for _ in 0..<20 {
            _ = try linear.steps(1, learningRate: 0)
            let (a, b) = (try numbers(linear, "selected_A"), try numbers(linear, "selected_B"))
            #expect(Set(a).count == 8 && Set(b).count == 8 && (a + b).allSatisfy { (0..<20).contains($0) })
        }
        #expect(try vectors() == before)
    }

    /// What was paired with a switched vector is not moved for so many updates, and no pair is held at both ends.
    @Test func matesAreHeld() throws {
        let linear = try harness(Double.self, ["freeze_steps": 2, "interval": 8])
        var switched = 0
        for _ in 0..<30 {
            let before = try linear.tensors.parameter("lora_B").value.elements
            let selected = (try numbers(linear, "selected_A"), try numbers(linear, "selected_B"))
            let heldBefore = Set(try numbers(linear, "frozen_B").enumerated().filter { $1 > 0 }.map(\.offset))
            _ = try linear.steps(1)
            let after = try linear.tensors.parameter("lora_B").value.elements
            let held = (try numbers(linear, "frozen_A"), try numbers(linear, "frozen_B"))
            #expect(zip(held.0, held.1).allSatisfy { $0 == 0 || $1 == 0 })
            let (nowA, nowB) = (try numbers(linear, "selected_A"), try numbers(linear, "selected_B"))
            for column in 0..<8 {
                let moved = (0..<30).contains { before[$0 * 8 + column] != after[$0 * 8 + column] }
                if nowA[column] != selected.0[column] {
                    switched += 1
                    #expect(held.1[column] == 1 && !moved, "the mate of row \(column) is held from this update on")
                } else if held.1[column] > 0 {
                    #expect(!moved)
                } else if !heldBefore.contains(column), nowB[column] == selected.1[column] {
                    #expect(moved)
                }
            }
        }
        #expect(switched > 5)
    }

    /// r/interval on average, and 0.3 times as many where the descent ends.
    @Test func switchesBecomeRarer() throws {
        func count(_ given: [String: OptionValue], steps: Int) throws -> Int {
            try harness(Double.self, ["freeze_steps": 0].merging(given) { $1 }).steps(steps, learningRate: 0).count { $0 == "switch" }
        }
        #expect(try count(["interval": 40], steps: 400) > 40 && count(["interval": 40], steps: 400) < 130, "0.2 an update")
        #expect(try count(["interval": 40, "descent": 0.05], steps: 400) < 20)
    }

    @Test func aFileIsAsGoodAsMemory() throws {
        let (memory, file) = (try harness(Double.self, [:]), try harness(Double.self, ["candidates": "file"]))
        #expect(try memory.steps(12) == file.steps(12) && memory.bits == file.bits)
        let shape = SmallShapes.small
        func accounting(_ place: OptionValue) throws -> ModelAccounting {
            ModelAccounting(shape: shape, method: try method(["candidates": place]), optimizer: try RunOptimizer())
        }
        let pools = shape.modules.reduce(0) { $0 + 4 * $1.smallerSide * ($1.inFeatures + $1.outFeatures) }
        #expect(try accounting("memory").optimizerBytes(phase: 0) - accounting("file").optimizerBytes(phase: 0) == pools)
        #expect(try accounting("file").fileBytes(phase: 0) == pools && accounting("memory").fileBytes(phase: 0) == 0)
        #expect(try accounting("memory").paperBytes(phase: 0) - accounting("file").paperBytes(phase: 0) == pools / 2)
        #expect(file.ledger.current[.optimizer] < memory.ledger.current[.optimizer])
    }

    @Test func whatCannotBeIsRefused() throws {
        let place = TensorPlace(.linear(module), name: "lora_A", rows: 8, columns: 20)
        #expect(try method([:]).updateRule(for: place, optimizer: RunOptimizer(OptimizerSpec("muon"))).refusal != nil)
        #expect(throws: MethodOptionError.self) { try method(["candidates": "tape"]) }
        #expect(try method(["rank": .integer(SmallShapes.small.hiddenSize)]).idleParts(of: SmallShapes.small).count == 1)
        #expect(throws: BackingFileError.self) { try Matrix<Float>(rows: 2, columns: 2, in: BackingFile(folder: "/nowhere/at/all")) }
    }
}
