import SLMethodKit
import SLMethods
import SLModel
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// The published parameter counts and memory figures: Han et al. 2024, arXiv:2406.02214, Appendix F.
struct AccountingTests {
    /// Sums over the linears of one model by the closed parameterizations, written without the engine.
    struct ClosedForm: Sendable, CustomStringConvertible {
        let name: String
        let h: Int, f: Int, layers: Int, rank: Int
        let delta: Double
        var description: String { name }

        var base: Int { 2 * 32_000 * h + (2 * layers + 1) * h }
        var sides: [(m: Int, n: Int)] {
            let square = [(h, h), (h, h), (h, h), (h, h)]
            return Array(repeating: square + [(f, h), (f, h), (h, f)], count: layers).flatMap { $0 }.map { (m: $0.0, n: $0.1) }
        }
        func sum(_ value: (Int, Int) -> Int) -> Int { sides.reduce(0) { $0 + value($1.m, $1.n) } }
        var dense: Int { sum { $0 * $1 } }
        var factors: Int { sum { rank * ($0 + $1) } }
        var support: Int { sum { Int(delta * Double($0) * Double($1)) } }
        var galoreState: Int { sum { 2 * rank * max($0, $1) + rank * min($0, $1) } }
    }

    static let models = [
        ClosedForm(name: "60m", h: 512, f: 1376, layers: 8, rank: 128, delta: 0.03),
        ClosedForm(name: "130m", h: 768, f: 2048, layers: 12, rank: 256, delta: 0.03),
        ClosedForm(name: "350m", h: 1024, f: 2736, layers: 24, rank: 256, delta: 0.03),
        ClosedForm(name: "1b", h: 2048, f: 5461, layers: 24, rank: 512, delta: 0.03),
        ClosedForm(name: "7b", h: 4096, f: 11_008, layers: 32, rank: 1024, delta: 0.05),
    ]

    private func accounting(_ method: String, _ model: ClosedForm) throws -> ModelAccounting {
        let shape = try #require(ModelShape.preset(named: model.name))
        return ModelAccounting(shape: shape, method: try makeMethod(method, shape: shape), optimizer: try RunOptimizer())
    }

