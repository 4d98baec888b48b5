import SLReport
import Testing

/// Whether a row is as good as the reference but for a margin.
@Suite struct EquivalenceTests {
    private static let differences = [0.006, -0.002, 0.012, -0.005, 0.013, -0.007]

    private func near(_ value: Double?, _ expected: Double) -> Bool { value.map { abs($0 - expected) <= 1e-11 } ?? false }

    /// `stats.ttest_1samp(d, 0.015, alternative="less")`, the larger p of it and of `ttest_1samp(d, -0.015, alternative="greater")`, and
    /// d.mean() + stats.t.ppf(q, 5)·se.
    @Test func agreesWithScipy() throws {
        let test = try #require(EquivalenceTest(Self.differences))
        #expect(near(test.notWorse(than: 0.015), 0.009380468661503575) && near(test.within(0.015), 0.009380468661503575))
        #expect(near(test.smallestNotWorse(), 0.009993925541632835) && near(test.smallestWithin(), 0.009993925541632835))
        #expect(near(test.smallestNotWorse(rows: 3), 0.013180266814805672))
        let other = try #require(EquivalenceTest(Self.differences.map { -$0 }))
        #expect(near(other.within(0.015), 0.009380468661503575) && other.notWorse(than: 0.015) < 0.0094 && (other.smallestNotWorse() ?? 1) < 0.01)
        #expect(near(other.smallestWithin(), 0.009993925541632835))
    }

    /// The margin at which the p is 5 % is the smallest that can be said.
    @Test func theBoundIsWhereTheTestTurns() throws {
        let test = try #require(EquivalenceTest(Self.differences))
        let margin = try #require(test.smallestWithin())
        #expect(abs(test.within(margin) - 0.05) < 1e-12 && test.within(margin * 1.01) < 0.05 && test.within(margin * 0.99) > 0.05)
    }

    /// `stats.permutation_test((d - 0.015,), np.sum, permutation_type="samples", alternative="less", n_resamples=np.inf)`.
    @Test func theExactTest() throws {
        let test = try #require(EquivalenceTest(Self.differences))
        #expect(test.exactNotWorse(than: 0.015) == 1.0 / 64 && test.exactWithin(0.015) == 1.0 / 64)
        // All patterns written out: of d − 0.006 the two negative sums and ties of 2⁶.
        let middle = Self.differences.map { $0 - 0.006 }
        let sums = (0..<64).map { pattern in middle.enumerated().reduce(0.0) { $0 + (pattern >> $1.offset & 1 == 0 ? $1.element : -$1.element) } }
        let share = Double(sums.count { $0 <= middle.reduce(0, +) + 1e-15 }) / 64
        #expect(test.exactNotWorse(than: 0.006) == share && share > 1.0 / 64 && share < 1)
    }

    @Test func nothingIsMadeOfNothing() throws {
        #expect(EquivalenceTest([]) == nil && EquivalenceTest([0.1]) == nil && EquivalenceTest([0.1, .nan]) == nil)
        let flat = try #require(EquivalenceTest([0.25, 0.25, 0.25]))
        #expect(flat.within(0.5) == 0 && flat.within(0.25) == 1 && flat.within(0.125) == 1)
    }

    /// At the very margin the claim is false, and made in at most one of twenty; well inside it is made as often as was promised.
    @Test(arguments: [6, 10]) func falseClaimsAtTheMargin(seeds: Int) throws {
        for (margin, sign) in [(2.0, 1.0), (2.0, -1.0), (5.0, 1.0)] {
            let found = SimulatedNoise.share(of: 4000, seed: UInt64(seeds)) { noise in
                EquivalenceTest(noise.next(seeds, mean: sign * margin))?.within(margin) ?? 1 < 0.05
            }
            #expect(found.share < 0.05 + found.error, "\(margin) \(found)")
        }
        let exact = SimulatedNoise.share(of: 1000, seed: 3) { noise in
            EquivalenceTest(noise.next(seeds, mean: 3))?.exactWithin(3) ?? 1 <= 0.05
        }
        #expect(exact.share < 0.05 + exact.error)
        let earned = SimulatedNoise.share(of: 4000, seed: 4) { noise in EquivalenceTest(noise.next(seeds))?.within(1.5) ?? 1 < 0.05 }
        let promised = try #require(PairedPower.ofEquivalence(margin: 1.5, seeds: seeds))
        #expect(abs(earned.share - promised) < earned.error, "\(earned) \(promised)")
    }
}
