import SLNumerics
import SLTestSupport
import Testing

/// The three products against plain loops in Double.
struct ProductTests {
    static let shapes = [(1, 1, 1), (2, 3, 5), (7, 8, 9), (13, 1, 257), (31, 64, 17), (1, 97, 3), (65, 33, 129)]

    private func naive(_ m: Int, _ n: Int, _ k: Int, _ a: (Int, Int) -> Double, _ b: (Int, Int) -> Double) -> [Double] {
        (0..<m).flatMap { i in (0..<n).map { j in (0..<k).reduce(0.0) { $0 + a(i, $1) * b($1, j) } } }
    }

    private func check<S: Scalar>(_ m: Int, _ n: Int, _ k: Int, _ type: S.Type, tolerance: Double) throws {
        func both(_ rows: Int, _ columns: Int, _ name: String) throws -> (S: Matrix<S>, double: Matrix<Double>) {
            let twin = try Twin(rows, columns, name)
            return (try Matrix<S>.of(rows, columns, twin.float.elements.map { S($0) }).asWindow(), twin.double)
        }
        let (a, b) = (try both(m, k, "a"), try both(k, n, "b"))
        let (at, bt) = (try both(k, m, "at"), try both(n, k, "bt"))
        let c = try Matrix<S>.zeros(m, n).asWindow()
        func error(_ exact: [Double]) -> Double { Deviation(c.elements, from: exact).relativeToLargest }

        c.fill(.nan)
        c.setProduct(a.S, b.S)
        let plain = naive(m, n, k, { a.double[$0, $1] }, { b.double[$0, $1] })
        #expect(error(plain) < tolerance)
        c.setProduct(a.S, b.S, scale: 0.5, keep: 1)
        #expect(error(plain.map { 1.5 * $0 }) < tolerance)
        c.fill(.nan)
        c.setProduct(a.S, transposing: bt.S, scale: -2)
        #expect(error(naive(m, n, k, { -2 * a.double[$0, $1] }, { bt.double[$1, $0] })) < tolerance)
        c.fill(1)
        c.setProduct(transposing: at.S, b.S, keep: 1)
        #expect(error(naive(m, n, k, { at.double[$1, $0] }, { b.double[$0, $1] }).map { $0 + 1 }) < tolerance)
        #expect((c.base - 1).pointee == -77 && (c.base + n).pointee == -77, "a window's surroundings stay")
    }

    /// √257·6e-8 is 1e-6; ten times that.
    @Test(.compute(threads: 1), arguments: shapes) func onOneThread(m: Int, n: Int, k: Int) throws {
        try check(m, n, k, Float.self, tolerance: 1e-5)
        try check(m, n, k, Double.self, tolerance: 1e-13)
    }

    @Test(.compute(threads: 2), arguments: shapes) func onTwoThreads(m: Int, n: Int, k: Int) throws {
        try check(m, n, k, Float.self, tolerance: 1e-5)
        try check(m, n, k, Double.self, tolerance: 1e-13)
    }

    @Test(.compute(threads: 1)) func anEmptySumIsZero() throws {
        let c = try Matrix<Float>.normal(2, 3, "c")
        c.setProduct(try Matrix<Float>.zeros(2, 0), try Matrix<Float>.zeros(0, 3))
        #expect(c.elements == [0, 0, 0, 0, 0, 0])
    }

    @Test(.compute(threads: 1)) func theClockCountsOperations() throws {
        let (a, b, c) = (try Matrix<Float>.normal(64, 65, "a"), try Matrix<Float>.normal(65, 66, "b"), try Matrix<Float>.zeros(64, 66))
        let (operations, seconds) = (ProductClock.operations, ProductClock.seconds)
        for _ in 0..<10 { c.setProduct(a, b) }
        #expect(ProductClock.operations - operations >= 10 * 2 * 64 * 65 * 66)
        #expect(ProductClock.seconds > seconds)
    }
}
