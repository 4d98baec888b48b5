import Foundation
import SLNumerics
import SLTestSupport
import Testing

/// Rows of logits long enough to be taken in several blocks.
@Suite(.everyVectorUnit(threads: 1)) struct LongSoftmaxTests {
    /// Around one block and two, and so long that blocks grow.
    static let lengths = [1023, 1024, 1025, 2047, 2048, 2063, 3000, 70_001]

    /// The largest element of every block below or above that of the one before, by little and by more than exp can tell apart.
    @Test(arguments: lengths) func maximaThatRiseAndFall(n: Int) throws {
        let noise = try Matrix<Float>.normal(1, n, "noise").elements
        for (first, last) in [(Float(0), Float(30)), (30, 0), (-200, 300), (300, -200), (5, 5)] {
            let x = try Twin(noise.enumerated().map { $1 + first + (last - first) * Float($0) / Float(n) })
            let exact = Reference.logSumExp(x.double.base, n) as Double
            #expect(abs(Double(Float.logSumExp(x.float.base, n)) - exact) < 2e-6 * max(1, abs(exact)))
            let total = Float.scaledSoftmax(x.float.base, n, scale: 0.5)
            _ = Reference.scaledSoftmax(x.double.base, n, scale: 0.5) as Double
            #expect(abs(Double(total) - exact) < 2e-6 * max(1, abs(exact)))
            #expect(x.error < sumTolerance, "from \(first) to \(last)")
        }
    }

    /// Elements of probability 0, a whole block of them first; a row of nothing else has no probabilities.
    @Test func minusInfinity() throws {
        let n = 2100
        let x = try Twin((0..<n).map { $0 < 1100 ? -.infinity : Float($0 % 7) })
        let exact = Reference.scaledSoftmax(x.double.base, n, scale: 1) as Double
        let total = Float.scaledSoftmax(x.float.base, n, scale: 1)
        #expect(abs(Double(total) - exact) < 1e-6 * exact)
        #expect(x.error < sumTolerance)
        #expect(x.float.elements[..<1100].allSatisfy { $0 >= 0 && $0 < 1e-30 })
        x.float.fill(-.infinity)
        #expect(Float.logSumExp(x.float.base, n).isNaN)
    }

    @Test(arguments: [0, 1023, 1024, 2098, 2099]) func notANumberAndInfinitySpoilTheRow(position: Int) throws {
        for spoilt in [Float.nan, .infinity] {
            let x = try Matrix<Float>.normal(1, 2100, "x")
            x[0, position] = spoilt
            #expect(!Float.logSumExp(x.base, 2100).isFinite)
            #expect(!Float.scaledSoftmax(x.base, 2100, scale: 1).isFinite)
            #expect(x[0, position].isNaN)
        }
    }

    /// Brain floats are the other form's results rounded once, in memory of their own and at the beginning of the row's.
    @Test(arguments: [1, 7, 8, 15, 16, 17, 33] + lengths) func roundedResults(n: Int) throws {
        let x = try Matrix<Float>.normal(1, n, "x", deviation: 4)
        let (plain, apart) = (try x.duplicate(), try x.duplicate())
        let total = Float.scaledSoftmax(plain.base, n, scale: 0.25)
        let nearest = plain.elements.map { BFloat16(nearest: $0) }
        let target = UnsafeMutablePointer<BFloat16>.allocate(capacity: n + 1)
        defer { target.deallocate() }
        target.initialize(repeating: BFloat16(bits: 0x1234), count: n + 1)
        #expect(Float.scaledSoftmax(apart.base, rounding: target, n, scale: 0.25) == total)
        #expect(Array(UnsafeBufferPointer(start: target, count: n)) == nearest)
        #expect(target[n] == BFloat16(bits: 0x1234), "no more than n are written")
        let same = UnsafeMutableRawPointer(x.base).assumingMemoryBound(to: BFloat16.self)
        #expect(Float.scaledSoftmax(x.base, rounding: same, n, scale: 0.25) == total)
        #expect(Array(UnsafeBufferPointer(start: same, count: n)) == nearest)
    }

    @Test func notANumberStaysOneWhenRounded() throws {
        let x = try Matrix<Float>.normal(1, 40, "x")
        x[0, 20] = Float(bitPattern: 0x7fff_fe00)
        let same = UnsafeMutableRawPointer(x.base).assumingMemoryBound(to: BFloat16.self)
        #expect(Float.scaledSoftmax(x.base, rounding: same, 40, scale: 1).isNaN)
        #expect((0..<40).allSatisfy { same[$0].value.isNaN })
    }
}
