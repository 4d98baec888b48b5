import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct SLTrainTests {
    private func harness(_ rows: Int, _ columns: Int, delta: Double, seed: UInt64 = 1, rank: Int = 2) throws -> ModuleHarness<Double> {
        let (shape, registry) = (SmallShapes.small, BuiltinMethods.registry)
        let options = MethodOptions(
            descriptor: try registry.descriptor(named: "sltrain"), model: shape, given: ["rank": .integer(rank), "delta": .real(delta)])
        return try ModuleHarness(
            registry.make("sltrain", options: options, model: shape),
            at: LinearModule(layer: 0, role: .up, outFeatures: rows, inFeatures: columns), tokens: 2, seed: seed)
    }

    private func positions(_ linear: ModuleHarness<Double>) throws -> [Int] {
        let (starts, columns) = (
            try linear.tensors.indexVector("sparse_row_start").elements, try linear.tensors.indexVector("sparse_column").elements
        )
        #expect(starts.first == 0 && starts.last == columns.count && starts.count == linear.module.outFeatures + 1)
        return (0..<linear.module.outFeatures).flatMap { row in columns[starts[row]..<starts[row + 1]].map { row * linear.module.inFeatures + $0 } }
    }

    @Test(arguments: [(5, 9, 0.03), (64, 48, 0.03), (33, 70, 0.1), (20, 20, 0.5), (7, 11, 1.0), (128, 352, 0.05)])
    func theSupportIsSortedUniqueAndExact(rows: Int, columns: Int, delta: Double) throws {
        let linear = try harness(rows, columns, delta: delta)
        let positions = try positions(linear)
        #expect(positions.count == Int(delta * Double(rows * columns)))
        #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
        #expect(positions.allSatisfy { (0..<rows * columns).contains($0) })
        #expect(try linear.tensors.parameter("sparse_value").value.count == positions.count)
        if delta == 1 { #expect(positions == Array(0..<rows * columns)) }
    }

    /// Over 400 seeds every position is taken as often as every other: χ² with 99 degrees of freedom (mean 99, deviation
    /// 14; the counts of a fixed-size draw vary a little less), and the mean of neighbours' coincidences is right.
    @Test func theSupportIsUniform() throws {
        var counts = [Int](repeating: 0, count: 100)
        var both = 0
        for seed in 0..<400 {
            let drawn = try positions(harness(10, 10, delta: 0.2, seed: UInt64(seed)))
            for position in drawn { counts[position] += 1 }
            both += zip(drawn, drawn.dropFirst()).count { $1 == $0 + 1 }
        }
        let expected = 400 * 0.2
        let chi = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / (expected * 0.8) }
        #expect(chi > 50 && chi < 160, "χ² = \(chi)")
        // 99 neighbours, both taken with probability 20·19/(100·99).
        let pairs = 400 * 99 * (20.0 * 19) / (100 * 99)
        #expect(abs(Double(both) - pairs) < 5 * pairs.squareRoot(), "\(both) coincidences, \(pairs) expected")
    }

    /// B = 0: the first W is S alone, with values from U(±1/√in).
    @Test func theFirstWeightIsTheSparsePart() throws {
        let linear = try harness(24, 16, delta: 0.1)
        let dense = try Matrix<Double>.zeros(24, 16)
        #expect(try linear.parameterization.writeDenseEquivalent(into: dense))
        var expected = [Double](repeating: 0, count: 24 * 16)
        let values = try linear.tensors.parameter("sparse_value").value.elements
        for (value, position) in zip(values, try positions(linear)) { expected[position] = value }
        #expect(dense.elements == expected)
        #expect(values.allSatisfy { abs($0) <= 0.25 } && values.contains { abs($0) > 0.2 })
        #expect(try linear.tensors.parameter("lora_B").value.elements.allSatisfy { $0 == 0 })
        #expect(try linear.tensors.parameter("lora_A").value.elements.contains { abs($0) > 0.2 })
    }

    /// alpha scales BA and leaves S alone.
    @Test func theScaleIsOnTheProductOnly() throws {
        let linear = try harness(6, 6, delta: 0.5)
        linear.randomizeParameters()
        let dense = try Matrix<Double>.zeros(6, 6)
        _ = try linear.parameterization.writeDenseEquivalent(into: dense)
        dense.setProduct(
            try linear.tensors.parameter("lora_B").value, try linear.tensors.parameter("lora_A").value, scale: -16, keep: 1)
        let values = try linear.tensors.parameter("sparse_value").value.elements
        for (value, position) in zip(values, try positions(linear)) { dense[position / 6, position % 6] -= value }
        #expect(dense.elements.allSatisfy { abs($0) < 1e-12 })
    }

    /// So few entries that a small matrix gets none: still a method.
    @Test func anEmptySupportTrains() throws {
        let (shape, registry) = (SmallShapes.small, BuiltinMethods.registry)
        let options = MethodOptions(descriptor: try registry.descriptor(named: "sltrain"), model: shape, given: ["delta": 1e-6])
        let run = try MiniRun<Float>(registry.make("sltrain", options: options, model: shape), shape: shape)
        for _ in 0..<2 { try run.update() }
        #expect(run.weights.values.allSatisfy { $0.allSatisfy { $0.isFinite } })
    }
}
