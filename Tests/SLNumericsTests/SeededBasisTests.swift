import SLNumerics
import SLTestSupport
import Testing

/// Random bases that are drawn when they are needed.
@Suite(.compute(threads: 2)) struct SeededBasisTests {
    @Test func aSmallerMatrixIsACorner() throws {
        let rows = SeededRows(seed: 3, name: "rows", .uniform(bound: 2))
        let (large, small) = (try Matrix<Float>.zeros(9, 40), try Matrix<Float>.zeros(5, 11))
        large.fill(from: rows)
        small.fill(from: rows)
        #expect(small.elements == large.window(rows: 0..<5, columns: 0..<11).elements)
        #expect(large.elements.allSatisfy { abs($0) <= 2 } && large.elements.contains { abs($0) > 1.9 })
        small.fill(from: SeededRows(seed: 4, name: "rows", .uniform(bound: 2)))
        #expect(small.elements != large.window(rows: 0..<5, columns: 0..<11).elements)
    }

    /// ±√s with probability 1/(2s) each: mean 0 and variance 1, to five standard errors.
    @Test(arguments: [3.0, 16]) func sparseEntriesHaveUnitVariance(sparsity: Double) throws {
        let matrix = try Matrix<Double>.zeros(200, 500)
        matrix.fill(from: SeededRows(seed: 1, name: "sparse", .ternary(sparsity: sparsity)))
        let values = matrix.elements
        #expect(values.allSatisfy { $0 == 0 || abs(abs($0) - sparsity.squareRoot()) < 1e-12 })
        let count = Double(values.count)
        let (mean, square) = (values.reduce(0, +) / count, values.reduce(0) { $0 + $1 * $1 } / count)
        #expect(abs(mean) < 5 / count.squareRoot())
        #expect(abs(square - 1) < 5 * ((sparsity - 1) / count).squareRoot())
    }

    private func unit(_ index: Int, of count: Int) throws -> Matrix<Double> {
        let vector = try Matrix<Double>.zeros(1, count)
        vector[0, index] = 1
        return vector
    }

    /// The sum of the bases, one by one, and projections on each of them.
    @Test(arguments: [(1, 1), (7, 37), (3, 300)]) func combinationsAreSumsOfBases(rows: Int, columns: Int) throws {
        let bases = SeededCombination(seed: 5, name: "mixture", bound: 0.5)
        let coefficients = try Matrix<Double>.normal(1, 6, "c")
        let gradient = try Matrix<Double>.normal(rows, columns, "g")
        let (sum, expected, projected) = (try Matrix<Double>.zeros(rows, columns), try Matrix<Double>.zeros(rows, columns), try Matrix<Double>.zeros(1, 6))
        sum.fill(1)
        expected.fill(1)
        sum.addCombination(coefficients, of: bases)
        let space = try Matrix<Double>.zeros(1, SeededCombination.spaceCount(bases: 6, threads: 2))
        space.fill(.nan)
        projected.fill(3)
        projected.setProjection(of: gradient, on: bases, accumulate: true, space: space)
        for i in 0..<6 {
            let basis = try Matrix<Double>.zeros(rows, columns)
            basis.addCombination(try unit(i, of: 6), of: bases)
            #expect(basis.elements.allSatisfy { abs($0) <= 0.5 })
            expected.add(basis, scaledBy: coefficients[0, i])
            let exact = zip(basis.elements, gradient.elements).reduce(3) { $0 + $1.0 * $1.1 }
            #expect(abs(projected[0, i] - exact) < 1e-12)
        }
        #expect(Deviation(sum.elements, from: expected.elements).relative < 1e-14)
    }

    /// P is linear with the transpose that it is said to have, for dimensions around powers of two and counts that end inside a block.
    @Test(arguments: [(1, 5), (2, 2), (3, 50), (8, 64), (13, 1000), (40, 33)]) func fastfoodHasItsTranspose(dimension: Int, count: Int) throws {
        let map = Fastfood(seed: 7, name: "map", dimension: dimension, count: count)
        let space = try Matrix<Double>.zeros(1, Fastfood.spaceCount(dimension: dimension, threads: 2))
        space.fill(.nan)
        let (theta, gradient) = (try Matrix<Double>.normal(1, dimension, "theta"), try Matrix<Double>.normal(1, count, "g"))
        let (image, back) = (try Matrix<Double>.zeros(1, count), try Matrix<Double>.zeros(1, dimension))
        image.addFastfood(theta, by: map, space: space)
        back.fill(.nan)
        back.setFastfood(transposing: gradient, by: map, accumulate: false, space: space)
        let left = zip(image.elements, gradient.elements).reduce(0) { $0 + $1.0 * $1.1 }
        let right = zip(theta.elements, back.elements).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(left - right) < 1e-12 * max(1, abs(left)))
        back.setFastfood(transposing: gradient, by: map, accumulate: true, space: space)
        let twice = zip(theta.elements, back.elements).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(twice - 2 * right) < 1e-12 * max(1, abs(right)))
    }

    /// Lengths are kept where a block is whole, and nearly so in the mean of many blocks.
    @Test func fastfoodKeepsLengths() throws {
        let theta = try Matrix<Double>.normal(1, 24, "theta")
        let image = try Matrix<Double>.zeros(1, 32 * 400)
        let space = try Matrix<Double>.zeros(1, Fastfood.spaceCount(dimension: 24, threads: 2))
        image.addFastfood(theta, by: Fastfood(seed: 1, name: "map", dimension: 24, count: image.count), space: space)
        #expect(abs((image.sumOfSquares() / theta.sumOfSquares()).squareRoot() - 1) < 0.05)
    }

    /// What is added has the same bits on one thread and on two.
    @Test func threadsDoNotChangeABasis() throws {
        func image(_ threads: Int) throws -> [Float] {
            Compute.configure(threads: threads)
            let target = try Matrix<Float>.zeros(20, 70)
            target.addCombination(try .normal(1, 5, "c"), of: SeededCombination(seed: 5, name: "mixture", bound: 1))
            target.addFastfood(
                try .normal(1, 5, "c"), by: Fastfood(seed: 5, name: "map", dimension: 5, count: 1400),
                space: try .zeros(1, Fastfood.spaceCount(dimension: 5, threads: 2)))
            return target.elements
        }
        #expect(try image(1) == image(2))
    }
}
