import Foundation
import SLMethodKit
import SLTraining
import Testing

@Suite struct LearningRateScheduleTests {
    private let schedule = LearningRateSchedule(peak: 1, warmup: 100, steps: 1000, minimumRatio: 0.1)

    @Test func startsAtZeroAndPeaksAfterWarmup() {
        #expect(schedule.multiplier(at: 0) == 0)
        #expect(schedule.multiplier(at: 50) == 0.5)
        #expect(schedule.multiplier(at: 100) == 1)
    }

    @Test func endsNearTheMinimumAndReachesItAtT() {
        #expect(abs(schedule.multiplier(at: 1000) - 0.1) < 1e-12)
        #expect(schedule.multiplier(at: 999) > 0.1)
        #expect(abs(schedule.multiplier(at: 550) - 0.55) < 1e-12)
    }

    @Test func withoutWarmupTheFirstUpdateHasTheFullRate() {
        #expect(LearningRateSchedule(peak: 2, warmup: 0, steps: 10, minimumRatio: 0).learningRate(at: 0) == 2)
    }

    @Test func allWarmupNeverDividesByZero() {
        let rising = LearningRateSchedule(peak: 1, warmup: 10, steps: 10, minimumRatio: 0.1)
        #expect((0..<10).allSatisfy { rising.multiplier(at: $0).isFinite })
    }

    private func dip(_ first: Int, _ length: Int, floor: Double = 0, shape: LearningRateDip.Shape = .linear, end: LearningRateDip.Return = .afterwards, sparesWarmup: Bool = true) -> LearningRateDip {
        LearningRateDip(first: first, length: length, floor: floor, shape: shape, end: end, sparesWarmup: sparesWarmup, option: "none")
    }

    private func dipping(_ dips: [LearningRateDip], aheadFrom: Int? = nil) -> LearningRateSchedule {
        LearningRateSchedule(peak: 1, warmup: 100, steps: 1000, minimumRatio: 0.1, plan: LearningRatePlan(dips: dips, readsAheadFrom: aheadFrom))
    }

    /// λ is 0 at the restart, rises linearly to the cosine's value at the end of its warm-up, and then is the cosine.
    @Test func restartsAreJagged() {
        let jagged = dipping([dip(201, 20), dip(401, 20)])
        #expect(jagged.multiplier(at: 199) == schedule.multiplier(at: 199))
        #expect(jagged.multiplier(at: 200) == 0)
        #expect(abs(jagged.multiplier(at: 210) - 0.5 * schedule.multiplier(at: 220)) < 1e-12)
        #expect(jagged.multiplier(at: 220) == schedule.multiplier(at: 220))
        #expect(jagged.multiplier(at: 399) == schedule.multiplier(at: 399))
        #expect(jagged.multiplier(at: 400) == 0)
        #expect(jagged.multiplier(at: 999) == schedule.multiplier(at: 999))
    }

    /// From 0.001 of where the rate should be to all of it in the recovery's last update.
    @Test func recoveriesAreQuick() {
        let quick = dipping([dip(201, 10, floor: 0.001, end: .inLastUpdate)])
        let top = schedule.multiplier(at: 210)
        #expect(abs(quick.multiplier(at: 200) - 0.001 * top) < 1e-15 && abs(quick.multiplier(at: 209) - top) < 1e-15)
        #expect(abs(quick.multiplier(at: 204) - (0.001 + 0.999 * 4 / 9) * top) < 1e-15)
        #expect(quick.multiplier(at: 210) == top)
        #expect(dipping([dip(201, 1, floor: 0.001, end: .inLastUpdate)]).multiplier(at: 200) == 0.001 * schedule.multiplier(at: 201))
    }

    /// Read ahead, every update from then on has what the next one would have.
    @Test func readingAheadIsOneUpdateEarly() {
        let dips = [dip(201, 10, floor: 0.001, end: .inLastUpdate), dip(401, 10, floor: 0.001, end: .inLastUpdate)]
        let (plain, ahead) = (dipping(dips), dipping(dips, aheadFrom: 201))
        #expect((0..<200).allSatisfy { ahead.multiplier(at: $0) == plain.multiplier(at: $0) })
        #expect((200..<999).allSatisfy { ahead.multiplier(at: $0) == plain.multiplier(at: $0 + 1) })
    }

    @Test func shapesMeetAtBothEndsAndWarmUpsMayBeSpared() {
        for end in [LearningRateDip.Return.inLastUpdate, .afterwards] {
            let (line, curve) = (dip(201, 9, floor: 0.25, end: end), dip(201, 9, floor: 0.25, shape: .cosine, end: end))
            #expect(line.factor(0) == 0.25 && curve.factor(0) == 0.25)
            let last = end == .inLastUpdate ? 8 : 9
            #expect(abs(line.factor(last) - 1) < 1e-15 && abs(curve.factor(last) - 1) < 1e-15)
            #expect(curve.factor(1) < line.factor(1) && curve.factor(last - 1) > line.factor(last - 1))
        }
        #expect(dipping([dip(51, 20)]).multiplier(at: 50) == 0.5)
        #expect(dipping([dip(51, 20, sparesWarmup: false)]).multiplier(at: 50) == 0)
        #expect(dipping([dip(51, 20, sparesWarmup: false)]).multiplier(at: 60) == 0.5 * 0.7)
    }

    /// What is asked for in the course of a run comes beside what was planned; where both lower an update, the later one does.
    @Test func askedDipsComeBesidePlannedOnes() {
        var both = dipping([dip(201, 20), dip(401, 20)])
        both.add(dip(211, 4, floor: 0.5))
        #expect(both.multiplier(at: 205) == dipping([dip(201, 20)]).multiplier(at: 205))
        #expect(both.multiplier(at: 210) == 0.5 * schedule.multiplier(at: 214))
        #expect(both.multiplier(at: 215) == dipping([dip(201, 20)]).multiplier(at: 215))
        #expect(both.multiplier(at: 400) == 0)
    }
}
