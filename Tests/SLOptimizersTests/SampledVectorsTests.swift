import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

/// Subspaces of singular vectors that are drawn by their singular values.
@Suite(.compute(threads: 2)) struct SampledVectorsTests {
    static let shapes = [(9, 5), (5, 9), (6, 6)]

    private func rule(rank: Int, interval: Int = 1) -> ProjectedRule {
        ProjectedRule(
            AdamWRule(AdamSettings(form: .huggingFace)), rank: rank, scale: 1, projector: .sampled, refresh: RefreshPolicy(interval: interval))
    }

    /// Which singular vectors of the gradient a basis has, in its order; fails where one is none.
    private func positions(_ basis: Plain, of gradient: Matrix<Double>, isRight: Bool) throws -> [Int] {
        let svd = try ThinSVD(of: gradient, ledger: MemoryLedger())
        let all = isRight ? Plain(svd.right) : Plain(svd.left).transposed
        let vectors = isRight ? basis : basis.transposed
        return try vectors.rows.map { vector in
            let cosines: [Double] = (Plain([vector]) * all.transposed).rows[0].map { abs($0) }
            return try #require(cosines.indices.first { cosines[$0] > 1 - 1e-9 }, "no singular vector: \(cosines)")
        }
    }

    @Test(arguments: shapes) func basesAreSingularVectors(shape: (Int, Int)) throws {
        let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g")
        let steps = try Steps(rule(rank: 3), weight: Matrix<Double>.zeros(shape.0, shape.1))
        var seen: Set<[Int]> = []
        for t in 1...20 {
            try steps.update(gradient, key: UInt64(t))
            let found = try positions(Plain(steps.state("projector")), of: gradient, isRight: shape.0 >= shape.1)
            #expect(found == Set(found).sorted(), "each once, by their values")
            seen.insert(found)
        }
        #expect(seen.count > 2)
        // By the tensor and the update alone.
        let again = try Steps(rule(rank: 3), weight: Matrix<Double>.zeros(shape.0, shape.1))
        for t in 1...20 { try again.update(gradient, key: UInt64(t)) }
        #expect(again.weight.elements == steps.weight.elements)
    }

    /// With as many as there are, nothing is drawn: the whole space.
    @Test(arguments: shapes) func allOfThemAreTheLeadingOnes(shape: (Int, Int)) throws {
        var leading = rule(rank: 9)
        leading.projector = .singularVectors(.exact)
        let (mine, other) = (
            try Steps(rule(rank: 9), weight: Matrix<Double>.zeros(shape.0, shape.1)),
            try Steps(leading, weight: Matrix<Double>.zeros(shape.0, shape.1))
        )
        for t in 1...4 { for steps in [mine, other] { try steps.update(.normal(shape.0, shape.1, "g\(t)"), key: UInt64(t)) } }
        #expect(mine.weight.elements == other.weight.elements)
    }

    /// Singular values 4, 3, 2, 1 and 0. One vector: each as often as its value says. Two: as often as drawing one after the other gives.
    @Test func oftenAsTheValuesSay() throws {
        let gradient = try Matrix<Double>.zeros(5, 5)
        for i in 0..<4 { gradient[i, i] = Double(4 - i) }
        let count = 4000
        var (single, first) = ([Double](repeating: 0, count: 5), [Double](repeating: 0, count: 5))
        for rank in [1, 2] {
            let steps = try Steps(rule(rank: rank), weight: Matrix<Double>.zeros(5, 5))
            for t in 1...count {
                try steps.update(gradient, key: UInt64(t) &* 0x9e37_79b9_7f4a_7c15)
                for index in 0..<5 {
                    let basis = steps.state("projector")
                    guard (0..<rank).contains(where: { abs(basis[$0, index]) > 0.5 }) else { continue }
                    if rank == 1 { single[index] += 1 / Double(count) } else { first[index] += 1 / Double(count) }
                }
            }
        }
        let shares = [0.4, 0.3, 0.2, 0.1, 0]
        // Of pairs: drawn first, or second after another.
        let pairs = shares.indices.map { i in
            shares[i] + shares.indices.filter { $0 != i }.reduce(0) { $0 + shares[$1] * shares[i] / (1 - shares[$1]) }
        }
        for i in 0..<5 {
            #expect(abs(single[i] - shares[i]) < 0.035, "\(single)")
            #expect(abs(first[i] - pairs[i]) < 0.035, "\(first), \(pairs)")
        }
        #expect(single[4] == 0 && first[4] == 0)
    }

    /// Singular values of zero come last, and do come where more are asked for than there are others.
    @Test func zeroValuesFillUp() throws {
        let gradient = try Matrix<Double>.zeros(5, 5)
        gradient[0, 0] = 2
        gradient[1, 1] = 1
        let steps = try Steps(rule(rank: 3), weight: Matrix<Double>.zeros(5, 5))
        for t in 1...10 {
            try steps.update(gradient, key: UInt64(t))
            let p = Plain(steps.state("projector"))
            #expect(abs((Plain(gradient) * p.transposed).squared - 5) < 1e-12 && abs(p.squared - 3) < 1e-12)
        }
        try steps.update(.zeros(5, 5))
        #expect(steps.weight.isFinite)
    }
}
