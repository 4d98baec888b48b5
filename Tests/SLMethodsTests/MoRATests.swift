import Foundation
import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport
import Testing

/// mora and remora: the maps, merges, cycles.
@Suite(.compute(threads: 2)) struct MoRATests {
    private let module = LinearModule(layer: 0, role: .gate, outFeatures: 14, inFeatures: 9)

    private func make(_ name: String, _ given: [String: OptionValue]) throws -> any PretrainingMethod {
        let (registry, shape) = (BuiltinMethods.registry, SmallShapes.small)
        return try registry.make(
            name, options: MethodOptions(descriptor: registry.descriptor(named: name), model: shape, given: given), model: shape)
    }

    private let remora: [String: OptionValue] = ["rank": 3, "merge_interval": 10, "restart_warmup_steps": 2]

    /// ⌊√((in + out)·r) + ½⌋, as many elements as the factors have; even where it is rotated.
    @Test(arguments: [(1, 512, 512, 362), (1, 512, 1376, 492), (6, 512, 1376, 492), (2, 500, 700, 392), (1, 9, 18, 59), (6, 9, 18, 58)])
    func theSideGivesAsManyElements(type: Int, inputs: Int, outputs: Int, side: Int) throws {
        let (registry, shape) = (BuiltinMethods.registry, try #require(ModelShape.preset(named: "60m")))
        let given: [String: OptionValue] = ["rank": 128, "mora_type": .integer(type)]
        let method = try registry.make(
            "mora", options: MethodOptions(descriptor: registry.descriptor(named: "mora"), model: shape, given: given), model: shape)
        let linear = LinearModule(layer: 0, role: .gate, outFeatures: outputs, inFeatures: inputs)
        let square = try #require(method.tensors(at: linear, phase: 0).first { $0.name == "mora_M" })
        #expect(square.rows == side && square.columns == side)
    }

    /// The dense matrix by the words of the paper and the authors' code, position by position.
    private func delta(_ type: Int, _ m: Matrix<Double>) -> [Double] {
        let (side, inputs, outputs) = (m.rows, module.inFeatures, module.outFeatures)
        let chunks = type == 6 ? (inputs + side - 1) / side : 1
        /// Row of M and chunk that output j copies.
        func source(_ j: Int) -> (Int, Int) {
            switch type {
            case 1, 3: return (j % side, 0)
            case 6: return (j % (chunks * side) % side, j % (chunks * side) / side)
            default:
                let groups = (0..<side).flatMap { [Int](repeating: $0, count: outputs / side + ($0 < outputs % side ? 1 : 0)) }
                return (groups[j], 0)
            }
        }
        var result: [Double] = []
        for j in 0..<outputs {
            let (row, chunk) = source(j)
            var values = [Double](repeating: 0, count: inputs)
            switch type {
            case 1, 4:
                let padded = (0..<(inputs + side - 1) / side * side).map { $0 % inputs }
                for (place, input) in padded.enumerated() { values[input] += m[row, place % side] }
            case 2, 3:
                let groups = (0..<side).flatMap { [Int](repeating: $0, count: inputs / side + ($0 < inputs % side ? 1 : 0)) }
                for input in 0..<inputs { values[input] += m[row, groups[input]] }
            default:
                let half = side / 2
                for k in 0..<side {
                    // Element k of the turned chunk is x_k·cos − x_{k + half}·sin, or x_k·cos + x_{k − half}·sin.
                    let angle = Double(chunk) * pow(10_000, -2 * Double(k % half) / Double(side))
                    let partner = k < half ? k + half : k - half
                    values[(chunk * side + k) % inputs] += m[row, k] * cos(angle)
                    values[(chunk * side + partner) % inputs] += m[row, k] * (k < half ? -sin(angle) : sin(angle))
                }
            }
            result += values
        }
        return result
    }

    @Test(arguments: [1, 2, 3, 4, 6], [1, 3, 4]) func theMapIsTheAuthors(type: Int, rank: Int) throws {
        let linear = try ModuleHarness<Double>(make("mora", ["rank": .integer(rank), "mora_type": .integer(type)]), at: module)
        linear.randomizeParameters()
        let dense = try Matrix<Double>.zeros(14, 9)
        #expect(try linear.parameterization.writeDenseEquivalent(into: dense))
        dense.add(try linear.tensors.parameter("weight").value, scaledBy: -1)
        #expect(Deviation(dense.elements, from: delta(type, try linear.tensors.parameter("mora_M").value)).relativeToLargest < 1e-12)
    }

    @Test func theFirstFunctionIsFullRanks() throws {
        for name in ["mora", "remora"] {
            let mine = try MiniRun<Float>(make(name, name == "remora" ? remora : ["rank": 3]), shape: SmallShapes.small, seed: 5)
            let full = try MiniRun<Float>(make("full_rank", [:]), shape: SmallShapes.small, seed: 5)
            let batch = mine.batch("batch")
            #expect(try mine.model.hiddenStates(inputs: batch.inputs) == full.model.hiddenStates(inputs: batch.inputs), "\(name)")
        }
    }

    // MARK: Merges

    /// The function stays, M is 0, and what it is trained to after each merge is of the next type: 1, 2, 1, … or 1, 2, 3, 4, 1, …, from the first
    /// that is asked for; 6 stays 6.
    @Test(arguments: [(2, [1, 2]), (4, [1, 2, 3, 4]), (2, [2, 1]), (4, [2, 3, 4, 1]), (2, [6])])
    func mergesKeepTheFunctionAndTakeTheNextType(count: Int, types: [Int]) throws {
        var options = remora
        options["type_count"] = .integer(count)
        options["mora_type"] = .integer(types[0])
        let linear = try ModuleHarness<Double>(make("remora", options), at: module)
        let x = try Matrix<Double>.normal(5, 9, "x")
        let square = try linear.tensors.parameter("mora_M").value
        for merge in 0..<6 {
            var stream = RandomStream(seed: UInt64(merge), name: "values")
            square.fillNormal(deviation: 0.3, from: &stream)
            let frozen = try linear.tensors.parameter("weight").value.duplicate()
            let (before, after) = (try Matrix<Double>.zeros(5, 14), try Matrix<Double>.zeros(5, 14))
            try linear.forward(x, into: before)
            let delta = delta(types[merge % types.count], square)
            _ = try linear.perform(.merge, random: &stream)
            try linear.forward(x, into: after)
            #expect(Deviation(after.elements, from: before.elements).relative < 1e-13)
            #expect(square.elements.allSatisfy { $0 == 0 })
            let now = try linear.tensors.parameter("weight").value
            #expect(Deviation(zip(now.elements, frozen.elements).map { $0 - $1 }, from: delta).relativeToLargest < 1e-12, "merge \(merge)")
        }
    }

    /// After updates 10, 20, 30 of 35, each followed by a rate of 0 that is back after two more; none after the last update.
    @Test func mergesComeWhereTheAuthorsHaveThem() throws {
        func actions(_ steps: Int) throws -> [[LifecycleAction]] {
            var lifecycle = try #require(try make("remora", remora).lifecycles(totalSteps: steps).first)
            return (1...steps).map { lifecycle.actions(after: RunView(step: $0, totalSteps: steps)) }
        }
        let square = TensorChoice.linears(["mora_M"])
        let all = try actions(35)
        #expect((1...35).filter { !all[$0 - 1].isEmpty } == [10, 20, 30])
        #expect(all[9] == [.rewrite(.merge, preservesFunction: true), .editState(of: square, .prune(.zero)), .setAge(of: square, 0)])
        #expect(try actions(30)[29].isEmpty)
        #expect(try make("remora", remora).learningRates(totalSteps: 35).dips.map(\.updates) == [11..<13, 21..<23, 31..<33])
    }

    @Test func nonsenseIsRefused() {
        #expect(throws: MethodOptionError.self) { try make("mora", ["mora_type": 5]) }
        #expect(throws: MethodOptionError.self) { try make("remora", ["mora_type": 3]) }
        #expect(throws: MethodOptionError.self) { try make("remora", ["type_count": 3]) }
        #expect(throws: MethodOptionError.self) { try make("remora", ["merge_interval": 5, "restart_warmup_steps": 5]) }
    }
}
