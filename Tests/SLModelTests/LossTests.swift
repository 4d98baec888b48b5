import Foundation
import SLMethodKit
import SLModel
import SLNumerics
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct LossTests {
    private let shape = SmallShapes.small

    private func batch(_ rows: Int, _ name: String = "batch") -> (inputs: [Int32], targets: [Int32]) {
        (makeTokens(rows * 8, below: shape.vocabularySize, name + "/in"), makeTokens(rows * 8, below: shape.vocabularySize, name + "/out"))
    }

    /// Logits of a fresh model have deviation 0.02·√h ≈ 0.1: ln V + 0.1²/2 at most, and the mean of 32 draws.
    @Test func aFreshModelGuesses() throws {
        for method in ["full_rank", "low_rank", "sltrain", "lost"] {
            let model = try makeModel(Float.self, method: method)
            let (inputs, targets) = batch(4)
            let loss = try model.loss(inputs: inputs, targets: targets)
            #expect(loss.targets == 32)
            #expect(abs(loss.sum / 32 - log(97)) < 0.1, "\(method)")
        }
    }

    /// The logits are those that the loss is of.
    @Test func logitsGiveTheLoss() throws {
        let model = try makeModel(Double.self)
        let (inputs, targets) = batch(3)
        let logits = try model.logits(inputs: inputs)
        let vocabulary = shape.vocabularySize
        #expect(logits.count == inputs.count * vocabulary)
        let sum = inputs.indices.reduce(0.0) { sum, row in
            let own = logits[row * vocabulary..<(row + 1) * vocabulary]
            return sum + log(own.reduce(0) { $0 + exp($1) }) - own[own.startIndex + Int(targets[row])]
        }
        #expect(abs(sum - (try model.loss(inputs: inputs, targets: targets).sum)) < 1e-9 * sum)
    }

    /// The loss and its gradient do not depend on how a batch is cut, but for rounding.
    @Test func microBatchesAddUp() throws {
        let model = try makeModel(Double.self)
        let (inputs, targets) = batch(4)
        let whole = try model.accumulateGradients(inputs: inputs, targets: targets, lossScale: 0.1, accumulate: false)
        let gradients = model.gradients
        for rows in [1, 2] {
            var sum = 0.0
            for start in stride(from: 0, to: 4, by: rows) {
                let range = start * 8..<(start + rows) * 8
                sum += try model.accumulateGradients(
                    inputs: Array(inputs[range]), targets: Array(targets[range]), lossScale: 0.1, accumulate: start > 0
                ).sum
            }
            #expect(abs(sum - whole.sum) < 1e-12 * whole.sum)
            #expect(Deviation(model.gradients, from: gradients).relative < 1e-12)
        }
        #expect(try abs(model.loss(inputs: inputs, targets: targets).sum - whole.sum) < 1e-12 * whole.sum)
    }

    @Test func aSecondPassOverwritesTheFirst() throws {
        let model = try makeModel(Float.self)
        let (a, b) = (batch(4, "a"), batch(4, "b"))
        _ = try model.accumulateGradients(inputs: a.inputs, targets: a.targets, lossScale: 0.1, accumulate: false)
        let first = model.gradients
        _ = try model.accumulateGradients(inputs: b.inputs, targets: b.targets, lossScale: 0.1, accumulate: false)
        #expect(model.gradients != first)
        _ = try model.accumulateGradients(inputs: a.inputs, targets: a.targets, lossScale: 0.1, accumulate: false)
        #expect(model.gradients == first, "same input, same bits")
    }

    @Test func theLossScaleScalesGradientsOnly() throws {
        let model = try makeModel(Double.self)
        let (inputs, targets) = batch(2)
        let one = try model.accumulateGradients(inputs: inputs, targets: targets, lossScale: 1, accumulate: false)
        let gradients = model.gradients
        let two = try model.accumulateGradients(inputs: inputs, targets: targets, lossScale: 2, accumulate: false)
        #expect(one == two)
        #expect(Deviation(model.gradients, from: gradients.map { 2 * $0 }).relative < 1e-14)
    }

    @Test func maskedTargetsCountForNothing() throws {
        let model = try makeModel(Double.self)
        let (inputs, targets) = batch(2)
        var masked = targets
        for index in [0, 5, 15] { masked[index] = -1 }
        let (all, some) = (try model.loss(inputs: inputs, targets: targets), try model.loss(inputs: inputs, targets: masked))
        #expect(all.targets == 16 && some.targets == 13 && some.sum < all.sum)
        // The masked positions' losses are what is missing.
        let missing = try [0, 5, 15].reduce(0.0) { sum, index in
            var only = [Int32](repeating: -1, count: 16)
            only[index] = targets[index]
            return try sum + model.loss(inputs: inputs, targets: only).sum
        }
        #expect(abs(all.sum - some.sum - missing) < 1e-12 * all.sum)
        let nothing = try model.accumulateGradients(
            inputs: inputs, targets: [Int32](repeating: -1, count: 16), lossScale: 1, accumulate: false)
        #expect(nothing == BatchLoss(sum: 0, targets: 0))
        #expect(model.gradients.allSatisfy { $0 == 0 })
    }

    /// The same first weights, rounded; a dozen products of h terms later the difference is a few 1e-6.
    @Test(arguments: ["full_rank", "low_rank", "lora", "galore", "sltrain", "relora"]) func floatFollowsDouble(method: String) throws {
        let (single, double) = (try makeModel(Float.self, method: method), try makeModel(Double.self, method: method))
        let (inputs, targets) = batch(4)
        for (a, b) in zip(single.parameters, double.parameters) {
            for row in 0..<a.parameter.value.rows {
                for column in 0..<a.parameter.value.columns { b.parameter.value[row, column] = Double(a.parameter.value[row, column]) }
            }
        }
        let (mine, exact) = (
            try single.accumulateGradients(inputs: inputs, targets: targets, lossScale: 0.03, accumulate: false),
            try double.accumulateGradients(inputs: inputs, targets: targets, lossScale: 0.03, accumulate: false)
        )
        #expect(abs(mine.sum - exact.sum) < 1e-5 * exact.sum)
        #expect(Deviation(single.gradients, from: double.gradients).relative < 1e-4)
        #expect(Deviation(try single.hiddenStates(inputs: inputs), from: try double.hiddenStates(inputs: inputs)).relative < 1e-5)
    }

    /// Later tokens change no earlier hidden state, other sequences none at all.
    @Test func isCausalAndSeparate() throws {
        let model = try makeModel(Double.self)
        var (inputs, _) = batch(2)
        let before = try model.hiddenStates(inputs: inputs)
        inputs[5] = (inputs[5] + 1) % 97
        let after = try model.hiddenStates(inputs: inputs)
        let h = shape.hiddenSize
        #expect(after[..<(5 * h)] == before[..<(5 * h)])
        #expect(after[(5 * h)..<(8 * h)] != before[(5 * h)..<(8 * h)])
        #expect(after[(8 * h)...] == before[(8 * h)...])
    }

    /// A vocabulary so large that a batch's logits come in three blocks of tokens.
    @Test func logitsComeInBlocks() throws {
        let wide = ModelShape(name: "wide", vocabularySize: 600_000, hiddenSize: 4, intermediateSize: 6, layerCount: 1, headCount: 1)
        let model = try makeModel(Float.self, shape: wide, sequences: 5, length: 8)
        let (inputs, targets) = (makeTokens(40, below: 600_000, "in"), makeTokens(40, below: 600_000, "out"))
        let whole = try model.accumulateGradients(inputs: inputs, targets: targets, lossScale: 1, accumulate: false)
        let head = try #require(model.parameters.last?.parameter.gradient)
        let (norm, probe) = (head.sumOfSquares(), head[Int(targets[33]), 2])
        #expect(model.ledger.current[.workspace] < 4 * 40 * 600_000, "the logits are never whole")
        var sum = 0.0
        for start in stride(from: 0, to: 40, by: 8) {
            sum += try model.accumulateGradients(
                inputs: Array(inputs[start..<start + 8]), targets: Array(targets[start..<start + 8]), lossScale: 1, accumulate: start > 0
            ).sum
        }
        #expect(abs(sum - whole.sum) < 1e-5 * whole.sum)
        #expect(abs(head.sumOfSquares() - norm) < 1e-4 * norm)
        #expect(abs(head[Int(targets[33]), 2] - probe) < 1e-4 * abs(probe))
    }
}
