import Foundation
import SLReport
import Testing

/// L(D) = E + A·(D/D₀)^−β: fitted, inverted, and with what is known of the inversion.
@Suite struct DataLawTests {
    private func points(_ pairs: [(Double, Double)]) -> [DataLaw.Point] { pairs.map { DataLaw.Point(tokens: $0.0, loss: $0.1) } }

    @Test(arguments: [(3.2, 1.5, 0.4), (0.5, 6, 0.08), (4, 0.2, 1.7), (1, 3, 0.9)])
    func exactLossesGiveTheirLawBack(floor: Double, excess: Double, exponent: Double) throws {
        let tokens = [1e6, 2e6, 4e6, 8e6]
        let law = try #require(DataLaw(points(tokens.map { ($0, floor + excess * pow($0 / 1e6, -exponent)) })))
        #expect(abs(law.floor - floor) < 1e-6 && abs(law.exponent - exponent) < 1e-6 && law.residual < 1e-9)
        #expect(abs(law.excess * pow(1e6 / law.scale, -exponent) - excess) < 1e-6)
        for count in [5e5, 3e6, 2e7] {
            #expect(abs(law.tokens(law.loss(count)) / count - 1) < 1e-9)
            #expect(abs(law.loss(count) - floor - excess * pow(count / 1e6, -exponent)) < 1e-6)
        }
    }

    /// Python 3.11, scipy 1.16: `least_squares(lambda t: t[0] + t[1]*(d/1e6)**-t[2] - y, …, bounds=([0, 0, .01], [inf, inf, 4]))`, best of five starts.
    @Test func agreesWithSciPy() throws {
        let noisy = [(1e6, 5.61), (1e6, 5.58), (2e6, 5.02), (2e6, 5.05), (4e6, 4.71), (4e6, 4.69), (8e6, 4.40), (8e6, 4.43)]
        let law = try #require(DataLaw(points(noisy)))
        #expect(abs(law.floor - 3.858_886_91) < 1e-6 && abs(law.exponent - 0.538_903_76) < 1e-6)
        #expect(abs(law.excess * pow(1e6 / law.scale, -law.exponent) - 1.732_011_54) < 1e-6)
        #expect(abs(law.residual - 0.019_664_451_67) < 1e-9)
        // The same law solved for D, and the one ρ by least_squares.
        for (loss, tokens) in [(5.3, 1_406_618.14), (4.9, 2_571_519.91), (4.5, 6_322_881.77)] { #expect(abs(law.tokens(loss) / tokens - 1) < 1e-6) }
        let other = points([(1e6, 5.7), (2e6, 5.15), (4e6, 4.78), (8e6, 4.5)])
        #expect(abs(law.factor(other) - 0.867_044_59) < 1e-6 && abs(law.residual(other, factor: law.factor(other)) - 0.027_713_387) < 1e-7)
    }

    /// Losses that fall faster than any power law with a floor above 0: the floor stays at its bound. scipy's, too.
    @Test func theFloorIsNeverBelowZero() throws {
        let law = try #require(DataLaw(points([(2.5e5, 7.9), (1e6, 6.9), (4e6, 5.5)])))
        #expect(law.floor == 0 && abs(law.exponent - 0.126_657_106) < 1e-6 && abs(law.excess * pow(1e6 / law.scale, -law.exponent) - 6.698_687_07) < 1e-6)
    }

    @Test func runsOfOneBudgetCountAsMany() throws {
        let apart = [(1e6, 5.6), (1e6, 5.8), (2e6, 5.1), (4e6, 4.7)]
        let joined = [DataLaw.Point(tokens: 1e6, loss: 5.7, weight: 2)] + points([(2e6, 5.1), (4e6, 4.7)])
        let (one, other) = (try #require(DataLaw(points(apart))), try #require(DataLaw(joined)))
        #expect(abs(one.floor - other.floor) < 1e-6 && abs(one.exponent - other.exponent) < 1e-6)
    }

    @Test func whatHasNoLawIsRefused() {
        #expect(DataLaw(points([(1e6, 5), (2e6, 4)])) == nil, "two budgets")
        #expect(DataLaw(points([(1e6, 5), (1e6, 5.1), (2e6, 4)])) == nil, "two budgets, three runs")
        #expect(DataLaw(points([(1e6, 4), (2e6, 5), (4e6, 6)])) == nil, "a loss that rises")
        #expect(DataLaw(points([(1e6, 5), (2e6, 5), (4e6, 5)])) == nil, "a loss that stays")
        #expect(DataLaw(points([(1e6, 5), (2e6, .nan), (4e6, 4)])) == nil)
        #expect(DataLaw(points([(0, 5), (2e6, 4.5), (4e6, 4)])) == nil)
    }

    @Test func atTheFloorNoTokensAreEnough() {
        let law = DataLaw(floor: 3, excess: 1, exponent: 0.5, scale: 1e6)
        #expect(law.tokens(3) == .infinity && law.tokens(2.9) == .infinity)
        #expect(law.factor([.init(tokens: 1e6, loss: 2.5)]) == .infinity)
        #expect(abs(law.factor([.init(tokens: 1e6, loss: 3.5)]) - 4) < 1e-12, "half the excess at β = ½ takes four times the tokens")
    }
}
