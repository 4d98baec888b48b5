import SLNumerics
import SLTestSupport
import Testing

@Suite(.everyVectorUnit(threads: 1)) struct SumTests {
    @Test(arguments: lengths) func sumOfSquares(n: Int) throws {
        let x = try Twin(1, n, "x")
        let (fast, plain) = (Float.sumOfSquares(x.float.base, n), Reference.sumOfSquares(x.double.base, n) as Double)
        #expect(abs(fast - plain) <= sumTolerance * plain)
    }

    /// 2²⁰ equal squares: a plain Float sum is off by 1e-2 here; 512 additions a lane err by 512·6e-8/2 at most.
    @Test func longSumsKeepTheirDigits() throws {
        let x = try Matrix<Float>.zeros(1, 1 << 20)
        x.fill(0.1)
        let exact = Double(1 << 20) * Double(Float(0.1)) * Double(Float(0.1))
        #expect(abs(x.sumOfSquares() - exact) < 1.6e-5 * exact)
    }

    @Test(arguments: lengths) func dot(n: Int) throws {
        let (x, y) = (try Twin(1, n, "x"), try Twin(1, n, "y"))
        let fast = Double(Float.dot(x.float.base, y.float.base, n))
        let plain = Reference.dot(x.double.base, y.double.base, n) as Double
        // The terms cancel: the error is relative to ‖x‖·‖y‖, not to the sum.
        let size = (x.double.sumOfSquares() * y.double.sumOfSquares()).squareRoot()
        #expect(abs(fast - plain) <= sumTolerance * size)
    }

    @Test(arguments: lengths) func addScaledAndScale(n: Int) throws {
        let (x, y) = (try Twin(1, n, "x"), try Twin(1, n, "y"))
        Float.addScaled(y.float.base, -1.5, x.float.base, n)
        Reference.addScaled(y.double.base, -1.5, x.double.base, n)
        #expect(y.error < elementwiseTolerance)
        Float.scale(y.float.base, 0.3, n)
        Reference.scale(y.double.base, Double(Float(0.3)), n)
        #expect(y.error < elementwiseTolerance)
    }

    @Test func nothingIsTouchedBehindTheEnd() throws {
        for n in [1, 7, 8, 9, 13] {
            let x = try Matrix<Float>.normal(1, n, "x").asWindow()
            Float.scale(x.base, 2, n)
            Float.silu(x.base, x.base, n)
            _ = Float.scaledSoftmax(x.base, n, scale: 1)
            #expect((x.base - 1).pointee == -77 && (x.base + n).pointee == -77)
        }
    }
}
