/// Asks for dense gradients and exchanges entries when ``Regrow`` says.
struct RegrowLifecycle: Lifecycle {
    typealias State = Stateless

    let regrow: Regrow
    let totalSteps: Int

    private let entries = TensorChoice.linears([SparseEntries<Float>.valueName])

    init(regrow: Regrow, totalSteps: Int) {
        self.regrow = regrow
        self.totalSteps = totalSteps
    }

    private var collects: Bool { regrow.growth == .gradient }

    func beginning(of run: RunView) -> RunBeginning {
        collects ? RunBeginning(observed: entries, observedUpdates: regrow.window) : RunBeginning()
    }

    func actions(after update: RunView) -> [LifecycleAction] {
        var actions: [LifecycleAction] = []
        if opensWindow(after: update.step) { actions.append(.denseGradients(of: entries, updates: regrow.window + 1)) }
        if regrow.exchanges(after: update.step), update.step < totalSteps {
            let settings = [
                RegrowSettings.share: regrow.share(after: update.step, of: totalSteps),
                RegrowSettings.updates: Double(regrow.collectedUpdates(before: update.step)),
            ]
            actions.append(.rewrite(Rewrite(Regrow.rewriteName, settings), preservesFunction: false))
        }
        return actions
    }

    /// The update before the first of a window whose exchange another update follows.
    private func opensWindow(after step: Int) -> Bool {
        collects && (step + 1) % regrow.interval == 0 && step + 1 + regrow.window < totalSteps
    }

    var plannedEvents: [PlannedEvent] {
        let exchange = PlannedEvent(
            kind: Regrow.rewriteName, first: regrow.firstExchange, interval: regrow.interval, happensAtEnd: false, option: Regrow.intervalName)
        let windows = max(0, totalSteps - 1 - regrow.window) / regrow.interval
        guard collects, windows > 0 else { return [exchange] }
        return [
            exchange,
            PlannedEvent(
                kind: "dense_gradients", first: regrow.interval - 1, interval: regrow.interval, option: Regrow.intervalName, limit: windows),
        ]
    }
}

/// What the controller says of an exchange.
enum RegrowSettings {
    static let share = "share"
    static let updates = "updates"
}
