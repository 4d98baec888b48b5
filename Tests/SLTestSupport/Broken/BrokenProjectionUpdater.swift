import SLNumerics
import SLOptimizers

/// A real updater that is told something else than what is so.
final class BrokenProjectionUpdater<Element: Scalar>: TensorUpdater {
    private let rule: BrokenProjectionRule
    private let real: any TensorUpdater<Element>
    /// One that keeps to the terms, for what it records.
    private let decoy: any TensorUpdater<Element>
    private var draws: UInt64 = 0
    private var isBegun = false

    init(rule: BrokenProjectionRule, real: any TensorUpdater<Element>, decoy: any TensorUpdater<Element>) {
        self.rule = rule
        self.real = real
        self.decoy = decoy
    }

    var state: [(name: String, value: StoredTensor<Element>)] { real.state.filter { !rule.hides($0.name) } }
    var decayOrder: DecayOrder { real.decayOrder }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double {
        try real.direction(gradient, context: try deceived(context, gradient))
    }

    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        var context = context
        if rule.defect == .decayInside, let dense = weight.matrix {
            gradient.add(dense, scaledBy: Element(context.weightDecay))
            context.weightDecay = 0
        }
        try real.update(weight: weight, gradient: gradient, context: try deceived(context, gradient))
    }

    /// What the real updater is given in place of the truth.
    private func deceived(_ truth: UpdateContext<Element>, _ gradient: Matrix<Element>) throws -> UpdateContext<Element> {
        var context = truth
        let isDue = rule.terms.refreshes(atAge: truth.age)
        let isLater = isDue && truth.age > 1
        switch rule.defect {
        case .hiddenDraws:
            if isDue { draws += 1 }
            context.tensorKey &+= draws
        case .deafToReset:
            if truth.age == 1, isBegun { context.age = 2 }
            isBegun = true
        case .clockByRunStep: context.age = truth.step
        case .unrecordedRefresh: if isLater { context = truth.recording(in: RefreshLog()) }
        case .staleBasis: if isLater { _ = try decoy.direction(try gradient.duplicate(), context: truth) }
        case .keptCorrection:
            if isLater {
                for (name, value) in real.state where name != "projector" { value.clear() }
            }
        case .sharedDraws: context.tensorKey = 0
        case .drawsByUpdate: context.tensorKey = truth.key
        case .ratedTwice:
            // Its square, in units that leave the contract's usual rate what it is, and a decay that stays.
            let factor = 100 * truth.learningRate
            context.learningRate *= factor
            if factor > 0 { context.weightDecay /= factor }
        case .clippedTwice: context.clip(gradient)
        default: break
        }
        return context
    }
}

extension UpdateContext {
    /// The same with another log.
    fileprivate func recording(in log: RefreshLog) -> UpdateContext {
        var copy = UpdateContext(
            learningRate: learningRate, weightDecay: weightDecay, step: step, totalSteps: totalSteps, age: age, gradientScale: gradientScale,
            scratch: scratch, ledger: ledger, log: log, key: key, tensorKey: tensorKey)
        copy.recorded = recorded
        return copy
    }
}
