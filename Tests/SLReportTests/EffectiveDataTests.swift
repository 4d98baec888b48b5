import Foundation
import SLReport
import Testing

/// Ladders that were made with a known factor of tokens.
@Suite struct EffectiveDataTests {
    /// Normal numbers of a stream: SplitMix64 and the polar form's plain relative.
    private struct Noise {
        var state: UInt64

        mutating func uniform() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return (Double((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53
        }

        mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    }

    private static func loss(_ tokens: Double) -> Double { 3 + 2 * pow(tokens / 1e6, -0.3) }

    /// - Parameter factor: what the method's tokens are worth.
    private static func ladder(_ budgets: [Double], factor: Double, seeds: Int, deviation: Double, _ noise: inout Noise) -> [EffectiveData.Rung] {
        budgets.map { tokens in
            let losses = (1...seeds).map { (UInt64($0), loss(factor * tokens) + deviation * noise.normal()) }
            return EffectiveData.Rung(tokens: tokens, losses: Dictionary(uniqueKeysWithValues: losses))
        }
    }

    @Test func exactLaddersGiveTheirFactorBack() throws {
        var noise = Noise(state: 1)
        let budgets = [1e6, 2e6, 4e6, 8e6]
        let baseline = Self.ladder(budgets, factor: 1, seeds: 2, deviation: 0, &noise)
        let rivals = [0.7, 1, 1.6].map { Self.ladder(budgets, factor: $0, seeds: 2, deviation: 0, &noise) }
        let found = try #require(EffectiveData(baseline: baseline, rivals: rivals))
        #expect(found.range == 1e6...8e6)
        for (factor, rival) in zip([0.7, 1, 1.6], found.rivals) {
            for estimate in rival.rungs + [rival.whole] {
                #expect(abs(estimate.factor / factor - 1) < 1e-6)
                // Without noise the interval is the value.
                #expect(abs((estimate.low ?? 0) / factor - 1) < 1e-4 && abs((estimate.high ?? 0) / factor - 1) < 1e-4)
            }
            #expect(rival.residual < 1e-6 && rival.seeds == 2)
        }
    }

    /// 95 % intervals hold the truth in about 95 of 100 ladders: of six seeds, and of three, where a bare percentile bootstrap would hold it in 80.
    @Test(arguments: [(6, 0.7), (3, 1.3)]) func intervalsCoverAtTheirRate(seeds: Int, factor: Double) throws {
        let budgets = [1e6, 2e6, 4e6, 8e6]
        let ladders = 100
        var covered = [Int](repeating: 0, count: budgets.count + 1)
        for ladder in 0..<ladders {
            var noise = Noise(state: UInt64(1000 * seeds + ladder))
            let baseline = Self.ladder(budgets, factor: 1, seeds: seeds, deviation: 0.01, &noise)
            let rival = Self.ladder(budgets, factor: factor, seeds: seeds, deviation: 0.01, &noise)
            let found = try #require(EffectiveData(baseline: baseline, rivals: [rival])?.rivals.first)
            for (place, estimate) in (found.rungs + [found.whole]).enumerated() {
                let (low, high) = (try #require(estimate.low), try #require(estimate.high))
                #expect(low < estimate.factor && estimate.factor < high)
                if low <= factor, factor <= high { covered[place] += 1 }
            }
        }
        for count in covered { #expect(Double(count) >= 0.89 * Double(ladders) && count < ladders + 1, "\(covered) of \(ladders)") }
        #expect(covered.reduce(0, +) < 5 * ladders, "an interval that always holds says nothing")
    }

    @Test func oneSeedHasNoInterval() throws {
        var noise = Noise(state: 7)
        let budgets = [1e6, 2e6, 4e6]
        let baseline = Self.ladder(budgets, factor: 1, seeds: 1, deviation: 0.01, &noise)
        let found = try #require(EffectiveData(baseline: baseline, rivals: [Self.ladder(budgets, factor: 0.8, seeds: 1, deviation: 0.01, &noise)]))
        #expect(found.rivals[0].seeds == 1 && (found.rivals[0].rungs + [found.rivals[0].whole]).allSatisfy { $0.low == nil && $0.high == nil })
    }

    @Test func theSameLaddersGiveTheSameBits() throws {
        var noise = Noise(state: 9)
        let budgets = [1e6, 2e6, 4e6]
        let (baseline, rival) = (
            Self.ladder(budgets, factor: 1, seeds: 4, deviation: 0.02, &noise), Self.ladder(budgets, factor: 0.8, seeds: 4, deviation: 0.02, &noise)
        )
        let first = try #require(EffectiveData(baseline: baseline, rivals: [rival]))
        for _ in 0..<3 {
            let again = try #require(EffectiveData(baseline: baseline, rivals: [rival]))
            #expect(again.law == first.law && again.rivals[0].rungs == first.rivals[0].rungs && again.rivals[0].whole == first.rivals[0].whole)
        }
        // Another method beside it changes the draws of no other, as long as it brings no other seeds.
        let beside = try #require(EffectiveData(baseline: baseline, rivals: [rival, baseline]))
        #expect(beside.rivals[0].rungs == first.rivals[0].rungs)
    }

    /// A loss below the floor is worth more than any number of tokens, and its interval is open.
    @Test func belowTheFloorThereIsNoEnd() throws {
        var noise = Noise(state: 11)
        let budgets = [1e6, 2e6, 4e6, 8e6]
        let baseline = Self.ladder(budgets, factor: 1, seeds: 3, deviation: 0.001, &noise)
        let rival = budgets.map { EffectiveData.Rung(tokens: $0, losses: [1: 1.0, 2: 1.01, 3: 0.99]) }
        let found = try #require(EffectiveData(baseline: baseline, rivals: [rival])?.rivals.first)
        #expect(found.whole.factor == .infinity && found.whole.high == .infinity)
        #expect(found.rungs.allSatisfy { $0.factor == .infinity && $0.high == .infinity })
    }

    @Test func withoutThreeBudgetsThereIsNone() {
        var noise = Noise(state: 3)
        let short = Self.ladder([1e6, 2e6], factor: 1, seeds: 3, deviation: 0.01, &noise)
        #expect(EffectiveData(baseline: short, rivals: [short]) == nil)
    }

    // MARK: Bounds

    @Test func beyondTheLadderThereAreBoundsOnly() {
        let bound = LadderBound(1e6...8e6)
        #expect(bound.side(0.9, of: 1e6) == .below && bound.side(1, of: 1e6) == .within && bound.side(1, of: 8e6) == .within && bound.side(1.1, of: 8e6) == .above)
        #expect(bound.factor(0.3, of: 2e6) == "<0.50×" && bound.factor(0.75, of: 2e6) == "0.75×" && bound.factor(9, of: 2e6) == ">4.00×")
        #expect(bound.factor(.infinity, of: 8e6) == ">1.00×" && bound.factor(.nan, of: 8e6) == "—")
        #expect(bound.tokens(0.3, of: 2e6) == "<1.00M" && bound.tokens(0.75, of: 2e6) == "1.50M" && bound.tokens(.infinity, of: 2e6) == ">8.00M")
        let estimate = EffectiveData.Estimate(factor: 0.6, low: 0.4, high: 0.8)
        #expect(bound.interval(estimate, of: 2e6) == "<0.50× … 0.80×" && bound.clipped(estimate, of: 2e6) == 0.5...0.8)
        #expect(bound.clipped(.init(factor: 0.2, low: 0.1, high: 0.3), of: 2e6) == nil, "all of it lies beyond")
        #expect(bound.clipped(.init(factor: 5, low: 3, high: .infinity), of: 2e6) == 3...4)
        #expect(bound.interval(.init(factor: 1, low: nil, high: nil), of: 2e6) == "—")
    }
}
