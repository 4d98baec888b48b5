import SLReport
import SLSpec
import Testing

/// How far runs of one configuration lie apart, and what so many seeds can show.
@Suite struct NoiseFloorTests {
    /// `l.std(ddof=1)`, s·√(7 / stats.chi2.ppf([0.975, 0.025], 7)), stats.t.ppf(0.975, 7)·s·√(1/3).
    @Test func agreesWithScipy() throws {
        let floor = try #require(NoiseFloor([7.012, 7.003, 6.991, 7.020, 7.007, 6.998, 7.031, 6.987]))
        #expect(abs(floor.deviation - 0.014720612370802522) < 1e-12 && floor.isEnough)
        #expect(abs(floor.interval95.lowerBound - 0.00973288835454147) < 1e-11 && abs(floor.interval95.upperBound - 0.02996045151748766) < 1e-11)
        #expect(abs(floor.smallestDifference(6, 6) - 0.020096822136040127) < 1e-11)
        #expect(NoiseFloor([7]) == nil && NoiseFloor([7, 7]) == nil && NoiseFloor([7, .nan]) == nil)
        #expect(try #require(NoiseFloor([1, 2])).isEnough == false)
    }

    /// The interval holds the true σ in nineteen of twenty cases, and means of equal rows differ by less than is said in as many.
    @Test func coverage() {
        let missed = SimulatedNoise.share(of: 4000, seed: 8) { noise in
            !(NoiseFloor(noise.next(8, mean: 7, deviation: 0.02))?.interval95.contains(0.02) ?? false)
        }
        #expect(abs(missed.share - 0.05) < missed.error, "\(missed)")
        let apart = SimulatedNoise.share(of: 4000, seed: 9) { noise in
            guard let floor = NoiseFloor(noise.next(8)) else { return true }
            let (a, b) = (noise.next(6).reduce(0, +) / 6, noise.next(4).reduce(0, +) / 4)
            return abs(a - b) >= floor.smallestDifference(6, 4)
        }
        #expect(abs(apart.share - 0.05) < apart.error, "\(apart)")
    }

    /// `TTestPower().power(d, n, a)` of statsmodels 0.15.
    @Test func powerAgreesWithStatsmodels() {
        for (difference, seeds, level, power) in [
            (1, 6, 0.05, 0.5068419799585816), (2, 6, 0.05, 0.9705035693904163), (1.5, 6, 0.05 / 17, 0.2310593913166618), (0.8, 8, 0.05, 0.4963820462438341),
            (30, 2, 0.05, 0.9991275941846067),
        ] as [(Double, Int, Double, Double)] {
            #expect(abs((PairedPower.ofDifference(difference, seeds: seeds, level: level) ?? 0) - power) < 1e-12)
        }
        #expect(abs((PairedPower.ofDifference(0, seeds: 5, level: 0.03) ?? 0) - 0.03) < 1e-12, "without a difference it is the level")
        #expect(PairedPower.ofDifference(1, seeds: 1) == nil && PairedPower.smallestDifference(seeds: 1) == nil && PairedPower.smallestMargin(seeds: 6, level: 0.7) == nil)
    }

    /// Where the integral of the definition by `scipy.integrate.quad` reaches 0.8 (`scipy.optimize.brentq`).
    @Test func smallestDifferencesAndMargins() {
        for (seeds, level, difference, margin) in [
            (6, 0.05, 1.434544782040402, 1.397347320067044), (8, 0.05, 1.156034677994733, 1.152714112389209),
            (6, 0.05 / 17, 2.757667849205135, 2.630480320897881), (3, 0.05, 3.264043549699575, 2.659941342070363),
            (2, 0.05, 11.54988843588236, 6.312077853821641), (12, 0.01, 1.166191156921679, 1.193068192004036),
        ] as [(Int, Double, Double, Double)] {
            #expect(abs((PairedPower.smallestDifference(seeds: seeds, level: level) ?? 0) / difference - 1) < 1e-9)
            #expect(abs((PairedPower.smallestMargin(seeds: seeds, level: level) ?? 0) / margin - 1) < 1e-9)
        }
        for (margin, difference, seeds, power) in [
            (1, 0, 6, 0.4090435497228789), (1.5, 0, 6, 0.8628663064270731), (2, 0.5, 8, 0.9841001828941798), (1, 1, 10, 0.04998393564815212),
            (0.3, 0, 5, 0.00189109884373488),
        ] as [(Double, Double, Int, Double)] {
            #expect(abs((PairedPower.ofEquivalence(margin: margin, difference: difference, seeds: seeds) ?? 0) - power) < 1e-12)
        }
    }

    /// What is promised is reached: of sweeps with that difference four of five claim it.
    @Test func thePowerIsReached() throws {
        let difference = try #require(PairedPower.smallestDifference(seeds: 6))
        let claimed = SimulatedNoise.share(of: 4000, seed: 12) { noise in
            guard let interval = SampleSummary(noise.next(6, mean: difference))?.interval95 else { return false }
            return !interval.contains(0)
        }
        #expect(abs(claimed.share - 0.8) < claimed.error, "\(claimed)")
        let margin = try #require(PairedPower.smallestMargin(seeds: 6))
        let earned = SimulatedNoise.share(of: 4000, seed: 13) { noise in EquivalenceTest(noise.next(6))?.within(margin) ?? 1 < 0.05 }
        #expect(abs(earned.share - 0.8) < earned.error, "\(earned)")
    }
}
