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

/// Whole models of odd shapes: `Float` follows `Double`, with every method and option, in every phase.
///
/// SLBENCH_FUZZ_ROUNDS sets how many random shapes follow the chosen ones.
@Suite(.serialized) struct ShapeFuzzTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var model: ModelShape
        var sequences: Int
        var length: Int

        init(heads: Int, headSize: Int, intermediate: Int, vocabulary: Int = 257, layers: Int = 1, sequences: Int, length: Int) {
            model = ModelShape(
                name: "odd", vocabularySize: vocabulary, hiddenSize: heads * headSize, intermediateSize: intermediate,
                layerCount: layers, headCount: heads)
            (self.sequences, self.length) = (sequences, length)
        }

        var tokens: Int { sequences * length }
        var testDescription: String {
            "\(model.headCount) heads of \(model.headSize), \(model.intermediateSize) inside, \(model.vocabularySize) words, "
                + "\(model.layerCount) layers, \(sequences) sequences of \(length)"
        }
    }

    /// One token, one head, blocks of queries met exactly, missed by one, and begun anew.
    static let chosen = [
        Shape(heads: 1, headSize: 2, intermediate: 1, sequences: 1, length: 1),
        Shape(heads: 1, headSize: 2, intermediate: 5, vocabulary: 2, sequences: 3, length: 2),
        Shape(heads: 1, headSize: 6, intermediate: 13, sequences: 3, length: 1),
        Shape(heads: 1, headSize: 10, intermediate: 27, sequences: 1, length: 65),
        Shape(heads: 3, headSize: 6, intermediate: 33, sequences: 3, length: 65),
        Shape(heads: 5, headSize: 2, intermediate: 9, sequences: 1, length: 129),
        Shape(heads: 2, headSize: 10, intermediate: 51, sequences: 3, length: 129),
    ]

    static let shapes: [Shape] = {
        let rounds = ProcessInfo.processInfo.environment["SLBENCH_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 3
        var stream = RandomStream(seed: 17, name: "model shapes")
        return chosen
            + (0..<rounds).map { _ in
                Shape(
                    heads: 1 + stream.below(4), headSize: 2 + 2 * stream.below(5), intermediate: 1 + stream.below(60),
                    vocabulary: stream.below(2) == 0 ? 257 : 2 + stream.below(300), layers: 1 + stream.below(2),
                    sequences: 1 + stream.below(4), length: 1 + stream.below(140))
            }
    }()

    /// All but the one whose dense linears are kept as codes, which giving them the same values twice codes anew.
    static let methods = BuiltinMethods.registry.methods.filter { $0.descriptor.name != "q_galore" }.map { MethodUnderTest($0) }

    private struct Pair {
        let shape: Shape
        let single: LlamaModel<Float>
        let double: LlamaModel<Double>
        /// The same in `Float`, with the blocks' interiors computed twice.
        let again: LlamaModel<Float>
        let inputs, targets: [Int32]

        init(_ method: any PretrainingMethod, _ shape: Shape, phase: Int) throws {
            self.shape = shape
            func model<S: Scalar>(_ type: S.Type, recomputes: Bool = false) throws -> LlamaModel<S> {
                let model = try LlamaModel<S>(
                    shape: shape.model, method: method, sequences: shape.sequences, sequenceLength: shape.length,
                    threads: Compute.threads, optimizer: try RunOptimizer(), options: EngineOptions(recomputesBlocks: recomputes),
                    ledger: MemoryLedger())
                try model.initialize(seed: 1)
                try model.allocateForTraining()
                for next in 0..<phase { try model.enter(phase: next + 1, seed: 1) }
                return model
            }
            (single, double, again) = (try model(Float.self), try model(Double.self), try model(Float.self, recomputes: true))
            inputs = makeTokens(shape.tokens, below: shape.model.vocabularySize, "in")
            var targets = makeTokens(shape.tokens, below: shape.model.vocabularySize, "out")
            if targets.count > 1 { targets[targets.count / 2] = -1 }
            self.targets = targets
            try giveValues(method, phase: phase)
        }

        /// Values in general position, of a size that gives outputs of order 1; the same in all three.
        private func giveValues(_ method: any PretrainingMethod, phase: Int) throws {
            var deviations: [LinearModule: Double] = [:]
            for (index, parameter) in single.parameters.enumerated() {
                var deviation = 0.6
                if let module = parameter.module {
                    deviation = try deviations[module] ?? ModuleHarness<Float>(method, at: module, phase: phase).deviationForUnitOutput()
                    deviations[module] = deviation
                }
                var stream = RandomStream(seed: 99, name: parameter.parameter.name)
                parameter.parameter.stored.fillNormal(deviation: deviation, from: &stream)
                let values = parameter.parameter.stored.elements
                again.parameters[index].parameter.stored.assign(values)
                double.parameters[index].parameter.stored.assign(values.map { Double($0) })
            }
            // Positions that depend on first values may fall apart in the last bit.
            for (index, positions) in single.indexVectors.enumerated() {
                for entry in 0..<positions.vector.count {
                    double.indexVectors[index].vector[entry] = positions.vector[entry]
                    again.indexVectors[index].vector[entry] = positions.vector[entry]
                }
            }
        }

        /// Loss and gradients; two passes of which the second adds.
        func pass<S: Scalar>(_ model: LlamaModel<S>) throws -> (loss: BatchLoss, gradients: [[S]]) {
            var loss = BatchLoss(sum: 0, targets: 0)
            for add in [false, true] {
                loss = try model.accumulateGradients(inputs: inputs, targets: targets, lossScale: 0.25, accumulate: add)
            }
            return (loss, model.parameters.map { $0.parameter.gradient?.elements ?? [] })
        }
    }

    private func check(_ method: any PretrainingMethod, _ shape: Shape, _ what: String) throws {
        for phase in 0..<method.phaseCount {
            let pair = try Pair(method, shape, phase: phase)
            let what = "\(what), phase \(phase), \(shape.testDescription)"
            let (mine, exact) = (try pair.pass(pair.single), try pair.pass(pair.double))
            #expect(mine.loss.targets == exact.loss.targets && mine.loss.targets > 0, "\(what)")
            #expect(abs(mine.loss.sum - exact.loss.sum) <= 1e-5 * max(1, exact.loss.sum), "\(what): \(mine.loss) for \(exact.loss)")
            let only = try pair.single.loss(inputs: pair.inputs, targets: pair.targets)
            #expect(abs(only.sum - exact.loss.sum) <= 1e-5 * max(1, exact.loss.sum), "\(what): \(only) for \(exact.loss), loss alone")
            let whole = exact.gradients.joined().reduce(0.0) { $0 + $1 * $1 }.squareRoot()
            for (index, (gradient, truth)) in zip(mine.gradients, exact.gradients).enumerated() {
                let deviation = Deviation(gradient, from: truth)
                // Small gradients are differences of larger numbers: they are held to the rounding of the whole.
                let found = deviation.isComparable ? deviation.difference / max(deviation.scale, 1e-2 * whole) : .infinity
                #expect(found < 1e-4 || whole == 0, "\(what): \(pair.single.parameters[index].parameter.name), \(found)")
            }
            let again = try pair.pass(pair.again)
            let same = again.loss == mine.loss && again.gradients == mine.gradients
            #expect(same, "\(what): recomputed blocks")
        }
    }

    /// Every option where the model is small enough to be quick, and one of them, another each time, where it is not.
    private func checkAll(_ method: MethodUnderTest, _ shape: Shape) throws {
        let smallest = shape.model.modules(layer: 0).map(\.smallerSide).min() ?? 1
        let variants = method.variants(for: shape.model)
        let chosen = shape.tokens <= 6 ? variants : variants.count > 1 ? [variants[0], variants[1 + shape.tokens % (variants.count - 1)]] : variants
        for variant in chosen {
            // Every rank that the shape leaves, now and then the largest.
            let rank = variant.changed == "rank" ? smallest : max(1, smallest / 3)
            let made: any PretrainingMethod
            do {
                made = try variant.with(rank: rank).make(for: shape.model)
            } catch is MethodOptionError where smallest < 4 {
                // An option may ask for more than the smallest matrices have, by its default, too.
                continue
            }
            try check(made, shape, "\(variant), rank \(rank)")
        }
    }

    @Test(.compute(threads: 1), arguments: methods, chosen.filter { $0.tokens < 100 }) func onOneThread(method: MethodUnderTest, shape: Shape) throws {
        try checkAll(method, shape)
    }

    @Test(.compute(threads: 2), arguments: methods, shapes) func onTwoThreads(method: MethodUnderTest, shape: Shape) throws {
        try checkAll(method, shape)
    }
}
