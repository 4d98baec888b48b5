package import SLMethodKit
import SLModel
import SLNumerics
package import SLOptimizers
import SLSpec

/// What follows an update. Everything is decided here, from the update's loss and norms, which all processes of a run have alike, and
/// then carried out.
extension TrainingLoop {
    /// The record of refreshes, what the controllers want, the next phase.
    func finishUpdate(_ report: inout UpdateReport, _ log: RefreshLog) throws {
        losses.append(report.loss)
        if log.matrices > 0 {
            var measured = ["matrices": Double(log.matrices), "seconds": log.seconds]
            measured["captured_energy"] = log.meanCapturedEnergy
            measured["rank"] = log.meanRank
            report.events.append(LifecycleRecord(step: step, kind: "refresh", measurements: measured))
        }
        for (kind, measured) in log.events.sorted(by: { $0.key < $1.key }) {
            report.events.append(LifecycleRecord(step: step, kind: kind, measurements: measured))
        }
        try replay?.follow(update: Set(log.events.keys))
        for action in decide() { report.events.add(try perform(action)) }
        try advanceObservation()
        report.events += try enterPhaseIfDue()
        report.lifecycleSeconds = report.events.reduce(0) { $0 + ($1.measurements["seconds"] ?? 0) }
    }

    /// All controllers' wishes after the present update, in order.
    private func decide() -> [LifecycleAction] {
        guard !lifecycles.isEmpty else { return [] }
        let view = RunView(step: step, totalSteps: training.steps, losses: losses, tensors: optimizer.view, seed: seed)
        return lifecycles.indices.flatMap { lifecycles[$0].actions(after: view) }
    }

    // MARK: Carrying out

    private func perform(_ wanted: LifecycleAction) throws -> LifecycleRecord {
        let action = try replay?.substitute(wanted) ?? wanted
        let start = MonotonicClock.seconds
        var measured: [String: Double] = [:]
        if try replay?.replace(action) == true { return LifecycleRecord(step: step, kind: action.kind, measurements: measured) }
        switch action {
        case .rewrite(let rewrite, let preservesFunction): measured = try perform(rewrite, preservesFunction: preservesFunction)
        case .editState(let choice, let edit): measured = try self.edit(choice, edit)
        case .setAge(let choice, let age):
            measured["tensors"] = Double(optimizer.setAge(choice, age))
            measured["age"] = Double(age)
        case .freeze(let choice): measured = try hold(true, choice)
        case .thaw(let choice): measured = try hold(false, choice)
        case .denseGradients(let choice, let updates):
            observation = updates > 0 ? GradientObservation(tensors: choice, updates: updates) : nil
            observationIsNew = true
            shardSum.release()
            measured["tensors"] = Double(try model.observe(observation?.tensors))
            measured["updates"] = Double(updates)
        case .dip(let dip):
            schedule.add(dip)
            measured = ["first_update": Double(dip.first), "updates": Double(dip.length), "floor": dip.floor]
        }
        try replay?.follow(action)
        measured["seconds"] = MonotonicClock.seconds - start
        return LifecycleRecord(step: step, kind: action.kind, measurements: measured)
    }

    private func perform(_ rewrite: Rewrite, preservesFunction: Bool) throws -> [String: Double] {
        let before = preservesFunction ? try model.hiddenStates(inputs: probe) : []
        let outcome = try model.perform(
            rewrite, seed: seed, step: step, state: { self.optimizer.sharedState(of: $0, named: $1) },
            recorded: replay.map { replay in { replay.choices(after: rewrite, of: $0) } })
        try optimizer.throwFailure()
        var measured = outcome.measurements
        for (tensor, edit) in outcome.edits {
            measured.merge(try self.edit(.named([tensor]), edit).filter { $0.key == "entries" }, uniquingKeysWith: +)
        }
        if preservesFunction { measured["function_change"] = relativeChange(from: before, to: try model.hiddenStates(inputs: probe)) }
        return measured
    }

    private func edit(_ choice: TensorChoice, _ edit: StateEdit) throws -> [String: Double] {
        let (outcome, tensors) = try optimizer.edit(choice, edit, step: step)
        var measured = ["entries": Double(outcome.entries)]
        if outcome.entries > 0 { measured["zeroed_fraction"] = Double(outcome.zeros) / Double(outcome.entries) }
        if outcome.left > 0 { measured["unreached_entries"] = Double(outcome.left) }
        if tensors == 0 { measured["tensors"] = 0 }
        return measured
    }

    /// State is freed before anything new is allocated beside it.
    func hold(_ held: Bool, _ choice: TensorChoice) throws -> [String: Double] {
        shardSum.release()
        let changed = try model.setHeld(held, choice)
        optimizer.releaseUntrained()
        try optimizer.followModel()
        return ["tensors": Double(changed), "trained_parameters": Double(model.trainedCount)]
    }

    /// One update fewer to come in which gradients are wanted.
    private func advanceObservation() throws {
        guard !observationIsNew else {
            observationIsNew = false
            return
        }
        guard let present = observation else { return }
        observation = present.updates > 1 ? GradientObservation(tensors: present.tensors, updates: present.updates - 1) : nil
        guard observation == nil else { return }
        shardSum.release()
        try model.observe(nil)
    }

    // MARK: Phases

    private func enterPhaseIfDue() throws -> [LifecycleRecord] {
        guard model.method.phase(ofUpdate: step + 1) > model.phase, !rules.isEnd(step) else { return [] }
        let start = MonotonicClock.seconds
        let before = try model.hiddenStates(inputs: probe)
        shardSum.release()
        try model.enter(phase: model.phase + 1, seed: seed) { optimizer.releaseUntrained() }
        try model.observe(observation?.tensors)
        try optimizer.followModel()
        let change = relativeChange(from: before, to: try model.hiddenStates(inputs: probe))
        return [
            LifecycleRecord(
                step: step, kind: "phase",
                measurements: ["phase": Double(model.phase), "function_change": change, "seconds": MonotonicClock.seconds - start])
        ]
    }

    /// ‖after − before‖ / ‖before‖
    private func relativeChange(from before: [Element], to after: [Element]) -> Double {
        var difference = 0.0
        var norm = 0.0
        for (a, b) in zip(before, after) {
            difference += (Double(b) - Double(a)) * (Double(b) - Double(a))
            norm += Double(a) * Double(a)
        }
        return norm > 0 ? (difference / norm).squareRoot() : 0
    }
}

/// Stands in for what a run would draw, where another program's run is repeated.
package protocol LifecycleReplay: AnyObject {
    /// The action with what was chosen in the recorded run in the place of what is chosen here.
    func substitute(_ action: LifecycleAction) throws -> LifecycleAction

    /// Carries an action out in the loop's place.
    ///
    /// - Returns: whether it did.
    func replace(_ action: LifecycleAction) throws -> Bool

    /// After the loop has carried an action out.
    func follow(_ action: LifecycleAction) throws

    /// After an update in which such events happened, before controllers are asked.
    func follow(update events: Set<String>) throws

    /// What a linear's rewrite chose in the recorded run.
    func choices(after rewrite: Rewrite, of linear: String) -> RecordedChoices
}
