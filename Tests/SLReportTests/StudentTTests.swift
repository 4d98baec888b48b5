import Foundation
import SLReport
import Testing

/// Quantiles from printed tables of the t distribution, and its closed forms for one and two degrees of freedom.
@Suite struct StudentTTests {
    @Test(arguments: [(1, 12.7062), (2, 4.30265), (3, 3.18245), (4, 2.77645), (9, 2.26216), (30, 2.04227), (120, 1.97993)])
    func tabulatedQuantiles(freedom: Int, expected: Double) throws {
        let value = try #require(StudentT.quantile(0.975, degreesOfFreedom: freedom))
        #expect(abs(value - expected) < 6e-5)
    }

    @Test func manyDegreesAreNearlyNormal() throws {
        let value = try #require(StudentT.quantile(0.975, degreesOfFreedom: 1_000_000))
        #expect(abs(value - 1.959966) < 2e-6)
    }

    @Test(arguments: [0.6, 0.9, 0.975, 0.995, 0.9999])
    func closedForms(probability: Double) throws {
        let one = try #require(StudentT.quantile(probability, degreesOfFreedom: 1))
        #expect(abs(one / tan(.pi * (probability - 0.5)) - 1) < 1e-10)
        let a = 2 * probability - 1
        let two = try #require(StudentT.quantile(probability, degreesOfFreedom: 2))
        #expect(abs(two / (a * (2 / (1 - a * a)).squareRoot()) - 1) < 1e-10)
    }

    @Test(arguments: [1, 2, 3, 5, 17, 400])
    func quantileInvertsTheDistribution(freedom: Int) throws {
        for probability in [0.001, 0.2, 0.5, 0.8, 0.999] {
            let t = try #require(StudentT.quantile(probability, degreesOfFreedom: freedom))
            let back = try #require(StudentT.cumulative(t, degreesOfFreedom: freedom))
            #expect(abs(back - probability) < 1e-12)
        }
        #expect(StudentT.quantile(0.5, degreesOfFreedom: freedom) == 0)
    }

    @Test func refusesWhatHasNoAnswer() {
        #expect(StudentT.quantile(0.975, degreesOfFreedom: 0) == nil)
        #expect(StudentT.quantile(0, degreesOfFreedom: 3) == nil)
        #expect(StudentT.quantile(1, degreesOfFreedom: 3) == nil)
        #expect(StudentT.quantile(.nan, degreesOfFreedom: 3) == nil)
        #expect(StudentT.cumulative(.nan, degreesOfFreedom: 3) == nil)
        #expect(StudentT.cumulative(.infinity, degreesOfFreedom: 3) == 1)
    }
}

@Suite struct SampleSummaryTests {
    @Test func oneValueHasNoSpread() throws {
        let summary = try #require(SampleSummary([3.5]))
        #expect(summary.count == 1 && summary.mean == 3.5)
        #expect(summary.standardDeviation == nil && summary.halfWidth95 == nil && summary.interval95 == nil)
    }

    @Test func severalValues() throws {
        // Squared deviations of 2, 4, 4, 4, 5, 5, 7, 9 from their mean 5 add up to 32: sd = √(32/7).
        let summary = try #require(SampleSummary([2, 4, 4, 4, 5, 5, 7, 9]))
        #expect(summary.mean == 5)
        #expect(abs(try #require(summary.standardDeviation) - 2.138090) < 1e-6)
        // t(0.975, 7) = 2.364624
        #expect(abs(try #require(summary.halfWidth95) - 2.364624 * 2.138090 / 8.0.squareRoot()) < 1e-5)
        let pair = try #require(SampleSummary([1, 2])?.interval95)
        #expect(abs(pair.lowerBound - (1.5 - 12.7062 * 0.5)) < 1e-4)
    }

    @Test func spreadSurvivesALargeMean() throws {
        let summary = try #require(SampleSummary([1e9 + 1, 1e9 + 2, 1e9 + 3]))
        #expect(summary.standardDeviation == 1)
    }

    @Test func refusesNothingAndNonsense() {
        #expect(SampleSummary([]) == nil)
        #expect(SampleSummary([1, .nan]) == nil)
        #expect(SampleSummary([.infinity]) == nil)
    }
}
