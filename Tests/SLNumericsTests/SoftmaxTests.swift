import Foundation
import SLNumerics
import SLTestSupport
import Testing

@Suite(.everyVectorUnit(threads: 1)) struct SoftmaxTests {
    @Test(arguments: lengths) func logSumExpAndSoftmax(n: Int) throws {
        let x = try Twin(1, n, "x", deviation: 4)
        let exact = Reference.logSumExp(x.double.base, n) as Double
        #expect(abs(Double(Float.logSumExp(x.float.base, n)) - exact) < 2e-6 * max(1, abs(exact)))
        let total = Float.scaledSoftmax(x.float.base, n, scale: 0.25)
        #expect(abs(Double(total) - exact) < 2e-6 * max(1, abs(exact)))
        _ = Reference.scaledSoftmax(x.double.base, n, scale: 0.25) as Double
        #expect(x.error < sumTolerance)
        #expect(abs(x.float.elements.reduce(0.0) { $0 + Double($1) } - 0.25) < 1e-6)
    }

    @Test(arguments: [1, 2, 7, 8, 9, 63, 64, 65, 130]) func causalRows(n: Int) throws {
        for valid in Set([1, n / 2 + 1, n]).sorted() where valid <= n {
            let (p, dp) = (try Twin(1, n, "p", deviation: 5), try Twin(1, n, "dp"))
            let scores = try p.float.duplicate()
            let lse = Float.causalSoftmax(p.float.base, valid: valid, n, scale: 0.3)
            let exact = Reference.causalSoftmax(p.double.base, valid: valid, n, scale: Double(Float(0.3)))
            #expect(abs(Double(lse) - exact) < 2e-6 * max(1, abs(exact)))
            #expect(p.error < sumTolerance)
            #expect(p.float.elements[valid...].allSatisfy { $0 == 0 })
            // The way back makes the same probabilities from the log-sum-exp.
            Float.causalProbabilities(scores.base, valid: valid, n, scale: 0.3, logSumExp: lse)
            #expect(Deviation(scores.elements, from: p.double.elements).relativeToLargest < sumTolerance)
            Float.causalSoftmaxBackward(p.float.base, dp.float.base, valid: valid, n, delta: 0.7, scale: 0.3)
            Reference.causalSoftmaxBackward(
                p.double.base, dp.double.base, valid: valid, n, delta: Double(Float(0.7)), scale: Double(Float(0.3)))
            #expect(dp.error < sumTolerance)
            #expect(dp.float.elements[valid...].allSatisfy { $0 == 0 })
        }
    }

    /// What stands behind the causal mask is no score, whatever it is.
    @Test(arguments: [1, 15, 16, 17, 40]) func nothingBehindTheMaskCounts(valid: Int) throws {
        for n in [valid + 1, valid + 16, 64] {
            let (scores, p, dp) = (try Twin(1, n, "scores"), try Twin(1, n, "p"), try Twin(1, n, "dp"))
            for (index, spoilt) in [Float.nan, .infinity, -.infinity].enumerated() where valid + index < n {
                for matrix in [scores.float, p.float, dp.float] { matrix[0, valid + index] = spoilt }
            }
            let again = try scores.float.duplicate()
            let total = Float.causalSoftmax(scores.float.base, valid: valid, n, scale: 0.5)
            let exact = Reference.causalSoftmax(scores.double.base, valid: valid, n, scale: 0.5)
            #expect(abs(Double(total) - exact) < 2e-6 * max(1, abs(exact)))
            #expect(scores.error < sumTolerance)
            Float.causalProbabilities(again.base, valid: valid, n, scale: 0.5, logSumExp: total)
            #expect(Deviation(again.elements, from: scores.double.elements).relativeToLargest < sumTolerance)
            Float.causalSoftmaxBackward(p.float.base, dp.float.base, valid: valid, n, delta: 0.25, scale: 0.5)
            Reference.causalSoftmaxBackward(p.double.base, dp.double.base, valid: valid, n, delta: 0.25, scale: 0.5)
            #expect(dp.error < sumTolerance)
        }
    }

    /// Large scores of one sign must not overflow, and a row of equals is uniform.
    @Test(arguments: [Float(1e4), -1e4, 3e4, 0, 80, -80]) func extremeRows(level: Float) throws {
        for n in [1, 5, 8, 17] {
            let x = try Matrix<Float>.zeros(1, n)
            x.fill(level)
            let total = Float.scaledSoftmax(x.base, n, scale: 1)
            #expect(abs(Double(total) - (Double(level) + log(Double(n)))) < 1e-6 * max(1, Double(abs(level))))
            #expect(x.elements.allSatisfy { abs($0 - 1 / Float(n)) < 1e-6 })
            x.fill(level)
            _ = Float.causalSoftmax(x.base, valid: n, n, scale: 1)
            #expect(x.elements.allSatisfy { abs($0 - 1 / Float(n)) < 1e-6 })
        }
        let x = try Matrix<Float>.of(1, 9, [0, 0, 0, 0, 0, 0, 0, 0, level + 200])
        _ = Float.scaledSoftmax(x.base, 9, scale: 1)
        #expect(x.elements.allSatisfy { $0.isFinite })
        #expect(abs(x.elements.reduce(0, +) - 1) < 1e-6)
    }

    @Test func notANumberSpoilsTheRow() throws {
        for position in [0, 8, 10] {
            let x = try Matrix<Float>.normal(1, 11, "x")
            x[0, position] = .nan
            #expect(Float.logSumExp(x.base, 11).isNaN)
            #expect(Float.causalSoftmax(x.base, valid: 11, 11, scale: 1).isNaN)
        }
    }
}
