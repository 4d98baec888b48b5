import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

/// W = B·A, whose factors are stepped together: cheaply most of the time, exactly along the manifold of rank r every so many updates.
final class LOROParameterization<Element: Scalar>: FactoredParameterization {
    let factors: LowRankFactors<Element>
    let module: LinearModule
    private let exactInterval: Int
    /// What the factors' own steps are multiplied with.
    private let lazyFactor: Double

    init(factors: LowRankFactors<Element>, module: LinearModule, exactInterval: Int, lazyFactor: Double) {
        self.factors = factors
        self.module = module
        self.exactInterval = exactInterval
        self.lazyFactor = lazyFactor
    }

    func step(_ step: LinearStep<Element>) throws {
        let sizes = try step.members.map { try $0.direction() }
        if step.step % exactInterval == 0 {
            let start = MonotonicClock.seconds
            let isMade = try makeExactStep(step, sizes)
            step.record("exact_step", ["linears": isMade ? 1 : 0, "dependent_factors": isMade ? 0 : 1, "seconds": MonotonicClock.seconds - start])
            if isMade { return }
        }
        for (member, size) in zip(step.members, sizes) {
            let decay = 1 - size * member.context.weightDecay
            member.parameter.stored.step(
                along: member.gradient, by: Element(size * lazyFactor), decay: 1, trailingDecay: Element(decay), key: member.context.key)
        }
    }

    /// - Returns: `false`, and nothing changed, where the factors do not have the rank, or one of them is not trained.
    private func makeExactStep(_ step: LinearStep<Element>, _ sizes: [Double]) throws -> Bool {
        guard let down = step.members.firstIndex(where: { $0.name == "lora_A" }), let up = step.members.firstIndex(where: { $0.name == "lora_B" })
        else { return false }
        let (a, b) = (step.members[down], step.members[up])
        return try FixedRankStep.apply(
            up: b.parameter.stored, down: a.parameter.stored, upDirection: b.gradient, downDirection: a.gradient, upSize: sizes[up],
            downSize: sizes[down], keys: (b.context.key, a.context.key), ledger: step.ledger)
    }
}
