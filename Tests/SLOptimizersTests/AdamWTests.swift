import Foundation
import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct AdamWTests {
    /// Worked by hand: w = 1, g = 0.5, lr = 0.1, β = 0.9/0.999, ε = 0.01.
    ///
    /// m = 0.05, v = 2.5e-4. After: m̂ = 0.5, √v̂ = 0.5, step = 0.1·0.5/0.51 = 0.0980392157.
    /// Before: √v = 0.0158113883, step = 0.1·√0.001/0.1·0.05/0.0258113883 = 0.0612574113.
    @Test func firstStepsByHand() throws {
        func first(_ form: AdamForm, decay: Double) throws -> Double {
            let steps = try Steps(AdamWRule(AdamSettings(epsilon: 0.01, form: form)), weight: Matrix<Double>.of(1, 1, [1]))
            try steps.update(.of(1, 1, [0.5]), decay: decay)
            return steps.weight[0, 0]
        }
        #expect(abs(try first(.pytorch, decay: 0) - (1 - 0.0980392157)) < 1e-9)
        #expect(abs(try first(.huggingFace, decay: 0) - (1 - 0.0612574113)) < 1e-9)
        // lr·wd = 0.02: 0.98·1 − step, or 0.98·(1 − step).
        #expect(abs(try first(.pytorch, decay: 0.2) - (0.98 - 0.0980392157)) < 1e-9)
        #expect(abs(try first(.huggingFace, decay: 0.2) - 0.98 * (1 - 0.0612574113)) < 1e-9)
    }

    /// Twenty steps against the algorithm as the paper writes it.
    @Test(arguments: AdamForm.allCases) func followsTheAlgorithm(form: AdamForm) throws {
        let settings = AdamSettings(beta1: 0.8, beta2: 0.95, epsilon: 1e-3, form: form)
        let steps = try Steps(AdamWRule(settings), weight: Matrix<Double>.normal(3, 4, "w"))
        var w = steps.weight.elements
        var (m, v) = ([Double](repeating: 0, count: 12), [Double](repeating: 0, count: 12))
        for t in 1...20 {
            let gradient = try Matrix<Double>.normal(3, 4, "g\(t)")
            let rate = 0.01 * Double(t)
            try steps.update(gradient, rate: rate, decay: 0.3, gradientScale: 0.7)
            let (c1, c2) = (1 - pow(0.8, Double(t)), 1 - pow(0.95, Double(t)))
            for (i, raw) in gradient.elements.enumerated() {
                let g = 0.7 * raw
                m[i] = 0.8 * m[i] + 0.2 * g
                v[i] = 0.95 * v[i] + 0.05 * g * g
                if form == .pytorch { w[i] *= 1 - rate * 0.3 }
                switch form {
                case .pytorch: w[i] -= rate * (m[i] / c1) / ((v[i] / c2).squareRoot() + 1e-3)
                case .huggingFace: w[i] -= rate * c2.squareRoot() / c1 * m[i] / (v[i].squareRoot() + 1e-3)
                }
                if form == .huggingFace { w[i] *= 1 - rate * 0.3 }
            }
        }
        #expect(Deviation(steps.weight.elements, from: w).relative < 1e-13)
        #expect(Deviation(steps.state("exp_avg").elements, from: m).relative < 1e-13)
        #expect(Deviation(steps.state("exp_avg_sq").elements, from: v).relative < 1e-13)
    }

    /// A constant gradient moves every weight by lr a step, whatever its size: that is what bias correction is for.
    @Test func biasCorrectionMakesTheFirstStepsFull() throws {
        let steps = try Steps(AdamWRule(AdamSettings(epsilon: 0)), weight: Matrix<Double>.zeros(1, 2))
        let gradient = try Matrix<Double>.of(1, 2, [1e-6, -30])
        for t in 1...5 {
            try steps.update(gradient)
            #expect(abs(steps.weight[0, 0] + 0.1 * Double(t)) < 1e-12 && abs(steps.weight[0, 1] - 0.1 * Double(t)) < 1e-12)
        }
    }

    @Test func lateStepsKeepTheirCorrection() throws {
        // Powers by squaring: after 10⁵ steps the correction is 1 − 0.99995¹⁰⁰⁰⁰⁰, not 0 and not 1.
        let updater: any TensorUpdater<Double> = try AdamWRule(AdamSettings(beta1: 0, beta2: 0.99995, epsilon: 0)).makeUpdater(
            rows: 1, columns: 1, ledger: MemoryLedger())
        let weight = try Matrix<Double>.zeros(1, 1)
        let context = UpdateContext(
            learningRate: 1, step: 100_000, age: 100_000, gradientScale: 1, scratch: Scratch(try Matrix<Double>.zeros(1, 1)), ledger: MemoryLedger(),
            log: RefreshLog())
        try updater.update(weight: weight, gradient: .of(1, 1, [1]), context: context)
        let exact = -((1 - pow(0.99995, 1e5)) / 5e-5).squareRoot()
        #expect(abs(weight[0, 0] - exact) < 1e-8 * abs(exact))
    }

    @Test func convergesAndRepeats() throws {
        func run() throws -> [Float] {
            let target = try Matrix<Float>.normal(5, 7, "target")
            let steps = try Steps(AdamWRule(AdamSettings()), weight: Matrix<Float>.zeros(5, 7))
            for t in 0..<400 {
                let gradient = try steps.weight.duplicate()
                gradient.add(target, scaledBy: -1)
                try steps.update(gradient, rate: 0.05 * (1 - Double(t) / 400))
            }
            #expect(Deviation(steps.weight.elements, from: target.elements).relative < 0.01)
            return steps.weight.elements
        }
        #expect(try run() == run())
    }

    @Test func declaresWhatItKeeps() throws {
        let rule = AdamWRule(AdamSettings())
        #expect(rule.stateCount(rows: 3, columns: 5) == 30)
        #expect(rule.scratchCount(rows: 3, columns: 5) == 0 && rule.refreshCount(rows: 3, columns: 5) == 0)
        let steps = try Steps(rule, weight: Matrix<Float>.zeros(3, 5))
        #expect(steps.ledger.current[.optimizer] == 4 * 30)
        #expect(steps.log.matrices == 0 && steps.log.meanCapturedEnergy == nil)
    }
}
