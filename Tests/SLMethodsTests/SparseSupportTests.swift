import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// Supports that stay where they are: drawn, by magnitudes, in groups, and the degenerate ones.
@Suite(.compute(threads: 2)) struct SparseSupportTests {
    private let registry = BuiltinMethods.registry
    private let shape = SmallShapes.small

    private func method(_ name: String, _ given: [String: OptionValue]) throws -> any PretrainingMethod {
        try registry.make(name, options: MethodOptions(descriptor: try registry.descriptor(named: name), model: shape, given: given), model: shape)
    }

    private func harness(_ name: String, _ given: [String: OptionValue], _ rows: Int = 24, _ columns: Int = 20) throws -> ModuleHarness<Double> {
        try ModuleHarness(method(name, given), at: LinearModule(layer: 0, role: .up, outFeatures: rows, inFeatures: columns), tokens: 3)
    }

    private func positions(_ linear: ModuleHarness<Double>) throws -> [Int] {
        let (starts, columns) = (
            try linear.tensors.indexVector("sparse_row_start").elements, try linear.tensors.indexVector("sparse_column").elements
        )
        return (0..<linear.module.outFeatures).flatMap { row in columns[starts[row]..<starts[row + 1]].map { row * linear.module.inFeatures + $0 } }
    }

    private func denseStart(_ linear: ModuleHarness<Double>) throws -> [Double] {
        try ModuleHarness<Double>(PlainMethod(), at: linear.module).tensors.parameter("weight").value.elements
    }

    private func dense(_ linear: ModuleHarness<Double>) throws -> [Double] {
        let weight = try Matrix<Double>.zeros(linear.module.outFeatures, linear.module.inFeatures)
        #expect(try linear.parameterization.writeDenseEquivalent(into: weight))
        return weight.elements
    }

    // MARK: sparse

    /// The first weight is the dense one under the mask.
    @Test(arguments: ["random", "magnitude"]) func theFirstWeightIsTheDenseOneUnderTheMask(mask: String) throws {
        let linear = try harness("sparse", ["density": 0.3, "mask": .text(mask)])
        let (positions, start) = (try positions(linear), try denseStart(linear))
        #expect(positions.count == Int(0.3 * 24 * 20))
        var expected = [Double](repeating: 0, count: start.count)
        for position in positions { expected[position] = start[position] }
        #expect(try dense(linear) == expected)
        let least = positions.map { abs(start[$0]) }.min() ?? 0
        let most = start.indices.filter { !positions.contains($0) }.map { abs(start[$0]) }.max() ?? 0
        #expect((mask == "magnitude") == (least >= most))
    }

    /// Density 1 is dense training: from the same first weights the same losses and gradients, whichever way it is computed.
    @Test(arguments: ["rebuild", "factors"]) func densityOneIsDense(computation: String) throws {
        let sparse = try MiniRun<Double>(method("sparse", ["density": 1.0, "computation": .text(computation)]), shape: shape)
        let plain = try MiniRun<Double>(PlainMethod(), shape: shape)
        for _ in 0..<4 {
            try sparse.update()
            try plain.update()
        }
        for (name, weight) in plain.weights {
            let own = sparse.weights[name] ?? sparse.weights[name.replacing(".weight", with: ".sparse_value")] ?? []
            #expect(Deviation(own, from: weight).relative < 1e-9, "\(name)")
        }
        #expect(
            ModelAccounting(shape: shape, method: sparse.model.method, optimizer: try RunOptimizer()).trainableParameters(phase: 0)
                == ModelAccounting(shape: shape, method: PlainMethod(), optimizer: try RunOptimizer()).trainableParameters(phase: 0))
    }

    /// N of every M neighbours; of a last group that is shorter the same share.
    @Test(arguments: ["random", "magnitude"], [(4, 0.5, 20), (4, 0.25, 20), (8, 0.625, 24), (2, 0.5, 20), (8, 0.5, 20)])
    func groupsKeepTheirShare(mask: String, pattern: (size: Int, density: Double, columns: Int)) throws {
        let linear = try harness(
            "sparse", ["group": .integer(pattern.size), "density": .real(pattern.density), "mask": .text(mask)], 6, pattern.columns)
        let (positions, start) = (try positions(linear), try denseStart(linear))
        for row in 0..<6 {
            for first in stride(from: 0, to: pattern.columns, by: pattern.size) {
                let group = row * pattern.columns + first..<row * pattern.columns + min(first + pattern.size, pattern.columns)
                let kept = positions.filter(group.contains)
                #expect(kept.count == Int(pattern.density * Double(group.count)))
                guard mask == "magnitude" else { continue }
                let best = group.sorted { abs(start[$0]) > abs(start[$1]) }.prefix(kept.count).sorted()
                #expect(kept == best)
            }
        }
        #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test(arguments: [
        (["group": 4, "density": 0.3], "group"), (["group": 4, "density": 0.5, "regrow": "random"], "group"), (["density": 1e-9], "density"),
        (["regrow": "gradient", "regrow_interval": 6, "regrow_window": 5], "regrow_window"),
    ] as [([String: OptionValue], String)])
    func whatDoesNotGoTogetherIsRefused(given: [String: OptionValue], option: String) throws {
        #expect { try method("sparse", given) } throws: { ($0 as? MethodOptionError)?.option == option }
    }

    // MARK: sltrain

    /// Without a rank it is S alone: no factors, the support and values of the same seed.
    @Test(arguments: ["rebuild", "factors"]) func withoutARankThereAreNoFactors(computation: String) throws {
        let given: [String: OptionValue] = ["rank": .null, "delta": 0.2, "computation": .text(computation)]
        let (alone, beside) = (try harness("sltrain", given), try harness("sltrain", ["rank": 2, "delta": 0.2]))
        #expect(alone.tensors.parameters.map(\.name) == ["sparse_value"])
        #expect(try positions(alone) == positions(beside))
        // B = 0: beside factors that are not trained yet it is the same function.
        let x = try Matrix<Double>.normal(3, 20, "input")
        let (one, other) = (try Matrix<Double>.zeros(3, 24), try Matrix<Double>.zeros(3, 24))
        try alone.forward(x, into: one)
        try beside.forward(x, into: other)
        #expect(Deviation(one.elements, from: other.elements).relative < 1e-12)
        #expect(throws: MethodOptionError.self) { try method("sltrain", ["rank": .null, "restarts.every": 4]) }
        let run = try MiniRun<Float>(method("sltrain", given), shape: shape)
        for _ in 0..<2 { try run.update() }
        #expect(run.weights.values.allSatisfy { $0.allSatisfy(\.isFinite) })
    }

    /// By magnitudes of the dense first weights: the smallest, with values drawn as ever, or the largest, with their values.
    @Test func supportsByMagnitude() throws {
        let smallest = try harness("sltrain", ["rank": 2, "delta": 0.1, "support": "smallest"])
        let pruned = try harness("sltrain", ["rank": 2, "delta": 0.1, "support": "fixed_from_pruning"])
        let start = try denseStart(smallest)
        let order = start.indices.sorted { abs(start[$0]) < abs(start[$1]) }
        #expect(try positions(smallest) == order.prefix(48).sorted())
        #expect(try positions(pruned) == order.suffix(48).sorted())
        #expect(try pruned.tensors.parameter("sparse_value").value.elements == positions(pruned).map { start[$0] })
        let drawn = try harness("sltrain", ["rank": 2, "delta": 0.1])
        #expect(
            try smallest.tensors.parameter("sparse_value").value.elements == drawn.tensors.parameter("sparse_value").value.elements)
        #expect(smallest.method.startsFromDense && pruned.method.startsFromDense && !drawn.method.startsFromDense)
    }

    // MARK: lost

    /// As many channels as scored ones, others, and sorted; with their own columns of the first weight.
    @Test func lostWithRandomColumns() throws {
        let (scored, random) = (
            try harness("lost", ["rank": 2, "delta": 0.3]), try harness("lost", ["rank": 2, "delta": 0.3, "columns": "random"])
        )
        let (a, b) = (try scored.tensors.indexVector("sparse_columns").elements, try random.tensors.indexVector("sparse_columns").elements)
        #expect(a.count == b.count && a != b && b == b.sorted() && Set(b).count == b.count && b.allSatisfy { (0..<20).contains($0) })
        #expect(try scored.tensors.parameter("lora_A").value.elements == random.tensors.parameter("lora_A").value.elements)
        let (start, kept) = (try denseStart(random), try random.tensors.parameter("sparse_weight").value)
        for row in 0..<24 { for (place, channel) in b.enumerated() { #expect(kept[row, place] == start[row * 20 + channel]) } }
    }

    /// γ = 1 keeps no channels, nor tensors for them: the low-rank path alone, whose product is the best of its rank.
    @Test func lostWithoutChannels() throws {
        let linear = try harness("lost", ["rank": 20, "gamma": 1.0, "activation": "identity"])
        #expect(linear.tensors.parameters.map(\.name) == ["lora_A", "lora_B"] && linear.tensors.indices.isEmpty)
        #expect(Deviation(try dense(linear), from: try denseStart(linear)).relative < 1e-9)
    }
}
