import Foundation
import SLReport
import Testing

/// Distributions beside scipy 1.17, whose call stands at each list, and by integrals of their definitions
/// (`scipy.integrate.quad`, pieces to 1e-13) where scipy has none or draws random points.
@Suite struct DistributionTests {
    private func near(_ value: Double?, _ expected: Double, _ tolerance: Double = 1e-11) -> Bool {
        value.map { abs($0 - expected) <= tolerance * max(abs(expected), 1e-3) } ?? false
    }

    /// `stats.t.cdf(t, f)` and `stats.t.ppf(p, f)`: degrees of freedom need not be whole.
    @Test func studentsTOfBrokenDegrees() {
        for (t, f, p) in [
            (0.3, 2.5, 0.6063288142524014), (2.2, 7.3, 0.9689154172999882), (5, 3.7, 0.9954180161775533), (-1.7, 11.4, 0.05811082640188644),
        ] { #expect(near(StudentT.cumulative(t, freedom: f), p)) }
        for (p, f, t) in [
            (0.975, 2.5, 3.574654842003682), (0.95, 7.3, 1.882930017956431), (0.9999, 3.7, 14.78039644553547), (0.01, 40.2, -2.422755878789241),
        ] { #expect(near(StudentT.quantile(p, freedom: f), t)) }
        #expect(StudentT.cumulative(1, freedom: 0) == nil && StudentT.quantile(0.5, freedom: .infinity) == nil && StudentT.twoSided(.nan, freedom: 2) == nil)
        #expect(near(StudentT.twoSided(-2.2, freedom: 7.3), 2 * (1 - 0.9689154172999882)))
    }

    /// `stats.chi2.cdf`, `.sf` and `.ppf`.
    @Test func chiSquared() {
        for (x, f, lower, upper) in [
            (0.3, 1, 0.416117579229635, 0.583882420770365), (2.2, 7, 0.05205348766374039, 0.9479465123362596),
            (50, 20, 0.9997785233617512, 0.0002214766382487835), (1200, 1000, 0.9999877440576694, 1.225594233062289e-05),
            (0.01, 3, 0.0002651650586556101, 0.9997348349413444),
        ] as [(Double, Double, Double, Double)] {
            #expect(near(ChiSquared.cumulative(x, freedom: f), lower) && near(ChiSquared.upperTail(x, freedom: f), upper))
        }
        for (p, f, x) in [
            (0.025, 7, 1.689869180677355), (0.975, 7, 16.01276427462933), (0.025, 1, 0.0009820691171752555), (0.975, 1, 5.023886187314888),
            (0.5, 100, 99.33412923598846), (1e-12, 5, 5.124643496830541e-05),
        ] as [(Double, Double, Double)] { #expect(near(ChiSquared.quantile(p, freedom: f), x)) }
        #expect(near(ChiSquared.upperQuantile(0.025, freedom: 7), 16.01276427462933))
        #expect(ChiSquared.quantile(0, freedom: 3) == nil && ChiSquared.cumulative(1, freedom: -1) == nil && ChiSquared.cumulative(-1, freedom: 2) == 0)
    }

    /// `stats.f.sf(f, a, b)`.
    @Test func fishersF() {
        for (f, a, b, p) in [
            (1, 3, 20, 0.4132519140624603), (4.5, 7, 40, 0.0008971008472697455), (0.2, 1, 5, 0.6734284355375537), (80, 2, 6, 4.72203810160077e-05),
        ] as [(Double, Double, Double, Double)] { #expect(near(FisherF.upperTail(f, a, b), p)) }
        #expect(FisherF.upperTail(-1, 1, 1) == 1 && FisherF.upperTail(.infinity, 1, 1) == 0 && FisherF.upperTail(1, 0, 1) == nil)
    }

    /// `stats.norm.ppf` and `.cdf`.
    @Test func normal() {
        for (p, z) in [(0.975, 1.959963984540054), (0.8, 0.8416212335729143), (1e-10, -6.361340902404056), (0.9999999, 5.199337582290661)] {
            #expect(near(StandardNormal.quantile(p), z))
        }
        for (z, p) in [(-1.3, 0.09680048458561036), (0.4, 0.6554217416103242), (3, 0.9986501019683699)] { #expect(near(StandardNormal.cumulative(z), p)) }
        #expect(abs(StandardNormal.cumulative(-9) / 1.128588405953832e-19 - 1) < 1e-10 && StandardNormal.quantile(1) == nil)
    }

    /// `stats.nct.cdf(t, f, shift)`.
    @Test func noncentralT() {
        for (t, f, shift, p) in [
            (2, 5, 1, 0.7780746626162148), (2.57, 5, 3, 0.3276603128822015), (12.7, 1, 2.5, 0.8442941438655364), (63, 1, 30, 0.6339814100627319),
            (-2.3, 7, 0.4, 0.01156129258756195), (0, 4, 1.2, 0.1150696702217083), (3.5, 30, 5, 0.08181460806436304), (28, 2, 20, 0.6003876563628714),
            (2.1, 100, 2, 0.5373240183379878), (254.6, 1, 100, 0.6944894028760565),
        ] as [(Double, Double, Double, Double)] { #expect(near(NoncentralT.cumulative(t, freedom: f, shift: shift), p)) }
        // Without a shift it is the t distribution.
        #expect(near(NoncentralT.cumulative(2.2, freedom: 7.3, shift: 0), 0.9689154172999882))
        #expect(NoncentralT.cumulative(.nan, freedom: 3, shift: 0) == nil && NoncentralT.cumulative(1, freedom: 0, shift: 0) == nil)
    }

    /// The double integral of the definition by `scipy.integrate.quad`; and Dunnett's own printed two-sided 5 % points (Dunnett 1964).
    @Test func dunnett() {
        for (c, rivals, f, p) in [
            (2.5, 3, 10, 0.07653561289117028), (3, 8, 14, 0.05227494876857519), (2, 2, 5, 0.1690994437381894), (4, 17, 90, 0.001893353416419608),
            (6, 5, 10, 0.0005487111526525368), (2.7, 62, 310, 0.1820125477167484), (20, 3, 2, 0.004802309058419385), (1, 4, 30, 0.7135539235303194),
            (30, 2, 1, 0.02897490799094582),
        ] as [(Double, Int, Double, Double)] { #expect(near(DunnettT.upperTail(c, rivals: rivals, freedom: f), p, 1e-10)) }
        for (rivals, f, c) in [(2, 5, 3.03), (3, 10, 2.76), (9, 20, 2.95)] as [(Int, Double, Double)] {
            #expect(abs((DunnettT.criticalValue(level: 0.05, rivals: rivals, freedom: f) ?? 0) - c) < 0.0051)
        }
        #expect(near(DunnettT.criticalValue(level: 0.05, rivals: 8, freedom: 14), 3.0241972850624363, 1e-9))
        // One rival is a t-test, and more are never easier.
        #expect(near(DunnettT.upperTail(2.2, rivals: 1, freedom: 7.3), 2 * (1 - 0.9689154172999882)))
        let grown = (1...6).compactMap { DunnettT.upperTail(2.5, rivals: $0, freedom: 12) }
        #expect(grown == grown.sorted() && Set(grown).count == 6)
        #expect(DunnettT.upperTail(1, rivals: 0, freedom: 3) == nil && DunnettT.upperTail(-1, rivals: 2, freedom: 3) == 1)
    }
}
