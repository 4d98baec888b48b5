package import SLSpec

/// An update after its backward pass, summed over all that took part.
package struct UpdateFacts: Sendable, Hashable {
    /// 1 for the run's first.
    package var number: Int
    /// Of every target, in nats.
    package var lossSum: Double
    package var targets: Int
    /// Of all gradients together.
    package var squaredGradientNorm: Double
    /// Mean loss of the run's first update; `nil` in that update.
    package var firstLoss: Double?

    package init(number: Int, lossSum: Double, targets: Int, squaredGradientNorm: Double, firstLoss: Double?) {
        self.number = number
        self.lossSum = lossSum
        self.targets = targets
        self.squaredGradientNorm = squaredGradientNorm
        self.firstLoss = firstLoss
    }

    /// Mean over the update's targets.
    package var loss: Double { lossSum * StepRules.lossScale(targets: targets) }
    package var gradientNorm: Double { squaredGradientNorm.squareRoot() }
}

/// What an evaluation found.
package struct EvaluationFacts: Sendable, Hashable {
    /// Updates done before it.
    package var step: Int
    /// By the run's evaluation mode.
    package var loss: Double
    /// Over all tokens, whatever the mode is.
    package var meanLoss: Double
    /// Mean loss of the run's first update; `nil` for the untrained model.
    package var firstLoss: Double?

    package init(step: Int, loss: Double, meanLoss: Double, firstLoss: Double?) {
        self.step = step
        self.loss = loss
        self.meanLoss = meanLoss
        self.firstLoss = firstLoss
    }
}

/// Why a run is not worth going on with.
package struct Divergence: Sendable, Hashable {
    package var reason: FailureReason
    package var message: String

    package init(_ reason: FailureReason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
