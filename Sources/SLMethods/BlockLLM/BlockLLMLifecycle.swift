import Foundation
import SLMethodKit
import SLOptimizers
import SLRandom
import SLSpec

/// Looks at gradients' norms, and chooses anew what is trained when the loss no longer falls.
struct BlockLLMLifecycle: Lifecycle {
    struct BlockLLMState: Codable, Sendable {
        /// Elements of all tensors that may be chosen, by full name.
        var counts: [String: Int] = [:]
        /// The same names in the model's order.
        var order: [String] = []
        /// Latest known norm of each tensor's gradient.
        var norms: [String: Double] = [:]
        /// How often each was chosen, as shares.
        var visits: [String: Double] = [:]
        /// Updates before the present choice.
        var chosenAfter = 0
        /// Whether the present choice is still to be counted.
        var isUncounted = false
        /// Whether an inactive tensor is looked at.
        var isProbing = false
    }

    var state = BlockLLMState()
    private let settings: BlockLLMSettings

    init(_ settings: BlockLLMSettings) { self.settings = settings }

    // MARK: The beginning

    /// Tensors in random order, as long as they fit.
    mutating func beginning(of run: RunView) -> RunBeginning {
        let choosable = run.tensors.map(\.place).filter(BlockLLMSettings.isChoosable)
        state.order = choosable.map(\.fullName)
        state.counts = Dictionary(choosable.map { ($0.fullName, $0.count) }, uniquingKeysWith: { first, _ in first })
        state.visits = Dictionary(choosable.map { ($0.fullName, 1 / Double(choosable.count)) }, uniquingKeysWith: { first, _ in first })
        state.chosenAfter = settings.skipsFirst ? 1 : 0
        var stream = RandomStream(seed: run.seed, name: "blockllm/0")
        let chosen = filled([], &stream)
        let tables = settings.trainsTables ? [] : run.tensors.filter { !BlockLLMSettings.isChoosable($0.place) }.map(\.place.fullName)
        return RunBeginning(frozen: .named(Set(state.order).subtracting(chosen).union(tables)))
    }

    private var quota: Int { settings.quota(of: state.counts.values.reduce(0, +)) }

    /// With others in random order as far as they fit into the quota.
    private func filled(_ chosen: Set<String>, _ stream: inout RandomStream) -> Set<String> {
        var chosen = chosen
        var sum = chosen.reduce(0) { $0 + (state.counts[$1] ?? 0) }
        for name in stream.permutation(state.order.count).map({ state.order[$0] }) where !chosen.contains(name) {
            guard let count = state.counts[name], sum + count < quota else { continue }
            chosen.insert(name)
            sum += count
        }
        return chosen
    }

    // MARK: After updates

    mutating func actions(after update: RunView) -> [LifecycleAction] {
        // Its rate was 0; what it left in the optimizer goes.
        if settings.skipsFirst, update.step == 1 { return [.editState(of: .all, .prune(.zero)), .setAge(of: .all, 0)] }
        let known = update.tensors.filter { state.counts[$0.place.fullName] != nil }
        let active = Set(known.filter(\.isTrained).map(\.place.fullName))
        for tensor in known { state.norms[tensor.place.fullName] = tensor.gradientNorm }
        countVisits(active)
        guard !update.isLast else { return [] }
        var stream = RandomStream(seed: update.seed, name: "blockllm/\(update.step)")
        if hasStalled(update) { return choose(after: update.step, &stream) }
        guard update.step % settings.probeInterval == 0 else { return [] }
        let inactive = state.order.filter { !active.contains($0) }
        guard !inactive.isEmpty else { return [] }
        state.isProbing = true
        return [.denseGradients(of: .named([inactive[stream.below(inactive.count)]]), updates: settings.probeInterval)]
    }

    /// Each chosen tensor adds 1 to its share, and the shares are made shares again, one after the other as in the code.
    private mutating func countVisits(_ active: Set<String>) {
        guard state.isUncounted else { return }
        state.isUncounted = false
        for name in state.order where active.contains(name) {
            state.visits[name, default: 0] += 1
            // In the model's order, so that the sum is the same wherever a run goes on.
            let total = state.order.reduce(0) { $0 + (state.visits[$1] ?? 0) }
            state.visits = state.visits.mapValues { $0 / total }
        }
    }

    /// Whether the mean of the latest losses is above that of all since the last choice.
    private func hasStalled(_ update: RunView) -> Bool {
        let losses = update.losses.dropFirst(state.chosenAfter)
        guard update.step % settings.interval == 0, losses.count > settings.patience else { return false }
        let latest = losses.suffix(settings.patience)
        return losses.reduce(0, +) / Double(losses.count) < latest.reduce(0, +) / Double(latest.count)
    }

    /// Those of largest norm over e to the (share of choices / updates), until the quota is reached.
    private mutating func choose(after step: Int, _ stream: inout RandomStream) -> [LifecycleAction] {
        func score(_ name: String) -> Double { (state.norms[name] ?? 0) / exp((state.visits[name] ?? 0) / Double(step)) }
        let ranked = state.order.filter { state.norms[$0] != nil }.map { ($0, score($0)) }.enumerated()
            .sorted { ($0.element.1, $1.offset) > ($1.element.1, $0.offset) }.map(\.element.0)
        var chosen: Set<String> = []
        var (sum, isFull) = (0, false)
        for name in ranked {
            sum += state.counts[name] ?? 0
            isFull = sum >= quota
            if isFull { break }
            chosen.insert(name)
        }
        if !isFull { chosen = filled(chosen, &stream) }
        state.chosenAfter = step
        state.isUncounted = true
        defer { state.isProbing = false }
        let all = TensorChoice.named(Set(state.order))
        return (state.isProbing ? [.denseGradients(of: .named([]), updates: 0)] : []) + [
            .freeze(.named(Set(state.order).subtracting(chosen))), .thaw(.named(chosen)), .editState(of: all, .prune(.zero)), .setAge(of: all, 0),
        ]
    }

    var plannedEvents: [PlannedEvent] {
        let open = ["freeze", "thaw", "reset", "age", "dense_gradients"].map {
            PlannedEvent(
                kind: $0, first: settings.interval, interval: settings.interval, happensAtEnd: false, option: "update_interval", isOpen: true)
        }
        let probes = PlannedEvent(
            kind: "dense_gradients", first: settings.probeInterval, interval: settings.probeInterval, happensAtEnd: false, option: "probe_interval",
            isOpen: true)
        return open + [probes]
            + (settings.skipsFirst ? ["reset", "age"].map { PlannedEvent(kind: $0, first: 1, interval: nil, option: "skip_first_update") } : [])
    }

    var plannedRates: LearningRatePlan {
        let skip = LearningRateDip(first: 1, length: 1, floor: 0, end: .afterwards, option: "skip_first_update")
        return LearningRatePlan(dips: settings.skipsFirst ? [skip] : [])
    }
}
