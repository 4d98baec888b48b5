import Foundation
import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

/// Bases that are not singular vectors.
@Suite(.compute(threads: 2)) struct ProjectorTests {
    static let shapes = [(9, 5), (5, 9), (6, 6), (40, 24), (24, 40)]

    private func rule(_ projector: Projector, rank: Int = 3, interval: Int = 4, outside: Outside = .dropped) -> ProjectedRule {
        ProjectedRule(
            AdamWRule(AdamSettings(form: .huggingFace)), rank: rank, scale: 1, projector: projector, refresh: RefreshPolicy(interval: interval),
            outside: outside)
    }

    /// What a step along the gradient does when the inner rule leaves R as it is: back(project(G)), seen at the weight.
    private func lifted(_ projector: Projector, _ gradient: Matrix<Double>, rank: Int) throws -> (weight: Matrix<Double>, steps: Steps<Double>) {
        var rule = rule(projector, rank: rank)
        rule.inner = AdamWRule(AdamSettings(beta1: 0, beta2: 0, epsilon: 1e8, form: .huggingFace))
        let steps = try Steps(rule, weight: Matrix<Double>.zeros(gradient.rows, gradient.columns))
        try steps.update(gradient, rate: -1e8)
        return (steps.weight, steps)
    }

    @Test(arguments: shapes) func randomVectorsAreOrthonormal(shape: (Int, Int)) throws {
        let steps = try Steps(rule(.orthonormal), weight: Matrix<Double>.zeros(shape.0, shape.1))
        try steps.update(.normal(shape.0, shape.1, "g"))
        let p = Plain(steps.state("projector"))
        let gram = shape.0 >= shape.1 ? p * p.transposed : p.transposed * p
        let identity = (0..<3).map { i in (0..<3).map { i == $0 ? 1.0 : 0 } }
        #expect(Deviation(gram.elements, from: identity.flatMap { $0 }).largest < 1e-13)
        #expect(abs((steps.log.meanCapturedEnergy ?? 0)) < 1)
    }

    /// The same basis in every update between refreshes, another after, of variance 1/r; only a number is kept.
    @Test(arguments: shapes) func gaussianBasesComeFromANumber(shape: (Int, Int)) throws {
        let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g")
        var rule = rule(.gaussian, interval: 3)
        rule.inner = AdamWRule(AdamSettings(beta1: 0, beta2: 0, epsilon: 1e8, form: .huggingFace))
        let steps = try Steps(rule, weight: Matrix<Double>.zeros(shape.0, shape.1))
        let moves = try (1...6).map { _ in
            let before = Plain(steps.weight)
            try steps.update(gradient, rate: -1e8)
            return Plain(steps.weight) - before
        }
        #expect(Deviation(moves[1].elements, from: moves[0].elements).relative < 1e-6)
        #expect(Deviation(moves[2].elements, from: moves[0].elements).relative < 1e-6)
        #expect(Deviation(moves[3].elements, from: moves[0].elements).relative > 0.1)
        #expect(Deviation(moves[5].elements, from: moves[3].elements).relative < 1e-6)
        let state = rule.state(rows: shape.0, columns: shape.1)
        #expect(state.last?.count == 1 && state.reduce(0) { $0 + $1.count } == 2 * 3 * max(shape.0, shape.1) + 1)
        #expect(steps.log.meanCapturedEnergy == nil, "a length inside a skew basis is no share")
    }

    /// E[PᵀP] = I: averaged over bases, lengths are kept.
    @Test func gaussianBasesKeepLengthsOnAverage() throws {
        let gradient = try Matrix<Double>.normal(8, 32, "g")
        var rule = rule(.gaussian, rank: 8, interval: 1)
        rule.inner = AdamWRule(AdamSettings(beta1: 0, beta2: 0, epsilon: 1e8, form: .huggingFace))
        let steps = try Steps(rule, weight: Matrix<Double>.zeros(8, 32))
        let count = 400
        for _ in 0..<count { try steps.update(gradient, rate: -1e8 / Double(count)) }
        #expect(Deviation(steps.weight.elements, from: gradient.elements).relative < 0.15)
    }

    // MARK: The cosine transform

    /// Q by its formula.
    private func cosines(_ d: Int) -> Plain {
        var q = Plain(d, d)
        for i in 0..<d {
            for j in 0..<d {
                let first: Double = i == 0 ? 0.5.squareRoot() : 1
                q.rows[i][j] = first * (2 / Double(d)).squareRoot() * cos(Double.pi * Double(i * (2 * j + 1)) / Double(2 * d))
            }
        }
        return q
    }

    /// All columns are the whole space, some are their part of it.
    @Test(arguments: shapes, Projector.ColumnNorm.allCases) func columnsOfTheTransform(shape: (Int, Int), norm: Projector.ColumnNorm) throws {
        let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g")
        let d = min(shape.0, shape.1)
        let (whole, _) = try lifted(.cosine(norm), gradient, rank: d)
        #expect(Deviation(whole.elements, from: gradient.elements).relative < 1e-7)

        let (part, steps) = try lifted(.cosine(norm), gradient, rank: 3)
        let q = cosines(d)
        let isRight = shape.0 >= shape.1
        let s = isRight ? (Plain(gradient) * q).transposed : q.transposed * Plain(gradient)
        let scores: [Double] = s.rows.map { row in row.map { norm == .l1 ? abs($0) : $0 * $0 }.reduce(0, +) }
        let best = scores.indices.sorted { scores[$0] > scores[$1] }.prefix(3)
        #expect(steps.state("indices").elements.map { Int($0) } == Array(best))
        let p = Plain(best.map { q.transposed.rows[$0] })
        let exact = isRight ? Plain(gradient) * p.transposed * p : p.transposed * (p * Plain(gradient))
        #expect(Deviation(part.elements, from: exact.elements).relative < 1e-7)
    }

    /// By the second norm no other choice of columns keeps more.
    @Test func squaresKeepTheMost() throws {
        let gradient = try Matrix<Double>.normal(7, 6, "g")
        let (part, _) = try lifted(.cosine(.l2), gradient, rank: 2)
        let q = cosines(6)
        let mine = (Plain(gradient) - Plain(part)).squared
        for a in 0..<6 {
            for b in 0..<a {
                let p = Plain([a, b].map { q.transposed.rows[$0] })
                #expect((Plain(gradient) - Plain(gradient) * p.transposed * p).squared >= mine * (1 - 1e-6))
            }
        }
    }

    /// Turned, a column's state stays with the column, and a new one begins at zero.
    @Test(arguments: [(9, 6), (6, 9)]) func stateStaysWithItsColumn(shape: (Int, Int)) throws {
        var rule = rule(.cosine(.l1), rank: 3, interval: 1)
        rule.stateAtRefresh = .rotate
        let steps = try Steps(rule, weight: Matrix<Double>.zeros(shape.0, shape.1))
        let isRight = shape.0 >= shape.1
        func slots(_ name: String) -> [[Double]] { (isRight ? Plain(steps.state(name)).transposed : Plain(steps.state(name))).rows }
        var changes = 0
        for t in 1...8 {
            let (old, m, v) = (steps.state("indices").elements.map { Int($0) }, slots("exp_avg"), slots("exp_avg_sq"))
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            try steps.update(gradient)
            guard t > 1 else { continue }
            let q = cosines(6)
            let s = (isRight ? (Plain(gradient) * q).transposed : q.transposed * Plain(gradient)).rows
            for (slot, column) in steps.state("indices").elements.map({ Int($0) }).enumerated() {
                let before = old.firstIndex(of: column)
                if before != slot { changes += 1 }
                let zeros = [Double](repeating: 0, count: s[column].count)
                let (oldM, oldV) = (before.map { m[$0] } ?? zeros, before.map { v[$0] } ?? zeros)
                let exact: [Double] = zip(oldM, s[column]).map { 0.9 * $0 + 0.1 * $1 }
                let square: [Double] = zip(oldV, s[column]).map { 0.999 * $0 + 0.001 * $1 * $1 }
                #expect(Deviation(slots("exp_avg")[slot], from: exact).relative < 1e-12)
                #expect(Deviation(slots("exp_avg_sq")[slot], from: square).relative < 1e-12)
            }
        }
        #expect(changes > 3)
    }

    // MARK: From singular vectors to random ones

    @Test func basesAreRandomLateInARun() throws {
        var rule = rule(.singularVectors(.exact), interval: 1)
        rule.randomFrom = 0.5
        let steps = try Steps(rule, weight: Matrix<Double>.zeros(9, 5))
        let gradient = try Matrix<Double>.normal(9, 5, "g")
        let values = try ThinSVD(of: gradient, ledger: MemoryLedger()).singularValues.elements.prefix(3)
        let best = values.map { $0 * $0 }.reduce(0, +) / gradient.sumOfSquares()
        for t in 1...10 {
            let log = RefreshLog()
            try steps.update(gradient, totalSteps: 10, log: log)
            #expect((abs((log.meanCapturedEnergy ?? 0) - best) < 1e-12) == (t <= 5), "update \(t)")
        }
    }
}
