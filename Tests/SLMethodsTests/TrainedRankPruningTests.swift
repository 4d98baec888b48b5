import SLMethodKit
import SLMethods
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct TrainedRankPruningTests {
    private let module = LinearModule(layer: 0, role: .gate, outFeatures: 12, inFeatures: 9)

    private func harness(_ given: [String: OptionValue]) throws -> ModuleHarness<Double> {
        let (registry, shape) = (BuiltinMethods.registry, SmallShapes.small)
        let options = MethodOptions(descriptor: try registry.descriptor(named: "trained_rank_pruning"), model: shape, given: given)
        let linear = try ModuleHarness<Double>(registry.make("trained_rank_pruning", options: options, model: shape), at: module)
        linear.randomizeParameters()
        return linear
    }

    private func truncate(_ linear: ModuleHarness<Double>) throws -> [String: Double] {
        var stream = RandomStream(seed: 1, name: "")
        return try linear.perform(Rewrite("truncate"), random: &stream).averages
    }

    private func sigma(_ matrix: Matrix<Double>) throws -> [Double] { try ThinSVD(of: matrix, ledger: MemoryLedger()).singularValues.elements }

    /// The smallest rank with the energy, which is what is recorded, and the best matrix of that rank.
    @Test(arguments: [0.0, 0.5, 0.9, 1.0]) func aTruncationKeepsTheEnergy(energy: Double) throws {
        let linear = try harness(["energy": .real(energy)])
        let weight = try linear.tensors.parameter("weight").value
        let before = try sigma(weight)
        let total = before.reduce(0) { $0 + $1 * $1 }
        let rank = Int(try #require(try truncate(linear)["rank"]))
        let after = try sigma(weight)
        #expect(Deviation(Array(after.prefix(rank)), from: Array(before.prefix(rank))).relative < 1e-12)
        #expect(after.dropFirst(rank).allSatisfy { $0 < 1e-12 * after[0] })
        let kept = before.prefix(rank).reduce(0) { $0 + $1 * $1 }
        #expect(kept >= energy * total * (1 - 1e-12) && (rank == 1 || kept - before[rank - 1] * before[rank - 1] < energy * total))
    }

    /// λ·U·Vᵀ is in the gradient of the update that follows a truncation, once whatever the micro-batches, and in no other.
    @Test func theNuclearNormCountsOnce() throws {
        let (linear, plain) = (try harness(["nuclear_weight": 0.5]), try harness(["nuclear_weight": .null]))
        let (x, delta) = (try Matrix<Double>.normal(5, 9, "x"), try Matrix<Double>.normal(5, 12, "delta"))
        let (y, dx) = (try Matrix<Double>.zeros(5, 12), try Matrix<Double>.zeros(5, 9))
        func gradient(_ linear: ModuleHarness<Double>) throws -> [Double] {
            for index in 0..<2 {
                try linear.forward(x, into: y)
                try linear.backward(x, outputGradient: delta, inputGradient: dx, accumulate: index > 0)
            }
            return try #require(linear.tensors.parameter("weight").gradient).elements
        }
        #expect(try gradient(linear) == gradient(plain), "nothing was cut yet")
        let rank = Int(try #require(try truncate(linear)["rank"]))
        _ = try truncate(plain)
        let svd = try ThinSVD(of: linear.tensors.parameter("weight").value, ledger: MemoryLedger())
        let wanted = try Matrix<Double>.zeros(12, 9)
        wanted.setProduct(svd.left.window(rows: 0..<12, columns: 0..<rank), svd.right.window(rows: 0..<rank))
        let difference = zip(try gradient(linear), try gradient(plain)).map { ($0 - $1) / 0.5 }
        #expect(Deviation(difference, from: wanted.elements).relative < 1e-10)
        _ = try linear.steps(1, learningRate: 0)
        #expect(try gradient(linear) == gradient(plain), "an update later it is over")
    }

    @Test func truncationsComeBeforeEveryPeriodthUpdate() throws {
        let (registry, shape) = (BuiltinMethods.registry, SmallShapes.small)
        let options = MethodOptions(descriptor: try registry.descriptor(named: "trained_rank_pruning"), model: shape, given: ["period": 3])
        let method = try registry.make("trained_rank_pruning", options: options, model: shape)
        #expect(method.eventSteps(totalSteps: 9) == ["truncate": [3, 6]], "none where no update follows")
    }
}
