import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// randlora, nola and intrinsic_dimension: random bases that are never stored.
@Suite(.compute(threads: 2)) struct SeededFormTests {
    private static let methods = ["randlora", "nola", "intrinsic_dimension"]
    private let module = LinearModule(layer: 0, role: .gate, outFeatures: 14, inFeatures: 9)

    private func make(_ name: String, _ given: [String: OptionValue] = [:], shape: ModelShape = SmallShapes.small) throws -> any PretrainingMethod {
        let registry = BuiltinMethods.registry
        return try registry.make(
            name, options: MethodOptions(descriptor: registry.descriptor(named: name), model: shape, given: given), model: shape)
    }

    private func delta(_ linear: ModuleHarness<Double>) throws -> Matrix<Double> {
        let dense = try Matrix<Double>.zeros(linear.module.outFeatures, linear.module.inFeatures)
        #expect(try linear.parameterization.writeDenseEquivalent(into: dense))
        dense.add(try linear.tensors.parameter("weight").value, scaledBy: -1)
        return dense
    }

    /// Nothing has moved yet: the model computes what full-rank training's first weights do.
    @Test(arguments: methods) func theFirstFunctionIsFullRanks(name: String) throws {
        let mine = try MiniRun<Double>(make(name, [:]), shape: SmallShapes.small, seed: 5)
        let full = try MiniRun<Double>(make("full_rank", [:]), shape: SmallShapes.small, seed: 5)
        let batch = mine.batch("batch")
        let (one, other) = (try mine.model.hiddenStates(inputs: batch.inputs), try full.model.hiddenStates(inputs: batch.inputs))
        #expect(Deviation(one, from: other).relative < 1e-12)
    }

    /// The seed that is kept is all that bases need: under another run's seed it gives the same weights.
    @Test(arguments: methods) func theKeptSeedMakesTheBases(name: String) throws {
        let (one, other) = (try ModuleHarness<Double>(make(name), at: module, seed: 1), try ModuleHarness<Double>(make(name), at: module, seed: 2))
        for linear in [one, other] { linear.randomizeParameters() }
        #expect(try delta(one).elements != delta(other).elements)
        let (mine, theirs) = (try one.tensors.basisSeed(), try other.tensors.basisSeed())
        for word in 0..<mine.count { theirs[word] = mine[word] }
        #expect(try delta(one).elements == delta(other).elements)
    }

    /// RandLoRA's linears have one set of bases, the others' one each.
    @Test(arguments: methods) func linearsShareBasesOrDoNot(name: String) throws {
        let twin = LinearModule(layer: 1, role: .up, outFeatures: 14, inFeatures: 9)
        let (one, other) = (try ModuleHarness<Double>(make(name), at: module), try ModuleHarness<Double>(make(name), at: twin))
        let share = try one.tensors.basisSeed().elements == other.tensors.basisSeed().elements
        #expect(share == (name == "randlora"))
    }

    /// Weights, and of a linear eight bytes for its seed beside the trained values: no basis is anywhere.
    @Test(arguments: [("randlora", 8704), ("nola", 256), ("intrinsic_dimension", 2621)]) func nothingElseIsKept(name: String, trained: Int) throws {
        let shape = try #require(ModelShape.preset(named: "60m"))
        let (method, full) = (try make(name, shape: shape), try make("full_rank", shape: shape))
        let optimizer = try RunOptimizer()
        let (mine, dense) = (
            ModelAccounting(shape: shape, method: method, optimizer: optimizer), ModelAccounting(shape: shape, method: full, optimizer: optimizer)
        )
        let query = try #require(shape.modules.first { $0.role == .query })
        let own = shape.modules.reduce(0) { $0 + method.tensors(at: $1, phase: 0).filter(\.isTrainable).reduce(0) { $0 + $1.count } }
        let frozen = shape.modules.reduce(0) { $0 + $1.outFeatures * $1.inFeatures }
        #expect(method.tensors(at: query, phase: 0).filter(\.isTrainable).reduce(0) { $0 + $1.count } == trained)
        #expect(mine.totalParameters(phase: 0) == dense.totalParameters(phase: 0) + own)
        #expect(mine.indexBytes(phase: 0) == 8 * shape.modules.count)
        let tables = dense.totalParameters(phase: 0) - frozen
        #expect(mine.paperBytes(phase: 0) == 6 * (tables + own) + 2 * frozen + 8 * shape.modules.count)
    }

    // MARK: RandLoRA

    /// s·Σ over k, j of column (k·n + j) of B · λ[k, j] · A[k] ⊙ γ[j], with either side the longer one.
    @Test(arguments: [(14, 9), (9, 14), (6, 6)], [1, 2, 4]) func theSumIsTheFormula(sides: (Int, Int), rank: Int) throws {
        let linear = try ModuleHarness<Double>(
            make("randlora", ["rank": .integer(rank), "alpha": 3.0]), at: LinearModule(layer: 0, role: .up, outFeatures: sides.0, inFeatures: sides.1))
        linear.randomizeParameters()
        let (shorter, longer) = (min(sides.0, sides.1), max(sides.0, sides.1))
        let products = (shorter + rank - 1) / rank
        let (lambda, gamma) = (try linear.tensors.parameter("randlora_lambda").value, try linear.tensors.parameter("randlora_gamma").value)
        #expect(lambda.rows == rank && lambda.columns == products && gamma.rows == products && gamma.columns == shorter)
        let seed = BasisSeed.value(try linear.tensors.basisSeed())
        let (a, b) = (try Matrix<Double>.zeros(rank, shorter), try Matrix<Double>.zeros(rank * products, longer))
        a.fill(from: SeededRows(seed: seed, name: "randlora/A", .uniform(bound: 3.0.squareRoot())))
        b.fill(from: SeededRows(seed: seed, name: "randlora/B", .uniform(bound: 3.0.squareRoot())))
        let scale = 3 / (Double(rank) * Double(products).squareRoot())
        let w = try delta(linear)
        for o in 0..<sides.0 {
            for i in 0..<sides.1 {
                let (long, short) = sides.1 > sides.0 ? (i, o) : (o, i)
                var sum = 0.0
                for k in 0..<rank {
                    for j in 0..<products { sum += b[k * products + j, long] * lambda[k, j] * a[k, short] * gamma[j, short] }
                }
                #expect(abs(w[o, i] - scale * sum) < 1e-12)
            }
        }
    }

    /// The sum has full rank at every r; 2560 trained values at rank 128 of a 512 × 512 linear, 8704 at 32.
    @Test func theSumHasFullRank() throws {
        let linear = try ModuleHarness<Double>(make("randlora", ["rank": 2]), at: module)
        linear.randomizeParameters()
        let singular = try ThinSVD(of: delta(linear), ledger: MemoryLedger()).singularValues.elements
        #expect(singular[8] > 1e-6 * singular[0])
        let shape = try #require(ModelShape.preset(named: "60m"))
        let query = try #require(shape.modules.first { $0.role == .query })
        let tensors = try make("randlora", ["rank": 128], shape: shape).tensors(at: query, phase: 0)
        #expect(tensors.filter(\.isTrainable).reduce(0) { $0 + $1.count } == 2560)
    }

    // MARK: NOLA

    /// With B's coefficients at 0 nothing is added; W is linear in them, of the rank that is asked for.
    @Test func factorsAreMixtures() throws {
        let linear = try ModuleHarness<Double>(make("nola", ["rank": 2, "bases": 5]), at: module)
        let (a, b) = (try linear.tensors.parameter("nola_A").value, try linear.tensors.parameter("nola_B").value)
        #expect(try delta(linear).elements.allSatisfy { $0 == 0 })
        b[0, 3] = 1
        let first = try delta(linear)
        b[0, 3] = 2
        #expect(try Deviation(delta(linear).elements, from: first.elements.map { 2 * $0 }).relative < 1e-14)
        a[0, 1] = 1
        let singular = try ThinSVD(of: delta(linear), ledger: MemoryLedger()).singularValues.elements
        #expect(singular[1] > 1e-6 && singular[2] < 1e-14)
    }

    // MARK: Intrinsic dimension

    /// The subspace is linear and keeps lengths; dimensions go by size.
    @Test(arguments: ["fastfood", "dense"]) func weightsMoveInASubspace(map: String) throws {
        let shape = SmallShapes.wide
        let method = try make("intrinsic_dimension", ["dimension_share": 0.02, "map": .text(map)], shape: shape)
        let linear = try ModuleHarness<Double>(method, at: shape.modules[0])
        let theta = try linear.tensors.parameter("theta").value
        #expect(theta.count == 82, "a fiftieth of 64 x 64")
        #expect(theta.elements.allSatisfy { $0 == 0 })
        linear.randomizeParameters()
        let moved = try delta(linear)
        // Columns of P are random: a length is kept to a few times √(d/elements).
        #expect(abs((moved.sumOfSquares() / theta.sumOfSquares()).squareRoot() - 1) < 0.3)
        theta.scale(by: -2)
        #expect(try Deviation(delta(linear).elements, from: moved.elements.map { -2 * $0 }).relative < 1e-10)
        for share in [0.0, 1.5] {
            #expect(throws: MethodOptionError.self) { try make("intrinsic_dimension", ["dimension_share": .real(share)], shape: shape) }
        }
    }
}
