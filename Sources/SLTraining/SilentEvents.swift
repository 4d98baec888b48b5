public import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
public import SLSpec

/// What a run is asked for and will not see: a merge that is due after its end, a rate that is never above 0, a format that no
/// tensor is large enough for. Known before the first update, from what the method promises.
public enum SilentEvents {
    /// Sentences without a full stop, in the order in which a reader would ask.
    public static func of(_ spec: RunSpec, method: any PretrainingMethod) -> [String] {
        of(model: spec.model, training: spec.training, evaluation: spec.evaluation, method: method)
    }

    public static func of(
        model: ModelShape, training: TrainingSpec, evaluation: EvaluationSpec, method: any PretrainingMethod
    ) -> [String] {
        let schedule = LearningRateSchedule(training, plan: method.learningRates(totalSteps: training.steps))
        return events(method, schedule) + method.idleParts(of: model) + schedule.silences + formats(model, training, method)
            + evaluations(evaluation, training)
    }

    // MARK: The method's events

    private static func events(_ method: any PretrainingMethod, _ schedule: LearningRateSchedule) -> [String] {
        var kinds: [String] = []
        let planned = method.events(totalSteps: schedule.steps)
        for event in planned where !kinds.contains(event.kind) { kinds.append(event.kind) }
        return kinds.flatMap { kind in sentences(planned.filter { $0.kind == kind }, schedule) }
    }

    /// - Parameter alike: of one kind; several where parts of the model have times of their own.
    private static func sentences(_ alike: [PlannedEvent], _ schedule: LearningRateSchedule) -> [String] {
        let total = schedule.steps
        // Of what the run itself decides nothing can be said before.
        let alike = alike.filter { !$0.isOpen }
        let silent = alike.filter { $0.recurrences(totalSteps: total).isEmpty }
        if let next = silent.min(by: { $0.first < $1.first }) {
            let value = "\(next.option) \(next.interval ?? next.first)"
            let share = silent.count < alike.count ? " for \(silent.count) of \(alike.count) groups of tensors" : ""
            let what = next.beginsRun ? "no \(next.kind) after the one of update 1\(share)" : "no \(next.kind)\(share)"
            let place = next.actsAfterwards ? "after" : "in"
            return ["\(what) in \(total) updates: the \(next.beginsRun ? "next" : "first") is due \(place) update \(next.first) (\(value))"]
        }
        let last = alike.compactMap { $0.recurrences(totalSteps: total).last }.max() ?? 0
        guard alike.allSatisfy(\.actsAfterwards), !schedule.moves(after: last), let option = alike.first?.option else { return [] }
        let count = alike.reduce(0) { $0 + $1.recurrences(totalSteps: total).count }
        let which = count == 1 ? "the only \(alike[0].kind)" : "the last \(alike[0].kind) of \(count)"
        return ["\(which) comes after update \(last) of \(total) and no update that moves a weight follows it (\(option))"]
    }

    // MARK: Formats and evaluations

    /// A format that no tensor has.
    private static func formats(_ model: ModelShape, _ training: TrainingSpec, _ method: any PretrainingMethod) -> [String] {
        // An optimizer that nobody knows is refused where runs are made.
        guard let optimizer = try? RunOptimizer(training) else { return [] }
        let phases = Set([1, training.steps].map { method.phase(ofUpdate: $0) })
        var found: Set<StorageFormat> = []
        for entry in phases.flatMap({ TensorEntry.all(shape: model, method: method, phase: $0) }) where entry.declaration.isWeight {
            found.insert(entry.format(optimizer.storage))
            guard entry.declaration.isTrainable else { continue }
            let rule = method.updateRule(for: entry.place, optimizer: optimizer)
            for state in rule.state(rows: entry.declaration.rows, columns: entry.declaration.columns) { found.insert(state.format) }
        }
        func isUnused(_ matches: (StorageFormat) -> Bool) -> Bool { !found.contains(where: matches) }
        let reason = "no tensor that it is for has \(StorageChoice.smallest) elements"
        var silent: [String] = []
        if training.memory.states != .likeWeights, isUnused(\.isMomentCode) {
            silent.append("no optimizer state is kept in 8 bits: \(reason) (8-bit states)")
        }
        if training.memory.storage == .bf16, isUnused({ if case .bf16 = $0 { true } else { false } }) {
            silent.append("nothing is kept in bf16: \(reason) (storage bf16)")
        }
        return silent
    }

    private static func evaluations(_ evaluation: EvaluationSpec, _ training: TrainingSpec) -> [String] {
        guard evaluation.every >= training.steps, training.steps > 1 else { return [] }
        return ["no evaluation between the first and the last: the next would be due after update \(evaluation.every) of \(training.steps) (evaluation.every)"]
    }
}

extension LearningRateSchedule {
    /// Whether an update after so many has a rate above 0.
    package func moves(after step: Int) -> Bool { (max(0, step)..<max(step, steps)).contains { multiplier(at: $0) > 0 } }

    /// Whether some update has the rate that the dip led away from.
    private func comesBack(_ dip: LearningRateDip) -> Bool {
        let lead = plan.readsAheadFrom == nil ? 0 : 1
        return dip.first - 1 + dip.length - (dip.end == .inLastUpdate ? 1 : 0) - lead < steps
    }

    /// What of warm-up, decay and restarts does not happen.
    var silences: [String] {
        guard steps > 0 else { return [] }
        guard moves(after: 0) else {
            return ["no update moves a weight: the rate of \(steps == 1 ? "the only update" : "all \(steps) updates") is 0 (warmup_steps \(warmup))"]
        }
        var found: [String] = []
        if warmup >= steps {
            let top = (0..<steps).map { multiplier(at: $0) }.max() ?? 0
            let percent = Int((100 * top).rounded())
            found.append(
                "the rate never reaches its peak: the warm-up of \(warmup) updates is no shorter than the run of \(steps), and ends at \(percent) % (warmup_steps)")
        }
        let dips = plan.dips
        let early = dips.count { $0.sparesWarmup && $0.first <= warmup }
        if early > 0 {
            found.append("\(early) of \(dips.count) restarts of the rate fall into the first warm-up and lower nothing (warmup_steps \(warmup))")
        }
        if let last = dips.last, last.first > warmup || !last.sparesWarmup, last.first <= steps, !comesBack(last) {
            found.append("the rate does not come back after its last restart at update \(last.first) of \(steps): that takes \(last.length) updates (\(last.option))")
        }
        return found
    }
}
