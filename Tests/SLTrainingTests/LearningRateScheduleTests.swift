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

    /// λ is 0 at the restart, rises linearly to the cosine's value at the end of its warm-up, and then is the cosine.
    @Test func restartsAreJagged() {
        let jagged = LearningRateSchedule(
            peak: 1, warmup: 100, steps: 1000, minimumRatio: 0.1,
            restarts: [LearningRateRestart(step: 200, warmup: 20), LearningRateRestart(step: 400, warmup: 20)])
        #expect(jagged.multiplier(at: 199) == schedule.multiplier(at: 199))
        #expect(jagged.multiplier(at: 200) == 0)
        #expect(abs(jagged.multiplier(at: 210) - 0.5 * schedule.multiplier(at: 220)) < 1e-12)
        #expect(jagged.multiplier(at: 220) == schedule.multiplier(at: 220))
        #expect(jagged.multiplier(at: 399) == schedule.multiplier(at: 399))
        #expect(jagged.multiplier(at: 400) == 0)
        #expect(jagged.multiplier(at: 999) == schedule.multiplier(at: 999))
    }
}