    @Test(arguments: models) func countsToTheUnit(model: ClosedForm) throws {
        let (base, dense, factors, support) = (model.base, model.dense, model.factors, model.support)
        let expected: [(String, total: Int, trainable: Int, state: Int)] = [
            ("full_rank", base + dense, base + dense, 2 * (base + dense)),
            ("low_rank", base + factors, base + factors, 2 * (base + factors)),
            ("lora", base + dense + factors, base + factors, 2 * (base + factors)),
            ("relora", base + dense + factors, base + factors, 2 * (base + factors)),
            ("galore", base + dense, base + dense, 2 * base + model.galoreState),
            ("sltrain", base + factors + support, base + factors + support, 2 * (base + factors + support)),
        ]
        for (name, total, trainable, state) in expected {
            let mine = try accounting(name, model)
            #expect(mine.totalParameters(phase: 0) == total, "\(name) \(model)")
            #expect(mine.trainableParameters(phase: 0) == trainable, "\(name) \(model)")
            #expect(mine.stateCount(phase: 0) == state, "\(name) \(model)")
            #expect(
                mine.weightBytes(phase: 0) == 4 * total && mine.gradientBytes(phase: 0) == 4 * trainable
                    && mine.optimizerBytes(phase: 0) == 4 * state)
            let positions = name == "sltrain" ? support : 0
            #expect(mine.paperBytes(phase: 0) == 2 * total + 2 * state + 8 * positions, "\(name) \(model)")
        }
        // Int32 columns, and one row start a row and matrix.
        let rows = model.sides.reduce(0) { $0 + $1.m + 1 }
        #expect(try accounting("sltrain", model).indexBytes(phase: 0) == 4 * (support + rows))
        #expect(try accounting("full_rank", model).indexBytes(phase: 0) == 0)
    }

    /// The table's millions, to its three decimals: base, linears, full, factors, support, low-rank total, sltrain total,
    /// galore's moments and projector.
    @Test(
        arguments: zip(
            models,
            [
                [32.777, 25.297, 58.074, 9.994, 0.759, 42.771, 43.530, 12.648, 3.670],
                [49.171, 84.935, 134.106, 44.827, 2.548, 93.998, 96.546, 56.623, 16.515],
                [65.586, 302.383, 367.969, 119.636, 9.071, 185.222, 194.294, 151.192, 44.040],
                [131.172, 1207.910, 1339.083, 478.138, 36.237, 609.311, 645.548, 603.955, 176.161],
                [262.410, 6476.005, 6738.416, 2558.525, 323.800, 2820.936, 3144.736, 3238.003, 939.524],
            ]))
    func countsOfTheTable(model: ClosedForm, millions: [Double]) throws {
        func total(_ method: String) throws -> Int { try accounting(method, model).totalParameters(phase: 0) }
        let (full, low, sparse) = (try total("full_rank"), try total("low_rank"), try total("sltrain"))
        let state = try accounting("galore", model).stateCount(phase: 0) - 2 * model.base
        let projector = model.sum { model.rank * min($0, $1) }
        let mine = [model.base, full - model.base, full, low - model.base, sparse - low, low, sparse, state - projector, projector]
        for (count, published) in zip(mine, millions) {
            #expect(abs(Double(count) / 1e6 - published) <= 0.000_501, "\(model): \(count), \(published) M")
        }
    }

    /// Billions of bytes to three decimals. lora and relora without counting the other weights twice.
    @Test(
        arguments: zip(
            models.dropLast(),
            [
                ["full_rank": 0.348, "low_rank": 0.257, "relora": 0.307, "galore": 0.280, "sltrain": 0.267],
                ["full_rank": 0.805, "low_rank": 0.564, "relora": 0.734, "galore": 0.611, "sltrain": 0.600],
                ["full_rank": 2.208, "low_rank": 1.111, "relora": 1.716, "galore": 1.389, "sltrain": 1.238],
                ["full_rank": 8.034, "low_rank": 3.656, "relora": 6.072, "galore": 4.763, "sltrain": 4.163],
            ]))
    func paperBytesOfTheTable(model: ClosedForm, billions: [String: Double]) throws {
        for (name, published) in billions {
            let mine = Double(try accounting(name, model).paperBytes(phase: 0)) / 1e9
            #expect(abs(mine - published) <= 0.000_501, "\(name) \(model): \(mine), \(published)")
            if name == "relora" {
                #expect(try accounting("lora", model).paperBytes(phase: 0) == accounting(name, model).paperBytes(phase: 0))
            }
        }
    }

    @Test(arguments: models) func lostCountsItsChannels(model: ClosedForm) throws {
        let channels = model.sum { m, n in m * max(1, Int(0.05 * Double(n))) }
        let mine = try accounting("lost", model)
        #expect(mine.totalParameters(phase: 0) == model.base + model.factors + channels)
        #expect(mine.indexBytes(phase: 0) == 4 * model.sum { _, n in max(1, Int(0.05 * Double(n))) })
    }

    /// 6 FLOPs a weight and token, the head's, and attention's two products.
    @Test func fullRankCostsSixAWeight() throws {
        let mine = try accounting("full_rank", Self.models[0])
        let (dense, h) = (Double(Self.models[0].dense), 512.0)
        let attention = 12 * h * 256 * 8
        let exact = 6 * dense + 6 * 32_000 * h + attention
        #expect(mine.floatingPointOperationsPerToken(sequenceLength: 256, microBatchTokens: 2048) == exact)
        for name in ["low_rank", "lost"] {
            #expect(
                try accounting(name, Self.models[0]).floatingPointOperationsPerToken(sequenceLength: 256, microBatchTokens: 2048) < exact)
        }
    }

    /// Every update costs what its phase does.
    @Test func aRunsWorkIsThatOfItsPhases() throws {
        let shape = try #require(ModelShape.preset(named: "9m"))
        let options = MethodOptions(descriptor: try BuiltinMethods.registry.descriptor(named: "relora"), model: shape, given: ["full_rank_steps": 30])
        var training = TrainingSpec(steps: 100, batchSize: 4, sequenceLength: 64, learningRate: 1e-3, warmupSteps: 0)
        let mine = ModelAccounting(
            shape: shape, method: try BuiltinMethods.registry.make("relora", options: options, model: shape), optimizer: try RunOptimizer(training))
        func perToken(_ phase: Int) -> Double { mine.floatingPointOperationsPerToken(sequenceLength: 64, microBatchTokens: 256, phase: phase) }
        #expect(perToken(0) != perToken(1))
        let exact = 256 * (30 * perToken(0) + 70 * perToken(1))
        #expect(abs(mine.trainingFloatingPointOperations(training) - exact) <= 1e-12 * exact)
        training.steps = 20
        #expect(mine.trainingFloatingPointOperations(training) == 256 * 20 * perToken(0))
    }

    @Test func presetsAreThePublishedShapes() {
        let table: [(String, Int, Int, Int, Int)] = [
            ("9m", 128, 352, 4, 4), ("20m", 256, 688, 4, 4), ("35m", 384, 1024, 8, 6), ("60m", 512, 1376, 8, 8),
            ("130m", 768, 2048, 12, 12),
            ("350m", 1024, 2736, 16, 24), ("1b", 2048, 5461, 32, 24), ("3b", 2560, 6848, 32, 32), ("7b", 4096, 11_008, 32, 32),
        ]
        #expect(ModelShape.published.map(\.name) == table.map(\.0))
        for (shape, row) in zip(ModelShape.published, table) {
            #expect(shape.hiddenSize == row.1 && shape.intermediateSize == row.2 && shape.headCount == row.3 && shape.layerCount == row.4)
            #expect(
                shape.vocabularySize == 32_000 && shape.rmsNormEpsilon == 1e-6 && shape.ropeTheta == 10_000
                    && shape.initializerRange == 0.02)
            #expect(shape.hiddenSize % shape.headCount == 0 && shape.headSize % 2 == 0)
        }
        #expect(ModelShape.preset(named: "60M") == nil && ModelShape.preset(named: "2b") == nil)
    }
}
