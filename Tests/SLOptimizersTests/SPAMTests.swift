import Foundation
import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct SPAMTests {
    private static let adam = AdamSettings(beta1: 0.8, beta2: 0.9, epsilon: 1e-2, form: .huggingFace)

    private func settings(density: Double = 1, decaysMasked: Bool = false) -> SPAMSettings {
        SPAMSettings(
            adam: Self.adam, density: density, threshold: 6, resetInterval: 7, clipDelay: 2, recoverySteps: 3, decaysMasked: decaysMasked)
    }

    /// One update by the formulas; `mask` is 1 where an entry counts.
    private func update(
        _ weight: inout PlainMatrix, _ gradient: PlainMatrix, _ m: inout PlainMatrix, _ v: inout PlainMatrix, mask: PlainMatrix, rate: Double,
        decay: PlainMatrix, _ n: Int
    ) {
        if n % 7 == 0 { (m, v) = (m.map { _ in 0 }, v.map { _ in 0 }) }
        let clips = n >= 2 && n % 7 >= 2
        let j = Double(n % 7)
        let recovery = n < 7 || j >= 3 ? 1 : 1 - 0.99 * (1 + cos(.pi * j / 4)) / 2
        let (c1, c2) = (1 - pow(0.8, Double(n)), 1 - pow(0.9, Double(n)))
        for i in gradient.values.indices where mask.values[i] == 1 {
            var g = gradient.values[i]
            if clips, g * g > 6 * v.values[i] { g = (g < 0 ? -1 : 1) * (6 * v.values[i]).squareRoot() }
            m.values[i] = 0.8 * m.values[i] + 0.2 * g
            v.values[i] = 0.9 * v.values[i] + 0.1 * g * g
            weight.values[i] -= rate * c2.squareRoot() / c1 * recovery * m.values[i] / (v.values[i].squareRoot() + 1e-2)
        }
        weight = weight.with(decay) { $0 * (1 - rate * $1) }
    }

    /// Seventeen updates: two resets, spikes inside and outside of the clipped ones.
    @Test(arguments: [(4, 6), (1, 9)]) func followsTheAlgorithm(shape: (Int, Int)) throws {
        let everywhere = PlainMatrix(shape.0, shape.1).map { _ in 1 }
        var (m, v) = (PlainMatrix(shape.0, shape.1), PlainMatrix(shape.0, shape.1))
        let apart = try deviation(SPAMRule(settings()), shape.0, shape.1, updates: 17) { weight, gradient, rate, decay, n in
            update(&weight, gradient, &m, &v, mask: everywhere, rate: rate, decay: everywhere.map { $0 * decay }, n)
        }
        #expect(apart < 1e-12)
    }

    /// On a mask that changes at each reset. In the published code weight decay does nothing there; the option makes it act on the mask.
    @Test(arguments: [false, true]) func followsTheAlgorithmUnderAMask(decaysMasked: Bool) throws {
        let steps = try Steps(MaskedSPAMRule(settings(density: 0.4, decaysMasked: decaysMasked)), weight: Matrix<Double>.normal(8, 9, "w"))
        var weight = PlainMatrix(steps.weight)
        var (m, v) = (PlainMatrix(8, 9), PlainMatrix(8, 9))
        var masks: [[Double]] = []
        for n in 1...17 {
            let gradient = try Matrix<Double>.normal(8, 9, "g\(n)")
            try steps.update(gradient, rate: 0.02, decay: 0.3, gradientScale: 0.7)
            let mask = PlainMatrix(steps.state("mask"))
            if masks.last != mask.values { masks.append(mask.values) }
            update(
                &weight, PlainMatrix(gradient).map { 0.7 * $0 }, &m, &v, mask: mask, rate: 0.02, decay: mask.map { decaysMasked ? 0.3 * $0 : 0 }, n)
        }
        #expect(Deviation(steps.weight.elements, from: weight.values).relative < 1e-12)
        #expect(masks[0].reduce(0, +) == 28, "the first mask has ⌊0.4 · 72⌋ entries")
        #expect(masks.allSatisfy { $0.allSatisfy { $0 == 0 || $0 == 1 } })
    }

    /// Another mask at every reset, entry by entry with the density.
    @Test func masksAreDrawnAtTheirTime() throws {
        let rule = MaskedSPAMRule(settings(density: 0.25))
        let updater: any TensorUpdater<Float> = try rule.makeUpdater(rows: 64, columns: 64, ledger: MemoryLedger())
        let weight = try Matrix<Float>.normal(64, 64, "w")
        let space = try Matrix<Float>.zeros(1, rule.scratchCount(rows: 64, columns: 64))
        var masks: [[Float]] = []
        for n in 1...15 {
            try updater.update(
                weight: weight, gradient: .normal(64, 64, "g\(n)"),
                context: UpdateContext(
                    learningRate: 0.01, step: n, age: n, gradientScale: 1, scratch: Scratch(space), ledger: MemoryLedger(), log: RefreshLog(),
                    key: UInt64(n)))
            let mask = updater.state[2].value.elements
            if masks.last != mask { masks.append(mask) }
        }
        #expect(masks.count == 3)
        #expect(masks[0].reduce(0, +) == 1024)
        // Binomial: five deviations of 27.7.
        for mask in masks { #expect(abs(mask.reduce(0, +) - 1024) < 139) }
        // Independent of one another: a quarter of a quarter is shared.
        for (a, b) in zip(masks, masks.dropFirst()) { #expect(abs(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } - 256) < 80) }
    }

    /// A share of the moments, and a byte for each entry of the mask.
    @Test func aMaskSavesState() {
        let (all, some) = (SPAMRule(settings()), MaskedSPAMRule(settings(density: 0.25)))
        #expect(all.stateBytes(rows: 512, columns: 512) == 8 << 18)
        #expect(some.stateBytes(rows: 512, columns: 512) < 4 << 18)
    }

    /// Choices of another run are taken over; those that do not fit are errors.
    @Test func recordedMasksAreUsed() throws {
        let rule = MaskedSPAMRule(settings(density: 0.5))
        func mask(_ recorded: [Double]) throws -> [Double] {
            let updater: any TensorUpdater<Double> = try rule.makeUpdater(rows: 2, columns: 3, ledger: MemoryLedger())
            let space = try Matrix<Double>.zeros(1, rule.scratchCount(rows: 2, columns: 3))
            var context = UpdateContext(
                learningRate: 0.01, step: 1, age: 1, gradientScale: 1, scratch: Scratch(space), ledger: MemoryLedger(), log: RefreshLog())
            context.recorded = RecordedChoices { $0 == "mask" ? recorded : nil }
            try updater.update(weight: .zeros(2, 3), gradient: .normal(2, 3, "g"), context: context)
            return updater.state[2].value.elements
        }
        #expect(try mask([0, 1, 1, 0, 0, 1]) == [0, 1, 1, 0, 0, 1])
        #expect(throws: MaskError.self) { try mask([0, 1]) }
    }
}
