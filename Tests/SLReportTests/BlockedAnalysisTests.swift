import SLReport
import SLSpec
import Testing

/// Rows against a reference with the seeds taken out.
@Suite struct BlockedAnalysisTests {
    private static let reference = [7.012, 7.003, 6.991, 7.020, 7.007, 6.998]
    private static let rivals = [
        [6.982, 6.985, 6.958, 6.996, 6.991, 6.962], [7.018, 7.001, 7.003, 7.015, 7.02, 6.991], [7.11, 7.02, 7.19, 7.03, 7.08, 7.21],
    ]

    private func near(_ value: Double?, _ expected: Double, _ tolerance: Double = 1e-10) -> Bool {
        value.map { abs($0 - expected) <= tolerance * max(1e-3, abs(expected)) } ?? false
    }

    /// `smf.ols("y ~ C(row) + C(seed)", …).fit()` of statsmodels 0.15 (`mse_resid`, `df_resid`, `tvalues`), the double integral of Dunnett's
    /// definition at those t, `stats.ttest_rel`, `multipletests(…, method="holm")`, `stats.levene(*residuals, center="median")`.
    @Test func agreesWithStatsmodels() throws {
        let found = try #require(BlockedAnalysis(reference: Self.reference.bySeed, rivals: Self.rivals.map(\.bySeed)))
        #expect(near(found.residualDeviation, 0.044857149807905713) && found.degreesOfFreedom == 15 && found.seeds == [1, 2, 3, 4, 5, 6])
        for (row, expected) in zip(found.rows, [(-0.02616666666666, -1.01036281), (0.00283333333333, 0.10940234), (0.1015, 3.91917805)]) {
            #expect(abs(row.difference - expected.0) < 1e-12 && abs(row.t - expected.1) < 1e-8)
        }
        for (row, p) in zip(found.rows, [0.62841518825177, 0.999023781555069, 0.00371392787471625]) { #expect(near(found.pDunnett(row), p)) }
        for (row, p) in zip(found.rows, [0.0005367066463602501, 0.4614318346875441, 0.03582799752904642]) { #expect(near(row.pPaired, p)) }
        for (row, p) in zip(found.rows, [0.00161012, 0.46143183, 0.071656]) { #expect(abs((row.pPairedHolm ?? 1) - p) < 1e-8) }
        for (own, expected) in zip(found.rowDeviations, [0.02392029589188987, 0.03156549628242166, 0.02300682265956967, 0.07714130252695733]) {
            #expect(near(own, expected))
        }
        let even = try #require(found.evenness)
        #expect(near(even.statistic, 3.985198434524717) && near(even.pValue, 0.022364991936383596) && !found.isTrusted)
        #expect(abs(found.halfWidth95() - 0.06759536160951289) < 1e-10)
    }

    /// `stats.levene(a, b, c, d, center="median")`.
    @Test func brownAndForsythe() throws {
        let found = try #require(BrownForsythe([Self.reference] + Self.rivals))
        #expect(near(found.statistic, 9.34696364051054) && near(found.pValue, 0.0004560143056631336))
        #expect(BrownForsythe([[1, 2]]) == nil && BrownForsythe([[1, 2], [3]]) == nil && BrownForsythe([[1, 1], [2, 2]]) == nil)
    }

    /// `multipletests([0.01, 0.04, 0.03, 0.005, 0.5], method="holm")`.
    @Test func holm() {
        for (own, expected) in zip(Holm.adjusted([0.01, 0.04, 0.03, 0.005, 0.5]), [0.04, 0.09, 0.09, 0.025, 0.5]) { #expect(abs(own - expected) < 1e-15) }
        #expect(Holm.adjusted([]) == [] && Holm.adjusted([0.9, 0.8]) == [1, 1])
    }

    /// Of two rows the analysis is the paired t-test.
    @Test func onePairIsAPairedTest() throws {
        let found = try #require(BlockedAnalysis(reference: Self.reference.bySeed, rivals: [Self.rivals[0].bySeed]))
        #expect(near(found.pDunnett(found.rows[0]), found.rows[0].pPaired ?? 0) && found.evenness == nil && found.isTrusted)
    }

    @Test func seedsThatRowsLackAreLeftOut() throws {
        var short = Self.rivals[0].bySeed
        short[2] = nil
        let found = try #require(BlockedAnalysis(reference: Self.reference.bySeed, rivals: [short, Self.rivals[1].bySeed]))
        #expect(found.seeds == [1, 3, 4, 5, 6] && found.degreesOfFreedom == 8)
        #expect(BlockedAnalysis(reference: Self.reference.bySeed, rivals: [[9: 1, 8: 2]]) == nil)
        #expect(BlockedAnalysis(reference: Self.reference.bySeed, rivals: []) == nil)
        // Equal differences have no noise to be held against.
        #expect(BlockedAnalysis(reference: Self.reference.bySeed, rivals: [Self.reference.map { $0 + 0.1 }.bySeed]) == nil)
    }

    /// What a seed does to all rows alike is nothing.
    @Test func theSeedsPartIsTakenOut() throws {
        let plain = try #require(BlockedAnalysis(reference: Self.reference.bySeed, rivals: Self.rivals.map(\.bySeed)))
        let shift = [0.0, 3, -2, 1, 7, -5]
        func shifted(_ values: [Double]) -> [UInt64: Double] { zip(values, shift).map { $0 + $1 }.bySeed }
        let moved = try #require(BlockedAnalysis(reference: shifted(Self.reference), rivals: Self.rivals.map(shifted)))
        #expect(near(moved.residualDeviation, plain.residualDeviation, 1e-9) && near(moved.rows[2].t, plain.rows[2].t, 1e-9))
    }

    /// Of tables in which no row differs one in twenty makes a claim; intervals cover all true differences in nineteen of twenty.
    @Test func theLevelIsKept() throws {
        let critical = try #require(DunnettT.criticalValue(level: 0.05, rivals: 4, freedom: 20))
        let found = SimulatedNoise.share(of: 3000, seed: 11) { noise in
            let seeds = noise.next(6, deviation: 5)
            let rows = (0..<5).map { _ in zip(seeds, noise.next(6)).map { $0 + $1 }.bySeed }
            return BlockedAnalysis(reference: rows[0], rivals: Array(rows.dropFirst()))?.rows.contains { abs($0.t) > critical } ?? true
        }
        #expect(abs(found.share - 0.05) < found.error, "\(found)")
    }

    /// Noise that is four times as large in one of nine rows is found, equal noise is not.
    @Test func unequalNoiseIsSeen() {
        func flagged(_ deviations: [Double], seed: UInt64) -> (share: Double, error: Double) {
            SimulatedNoise.share(of: 1000, seed: seed) { noise in
                let rows = deviations.map { noise.next(6, deviation: $0).bySeed }
                return BlockedAnalysis(reference: rows[0], rivals: Array(rows.dropFirst())).map { !$0.isTrusted } ?? true
            }
        }
        #expect(flagged([1, 1, 1, 1, 1, 1, 1, 1, 4], seed: 5).share > 0.75)
        #expect(flagged([1, 1, 1, 1, 1, 1, 1, 1, 1], seed: 6).share < 0.25)
    }
}
