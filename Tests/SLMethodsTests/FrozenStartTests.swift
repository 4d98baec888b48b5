import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// bone, melora and loldu: cheap forms on a frozen random start.
@Suite(.compute(threads: 2)) struct FrozenStartTests {
    private let module = LinearModule(layer: 0, role: .gate, outFeatures: 14, inFeatures: 9)

    private func make(_ name: String, _ given: [String: OptionValue], shape: ModelShape = SmallShapes.small) throws -> any PretrainingMethod {
        let registry = BuiltinMethods.registry
        return try registry.make(
            name, options: MethodOptions(descriptor: registry.descriptor(named: name), model: shape, given: given), model: shape)
    }

    private func harness(_ name: String, _ given: [String: OptionValue], at module: LinearModule? = nil) throws -> ModuleHarness<Double> {
        let linear = try ModuleHarness<Double>(make(name, given), at: module ?? self.module)
        linear.randomizeParameters()
        return linear
    }

    private func dense(_ linear: ModuleHarness<Double>) throws -> Matrix<Double> {
        let dense = try Matrix<Double>.zeros(linear.module.outFeatures, linear.module.inFeatures)
        #expect(try linear.parameterization.writeDenseEquivalent(into: dense))
        return dense
    }

    /// Nothing has moved yet: the model computes what full-rank training's first weights do.
    @Test(arguments: ["bone", "melora", "loldu"]) func theFirstFunctionIsFullRanks(name: String) throws {
        let mine = try MiniRun<Double>(make(name, [:]), shape: SmallShapes.small, seed: 5)
        let full = try MiniRun<Double>(make("full_rank", [:]), shape: SmallShapes.small, seed: 5)
        let batch = mine.batch("batch")
        let (one, other) = (try mine.model.hiddenStates(inputs: batch.inputs), try full.model.hiddenStates(inputs: batch.inputs))
        #expect(Deviation(one, from: other).relative < 1e-12)
    }

    // MARK: Bone

    /// ΔW[o, i] = S[i mod r, o], where r divides the inputs and where it doesn't.
    @Test(arguments: [3, 4, 9]) func boneSharesItsBlockAlongRows(rank: Int) throws {
        let linear = try harness("bone", ["rank": .integer(rank)])
        let (w, block) = (try dense(linear), try linear.tensors.parameter("bone_block").value)
        let frozen = try linear.tensors.parameter("weight").value
        for o in 0..<14 {
            for i in 0..<9 { #expect(abs(w[o, i] - frozen[o, i] - block[i % rank, o]) < 1e-14) }
        }
    }

    /// Each block of W is W₀ + W₀·B + B.
    @Test func batMultipliesEveryBlock() throws {
        let square = LinearModule(layer: 0, role: .gate, outFeatures: 12, inFeatures: 8)
        let linear = try harness("bone", ["rank": 4, "form": "bat"], at: square)
        let (w, blocks) = (try dense(linear), try linear.tensors.parameter("bone_block").value)
        let frozen = try linear.tensors.parameter("weight").value
        for o in 0..<12 {
            for i in 0..<8 {
                let (row, column, start) = (o / 4 * 4, i % 4, i / 4 * 4)
                let product = (0..<4).reduce(0.0) { $0 + frozen[o, start + $1] * blocks[row + $1, column] }
                #expect(abs(w[o, i] - frozen[o, i] - product - blocks[o, column]) < 1e-14)
            }
        }
    }

    // MARK: MELoRA

    /// One pair of factors is LoRA, whatever the values.
    @Test func oneMiniLoRAIsLoRA() throws {
        let (own, other) = (try harness("melora", ["rank": 3, "mini_loras": 1, "alpha": 7.0]), try harness("lora", ["rank": 3, "alpha": 7.0]))
        #expect(try Deviation(dense(own).elements, from: dense(other).elements).relative < 1e-14)
        #expect(try own.tensors.parameter("lora_A").value.elements == other.tensors.parameter("lora_A").value.elements)
    }

    /// Nothing outside the blocks of the diagonal; as many values as LoRA, and n times its rank.
    @Test func theSumHasBlocksAlongTheDiagonal() throws {
        let even = LinearModule(layer: 0, role: .gate, outFeatures: 12, inFeatures: 9)
        let linear = try harness("melora", ["rank": 2, "mini_loras": 3], at: even)
        let w = try dense(linear)
        w.add(try linear.tensors.parameter("weight").value, scaledBy: -1)
        for o in 0..<12 {
            for i in 0..<9 where o / 4 != i / 3 { #expect(abs(w[o, i]) < 1e-14) }
        }
        let singular = try ThinSVD(of: w, ledger: MemoryLedger()).singularValues.elements
        #expect(singular[5] > 1e-3 && singular[6] < 1e-12)
        #expect(linear.trainable.reduce(0) { $0 + $1.parameter.count } == 2 * 21)
    }

    /// A ~ U(±√(n/in)), as a LoRA over in/n inputs begins; refused where a part would be empty.
    @Test func partsBeginAsLoRAsOfTheirOwn() throws {
        let wide = LinearModule(layer: 0, role: .gate, outFeatures: 16, inFeatures: 64)
        let start = try ModuleHarness<Double>(make("melora", ["rank": 4, "mini_loras": 4]), at: wide).bits
        let values = try #require(start["lora_A"])
        #expect(values.allSatisfy { abs($0) <= 0.25 } && values.contains { abs($0) > 0.2 })
        #expect(throws: MethodOptionError.self) { try make("melora", ["mini_loras": 25]) }
        #expect(throws: MethodOptionError.self) { try make("melora", ["mini_loras": 0]) }
    }

    // MARK: LoLDU

    /// The diagonal and the factor that are trained are the only ones, and W is what they say.
    @Test func theDiagonalStandsBetweenTheTriangles() throws {
        let linear = try harness("loldu", ["rank": 5])
        #expect(linear.trainable.map(\.name) == ["loldu_diagonal", "loldu_scale"])
        let tensors = linear.tensors
        let (lower, upper) = (try tensors.parameter("loldu_L").value, try tensors.parameter("loldu_U").value)
        let (z, scale) = (try tensors.parameter("loldu_diagonal").value, try tensors.parameter("loldu_scale").value[0, 0])
        let (w, rest) = (try dense(linear), try tensors.parameter("residual").value)
        for o in 0..<14 {
            for i in 0..<9 {
                let sum = (0..<5).reduce(0.0) { $0 + lower[o, $1] * z[0, $1] * upper[$1, i] }
                #expect(abs(w[o, i] - rest[o, i] - scale * sum) < 1e-13)
            }
        }
    }

    /// With all pivots and σ = 1 nothing is left beside the decomposition; with zeros W begins as what is left.
    @Test func theWholeDecompositionLeavesNothing() throws {
        let linear = try ModuleHarness<Double>(make("loldu", ["rank": 9, "alpha": 9.0]), at: module)
        let rest = try linear.tensors.parameter("residual").value.elements
        #expect(rest.allSatisfy { abs($0) < 1e-15 })
        let zeros = try ModuleHarness<Double>(make("loldu", ["rank": 9, "alpha": 9.0, "diagonal": "zeros"]), at: module)
        #expect(try dense(zeros).elements.allSatisfy { abs($0) < 1e-15 })
    }

    /// What is drawn by the pivots keeps the function of W₀; ones and zeros do not.
    @Test func diagonalsByThePivotsKeepTheFunction() throws {
        func start(_ name: String) throws -> [Double] {
            try dense(ModuleHarness<Double>(make("loldu", ["rank": 5, "alpha": 2.0, "diagonal": .text(name)]), at: module)).elements
        }
        let frozen = try dense(ModuleHarness<Double>(make("bone", [:]), at: module)).elements
        for name in ["lu", "uniform", "normal", "constant"] { #expect(try Deviation(start(name), from: frozen).relative < 1e-13, "\(name)") }
        for name in ["ones", "zeros"] { #expect(try Deviation(start(name), from: frozen).relative > 0.01, "\(name)") }
    }

    @Test func aDiagonalLongerThanASideIsRefused() throws {
        #expect(throws: MethodOptionError.self) { try make("loldu", ["rank": 25]) }
        #expect(try make("loldu", [:]).tensors(at: module, phase: 0).first { $0.name == "loldu_diagonal" }?.columns == 9)
    }

    /// What the code draws in place of the pivots: by their mean and spread.
    @Test func otherDiagonalsGoByThePivots() throws {
        func start(_ name: String) throws -> [Double] {
            try #require(try ModuleHarness<Double>(make("loldu", ["rank": 9, "diagonal": .text(name)]), at: module).bits["loldu_diagonal"])
        }
        let mean = try start("lu").reduce(0, +) / 9
        #expect(try start("constant").allSatisfy { abs($0 - mean) < 1e-15 })
        #expect(try start("uniform").allSatisfy { abs($0) <= abs(mean) / 2 } && Set(start("uniform")).count == 9)
        #expect(try start("ones") == [Double](repeating: 1, count: 9) && Set(start("normal")).count == 9)
    }
}
