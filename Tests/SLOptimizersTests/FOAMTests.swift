import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct FOAMTests {
    /// Blocks that divide a row, that do not, and that are longer than one.
    static let shapes = [(5, 8), (3, 11), (6, 3), (1, 7)]

    private let settings = AdamSettings(beta1: 0.8, beta2: 0.9, epsilon: 1e-6)

    /// The paper's equations, and the code's second moment.
    @Test(arguments: shapes, FOAMRule.Squares.allCases) func followsTheAlgorithm(shape: (Int, Int), squares: FOAMRule.Squares) throws {
        let (size, alpha, rho) = (4, 0.25, 0.7)
        let blocks = (shape.1 + size - 1) / size
        var (m, v) = (PlainMatrix(shape.0, blocks), PlainMatrix(shape.0, blocks))
        let rule = FOAMRule(settings, level: 2, scale: alpha, residualScale: rho, squares: squares)
        let apart = try deviation(rule, shape.0, shape.1) { weight, gradient, rate, decay, k in
            var (c1, c2) = (1.0, 1.0)
            for _ in 0..<k { (c1, c2) = (c1 * 0.8, c2 * 0.9) }
            let step = rate * (1 - c2).squareRoot() / (1 - c1)
            for i in 0..<shape.0 {
                for block in 0..<blocks {
                    let places = block * size..<min(shape.1, (block + 1) * size)
                    let mean = places.reduce(0) { $0 + gradient[i, $1] } / Double(size)
                    let square = squares == .ofMeans ? mean * mean : places.reduce(0) { $0 + gradient[i, $1] * gradient[i, $1] } / Double(size)
                    m[i, block] = 0.8 * m[i, block] + 0.2 * mean
                    v[i, block] = 0.9 * v[i, block] + 0.1 * square
                    for j in places {
                        let rest = rho * (gradient[i, j] - mean)
                        weight[i, j] -= alpha * step * (m[i, block] + rest) / ((v[i, block] + rest * rest).squareRoot() + 1e-6)
                        weight[i, j] *= 1 - rate * decay
                    }
                }
            }
        }
        #expect(apart < 1e-12)
    }

    /// Blocks of one entry are Adam's entries, with nothing beside their means.
    @Test(arguments: shapes, FOAMRule.Squares.allCases) func levelZeroIsAdam(shape: (Int, Int), squares: FOAMRule.Squares) throws {
        var adam = settings
        adam.form = .huggingFace
        let (mine, plain) = (
            try Steps(FOAMRule(settings, level: 0, squares: squares), weight: Matrix<Double>.normal(shape.0, shape.1, "w")),
            try Steps(AdamWRule(adam), weight: Matrix<Double>.normal(shape.0, shape.1, "w"))
        )
        for t in 1...6 {
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            for steps in [mine, plain] { try steps.update(gradient, rate: 0.1, decay: 0.05, gradientScale: 0.7) }
        }
        #expect(Deviation(mine.weight.elements, from: plain.weight.elements).relative < 1e-12)
    }

    /// Gradients that are alike within blocks lose nothing by being folded: every entry steps as Adam would.
    @Test func blocksOfOneValueStepAsAdam() throws {
        var adam = settings
        adam.form = .huggingFace
        let mine = try Steps(FOAMRule(settings, level: 2), weight: Matrix<Double>.zeros(3, 8))
        let plain = try Steps(AdamWRule(adam), weight: Matrix<Double>.zeros(3, 8))
        for t in 1...5 {
            let blocks = try Matrix<Double>.normal(3, 2, "b\(t)")
            let gradient = try Matrix<Double>.zeros(3, 8)
            for i in 0..<3 { for j in 0..<8 { gradient[i, j] = blocks[i, j / 4] } }
            for steps in [mine, plain] { try steps.update(gradient) }
        }
        #expect(Deviation(mine.weight.elements, from: plain.weight.elements).relative < 1e-12)
    }

    /// A share of 2^−level of Adam's state, its last block counted whole.
    @Test func declaresWhatItKeeps() {
        func count(_ level: Int, _ columns: Int) -> Int { FOAMRule(level: level).stateCount(rows: 5, columns: columns) }
        #expect(count(0, 8) == 80 && count(2, 8) == 20 && count(2, 9) == 30 && count(30, 9) == 10)
        #expect(FOAMRule(level: 2).state(rows: 5, columns: 8).map(\.kind) == [.momentum, .secondMoment])
    }
}
