import SLOptimizers
public import SLSpec

/// Restarts of a method with low-rank factors: every so many updates the factors are balanced, the optimizer begins anew, and the
/// learning rate falls and recovers quickly.
///
/// Source: Glentis et al. 2025, arXiv:2505.22922, §4; code: github.com/OptimAI-Lab/Memory_Efficient_Pretraining. As there, the optimizer
/// that begins anew is that of *all* tensors, with embedding, head and norms, and its counts with it.
///
/// Deviations: the factors are balanced through QR and an r × r core instead of an SVD of the dense product; a restart that would come
/// after the run's last update is left out; an interval that does not divide the run's length does not turn restarts off.
public struct Restarts: Sendable, Hashable {
    /// Updates between restarts.
    public let interval: Int
    public let refactors: Bool
    public let resetsOptimizer: Bool
    /// Updates in which the rate recovers; 0 leaves it alone.
    public let recoverySteps: Int
    /// 1 as in the authors' code, where the schedule that is rebuilt at a restart stands one update ahead from then on.
    public let scheduleOffset: Int

    static let every = "restarts.every"
    static let refactor = "restarts.refactor"
    static let resetOptimizer = "restarts.reset_optimizer"
    static let recovery = "restarts.recovery_steps"
    static let offset = "restarts.schedule_offset"

    /// The options of `"restarts": {…}` in a method's object; without `every` there are none and the others have no effect.
    ///
    /// - Parameter refactors: whether factors are balanced if nothing is said; `nil` for a method that can't balance its own.
    public static func options(refactors: Bool? = true) -> [OptionDescriptor] {
        let source = "Glentis et al. 2025, arXiv:2505.22922, §4"
        let code = "github.com/OptimAI-Lab/Memory_Efficient_Pretraining"
        return [
            OptionDescriptor(
                name: every, domain: .optionalInteger(1...Int.max), help: "Updates between restarts; 200 in the paper. Null for none.",
                authorsName: "cycle_length", source: source, defaultValue: .null),
            OptionDescriptor(
                name: refactor, domain: .boolean, help: "Whether a restart balances the factors, B·A = UΣVᵀ as UΣ^½ and Σ^½Vᵀ.", source: source,
                defaultValue: .bool(refactors ?? false)),
            OptionDescriptor(
                name: resetOptimizer, domain: .boolean, help: "Whether a restart throws away the optimizer's state and counts, of all tensors.",
                source: source, defaultValue: .bool(true)),
            OptionDescriptor(
                name: recovery, domain: .integer(0...Int.max),
                help: "Updates in which the learning rate rises again after a restart, from 0.001 of where it should be then; 0 leaves it alone.",
                source: code, defaultValue: 10),
            OptionDescriptor(
                name: offset, domain: .numbers([0, 1]),
                help: "1 lets every update from the first restart on have the rate of the one after it, as the authors' code does.", source: code,
                defaultValue: 0),
        ].filter { refactors != nil || $0.name != refactor }.map(\.unwrittenAtDefault)
    }

    /// - Parameters:
    ///   - refusal: why the factors can't be balanced; `nil` where they can.
    ///   - canRefactor: whether the method has the option at all.
    /// - Returns: `nil` where no restarts are asked for.
    /// - Throws: `MethodOptionError`.
    public static func of(_ options: MethodOptions, refusingRefactor refusal: String? = nil, canRefactor: Bool = true) throws(MethodOptionError) -> Restarts? {
        let interval = try options.optionalInteger(every)
        let (refactors, resets) = (canRefactor ? try options.bool(refactor) : false, try options.bool(resetOptimizer))
        let (recovery, offset) = (try options.integer(recovery), try options.integer(offset))
        guard (0...1).contains(offset) else { throw MethodOptionError(option: Self.offset, value: .integer(offset), wanted: "0 or 1") }
        guard let interval else { return nil }
        if refactors, let refusal { throw MethodOptionError(option: refactor, value: .bool(true), wanted: "false, because \(refusal),") }
        guard recovery <= interval else {
            throw MethodOptionError(option: Self.recovery, value: .integer(recovery), wanted: "at most \(every) (\(interval))")
        }
        guard refactors || resets || recovery > 0 else {
            throw MethodOptionError(option: every, value: .integer(interval), wanted: "null where a restart does nothing at all")
        }
        return Restarts(
            interval: interval, refactors: refactors, resetsOptimizer: resets, recoverySteps: recovery, scheduleOffset: offset)
    }

    /// The controller of a run of so many updates.
    public func lifecycle(totalSteps: Int) -> any Lifecycle { RestartLifecycle(restarts: self, totalSteps: totalSteps) }

    /// Those of an optional: none where there are no restarts.
    public static func lifecycles(_ restarts: Restarts?, totalSteps: Int) -> [any Lifecycle] {
        restarts.map { [$0.lifecycle(totalSteps: totalSteps)] } ?? []
    }
}

struct RestartLifecycle: Lifecycle {
    typealias State = Stateless

    let restarts: Restarts
    let totalSteps: Int

    func actions(after update: RunView) -> [LifecycleAction] {
        guard update.step % restarts.interval == 0, !update.isLast else { return [] }
        var actions: [LifecycleAction] = []
        if restarts.refactors { actions.append(.rewrite(.refactor, preservesFunction: true)) }
        if restarts.resetsOptimizer { actions += [.editState(of: .all, .prune(.zero)), .setAge(of: .all, 0)] }
        return actions
    }

    var plannedEvents: [PlannedEvent] {
        func event(_ kind: String, _ promise: PlannedEvent.Promise) -> PlannedEvent {
            PlannedEvent(
                kind: kind, first: restarts.interval, interval: restarts.interval, happensAtEnd: false, option: Restarts.every, promise: promise)
        }
        return (restarts.refactors ? [event("refactor", .functionKept)] : [])
            + (restarts.resetsOptimizer ? [event("reset", .stateZeroed(.all)), event("age", .age(.all, 0))] : [])
    }

    /// The first update after a restart begins to recover. Read ahead, the one that would follow the run's last is seen, too.
    var plannedRates: LearningRatePlan {
        let last = restarts.scheduleOffset > 0 ? totalSteps : totalSteps - 1
        let dips = stride(from: restarts.interval, through: last, by: restarts.interval).map {
            LearningRateDip(first: $0 + 1, length: restarts.recoverySteps, floor: 0.001, end: .inLastUpdate, option: Restarts.recovery)
        }
        return LearningRatePlan(
            dips: restarts.recoverySteps > 0 ? dips : [], readsAheadFrom: restarts.scheduleOffset > 0 ? restarts.interval + 1 : nil)
    }
}
