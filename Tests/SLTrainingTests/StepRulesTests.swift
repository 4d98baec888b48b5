import SLSpec
import SLTraining
import Testing

struct StepRulesTests {
    private func rules(clip: Double? = 1, evaluationInterval: Int = 0, checkpoints: CheckpointPolicy? = nil, timeout: Double? = nil) -> StepRules {
        let training = TrainingSpec(steps: 10, batchSize: 2, sequenceLength: 4, learningRate: 0.01, warmupSteps: 1, gradientClip: clip)
        return StepRules(training, vocabularySize: 300, evaluationInterval: evaluationInterval, checkpoints: checkpoints, timeout: timeout)
    }

    /// 3 ln 300 = 17.11
    private func update(_ loss: Double, norm: Double = 0.5, first: Double? = 5) -> UpdateFacts {
        UpdateFacts(number: 4, lossSum: loss * 8, targets: 8, squaredGradientNorm: norm * norm, firstLoss: first)
    }

    @Test func anUpdateIsAppliedAndClipped() {
        #expect(rules().verdict(on: update(5)) == .apply(clip: 1, nil))
        #expect(rules().verdict(on: update(5, norm: 4)) == .apply(clip: 1 / (4 + 1e-6), nil))
        #expect(rules(clip: nil).verdict(on: update(5, norm: 4)) == .apply(clip: 1, nil))
    }

    @Test func whatIsNoNumberMovesNoWeight() {
        for (facts, word) in [(update(.nan), "the loss"), (update(.infinity), "the loss"), (update(5, norm: .nan), "the gradient's norm")] {
            guard case .refuse(let divergence) = rules().verdict(on: facts) else {
                Issue.record("\(facts) is applied")
                continue
            }
            #expect(divergence.reason == .notANumber && divergence.message == "\(word) of update 4 is not a finite number")
        }
    }

    @Test func aLossAboveTheBoundEndsTheRunAfterItsUpdate() {
        func reason(_ facts: UpdateFacts) -> FailureReason? {
            if case .apply(_, let divergence) = rules().verdict(on: facts) { divergence?.reason } else { .other }
        }
        #expect(reason(update(17.2)) == .lossBound && reason(update(17.1)) == nil)
        // Given weights that begin above it are held to three times what they began with.
        #expect(reason(update(50, first: 20)) == nil && reason(update(61, first: 20)) == .lossBound)
        #expect(reason(update(50, first: nil)) == nil, "the first update is its own measure")
    }

    @Test func anEvaluationIsHeldToTheSameBound() {
        func reason(_ step: Int, _ loss: Double, mean: Double, first: Double?) -> FailureReason? {
            rules().divergence(in: EvaluationFacts(step: step, loss: loss, meanLoss: mean, firstLoss: first))?.reason
        }
        #expect(reason(3, .nan, mean: .nan, first: 5) == .notANumber)
        #expect(reason(0, 400, mean: 400, first: nil) == nil, "the untrained model is nobody's divergence")
        #expect(reason(3, 2, mean: 17.2, first: 5) == .lossBound, "the mean over tokens counts, whatever the mode is")
        #expect(reason(3, 50, mean: 50, first: 20) == nil && reason(10, 50, mean: 50, first: 20) == .lossBound, "at the end the plain bound")
    }

    @Test func evaluationsAndCheckpointsAreDue() {
        #expect((0...10).filter(rules(evaluationInterval: 4).isEvaluationDue(after:)) == [0, 4, 8, 10])
        #expect((0...10).filter(rules().isEvaluationDue(after:)) == [10])
        let policy = CheckpointPolicy(everySteps: 3, everyMinutes: 2)
        let some = rules(checkpoints: policy)
        #expect(!some.isCheckpointDue(after: 5, last: 3, seconds: 119) && some.isCheckpointDue(after: 6, last: 3, seconds: 0))
        #expect(some.isCheckpointDue(after: 4, last: 3, seconds: 120))
        #expect(!some.isCheckpointDue(after: 10, last: 3, seconds: 999), "never after the last update")
        #expect(!rules().isCheckpointDue(after: 6, last: 3, seconds: 999))
    }

    @Test func aRunStopsWhenItIsAskedOrOverdue() {
        #expect(rules().stop(isAsked: false, elapsed: 1e9) == nil && rules().stop(isAsked: true, elapsed: 0) == .asked)
        let timed = rules(timeout: 60)
        #expect(timed.stop(isAsked: false, elapsed: 60) == nil && timed.stop(isAsked: true, elapsed: 61) == .overdue(limit: 60))
    }
}
