import SLNumerics
import SLRandom
import SLTestSupport
import Testing

@Suite(.everyVectorUnit(threads: 2)) struct MatrixTests {
    @Test func startsWithZeros() throws {
        #expect(try Matrix<Float>.zeros(3, 5).elements == [Float](repeating: 0, count: 15))
    }

    @Test func windowsSeeTheSameElements() throws {
        let matrix = try Matrix<Float>.of(3, 4, (0..<12).map(Float.init))
        let window = matrix.window(rows: 1..<3, columns: 1..<3)
        #expect(window.elements == [5, 6, 9, 10])
        #expect(!window.isContiguous && matrix.isContiguous && window.stride == 4)
        window[1, 0] = -1
        #expect(matrix[2, 1] == -1)
        #expect(window.window(rows: 1..<2, columns: 1..<2).elements == [10])
        #expect(matrix.window(rows: 2..<3).isContiguous)
        #expect(matrix.window(rows: 1..<1).elements.isEmpty)
        #expect(matrix.reshaped(rows: 6, columns: 2)[4, 1] == -1)
        #expect(matrix.window(rows: 1..<3).reshaped(from: 1, rows: 1, columns: 3).elements == [5, 6, 7])
    }

    @Test(arguments: [(1, 1), (3, 7), (40, 33), (257, 129)]) func elementwise(rows: Int, columns: Int) throws {
        let (a, b) = (try Matrix<Float>.normal(rows, columns, "a"), try Matrix<Float>.normal(rows, columns, "b"))
        for (x, y) in [
            (try a.duplicate(), b), (try a.asWindow(), b), (try a.duplicate(), try b.asWindow()), (try a.asWindow(), try b.asWindow()),
        ] {
            x.add(y, scaledBy: 2)
            // One multiplication and one addition, fused or not.
            let exact = zip(a.elements, b.elements).map { Double($0) + 2 * Double($1) }
            #expect(Deviation(x.elements, from: exact).relativeToLargest < elementwiseTolerance)
            let squares = x.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
            #expect(abs(x.sumOfSquares() - squares) <= sumTolerance * squares)
            x.scale(by: -0.5)
            #expect(Deviation(x.elements, from: exact.map { -0.5 * $0 }).relativeToLargest < elementwiseTolerance)
            x.copy(from: y)
            #expect(x.elements == b.elements)
            x.fill(4)
            #expect(x.elements.allSatisfy { $0 == 4 })
        }
    }

    @Test func finiteness() throws {
        let x = try Matrix<Float>.normal(30, 31, "x")
        #expect(x.isFinite)
        x[17, 3] = .nan
        #expect(!x.isFinite)
        x[17, 3] = -.infinity
        #expect(!x.isFinite)
    }

    @Test func randomFills() throws {
        let x = try Matrix<Double>.zeros(201, 333)
        var stream = RandomStream(seed: 4, name: "fill")
        x.fillNormal(deviation: 0.02, from: &stream)
        let n = Double(x.count)
        #expect(abs(x.elements.reduce(0, +) / n) < 4 * 0.02 / n.squareRoot())
        #expect(abs((x.sumOfSquares() / n).squareRoot() / 0.02 - 1) < 4 / (2 * n).squareRoot())
        x.fillUniform(bound: 0.5, from: &stream)
        #expect(x.elements.allSatisfy { $0 >= -0.5 && $0 < 0.5 })
        #expect(abs(x.sumOfSquares() / n - 0.25 / 3) < 0.002)
        // Float gets the same draws, rounded.
        var (one, two) = (RandomStream(seed: 4, name: "same"), RandomStream(seed: 4, name: "same"))
        let (f, d) = (try Matrix<Float>.zeros(3, 5), try Matrix<Double>.zeros(3, 5))
        f.fillNormal(deviation: 0.02, from: &one)
        d.fillNormal(deviation: 0.02, from: &two)
        #expect(f.elements == d.elements.map { Float($0) })
        #expect(one == two)
    }

    @Test func scratchHandsOutPiecesInOrder() throws {
        let space = try Matrix<Float>.zeros(1, 12)
        var scratch = Scratch(space)
        scratch.take(rows: 2, columns: 3).fill(1)
        var copy = scratch
        scratch.take(rows: 1, columns: 4).fill(2)
        #expect(space.elements == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 0, 0])
        copy.take(rows: 1, columns: 2).fill(3)
        #expect(space.elements == [1, 1, 1, 1, 1, 1, 3, 3, 2, 2, 0, 0], "a copy goes on where it was made")
    }
}
