public import SLOptimizers
public import SLSpec

/// A support that moves: at intervals the entries of smallest magnitude are dropped and as many others grow in their place, with the value 0.
///
/// Sources: Ansell et al. 2024, SpIEL, arXiv:2401.16405, and github.com/AlanAnsell/peft, `tuners/sft/trainer.py` (growth by gradient and by
/// momentum); Xiao et al. 2026, SMET, arXiv:2606.00888, and github.com/QiaoXiao7282/SMET @6a94b79 (random growth, a clock of each entry's own,
/// warm-up of what has grown).
///
/// *By gradient* (SpIEL-AG): the gradient of the whole dense weight is taken in the w updates before the first exchange and in the w + 1
/// before every later one, as the authors' counters have it. The first of them chooses as many candidates as there are entries, those of
/// largest |G|; G and G² of these are added up. Then the ⌊p·nnz⌋ entries of smallest |value| are dropped and the candidates of largest |ΣG| that
/// are not in the support grow; what would be dropped and grown at once stays as it is. What has grown starts with the moments that its
/// means would have made, at the age of the updates they are over.
/// *By momentum* (SpIEL-MA): see ``SparseGrowth``. *At random* (SMET, SET): uniformly from all other entries, after every interval.
///
/// With micro-batches the authors add up each one's G² and count each one's G; here an update's gradient is one, however it is cut. The last
/// exchange is left out where no update follows it.
public struct Regrow: Sendable, Hashable {
    public enum Growth: String, Sendable, Hashable, CaseIterable {
        case gradient, momentum, random
    }

    /// How p falls over the run's T updates.
    public enum Policy: String, Sendable, Hashable, CaseIterable {
        /// rate · (1 − n/T) after update n, and 1 the first time.
        case linear
        /// rate · (1 + cos(πn/T)) / 2.
        case cosine
    }

    public enum Clock: String, Sendable, Hashable, CaseIterable {
        /// Each entry has its own age.
        case own
        /// All have the age of the tensor.
        case shared
    }

    public let growth: Growth
    public let interval: Int
    public let window: Int
    public let rate: Double
    public let policy: Policy
    public let clock: Clock
    public let warmup: Int

    /// The options of ``options(rate:policy:warmup:source:)``, all of which must be there.
    ///
    /// - Parameter growth: `nil` for a support that stays.
    /// - Throws: `MethodOptionError`.
    public static func of(_ options: MethodOptions, growth: Growth?) throws -> Regrow? {
        let regrow = try Regrow(options, growth ?? .gradient)
        guard growth != nil else { return nil }
        // Gradients are collected from update kI on, up to kI + w, and the next window opens a whole update later at the earliest.
        guard growth == .random || regrow.window <= regrow.interval - 2 else {
            throw MethodOptionError(
                option: windowName, value: .integer(regrow.window), wanted: "at most \(intervalName) − 2 (\(regrow.interval - 2))")
        }
        return regrow
    }

    private init(_ options: MethodOptions, _ growth: Growth) throws {
        self.growth = growth
        interval = try options.integer(Self.intervalName)
        window = try options.integer(Self.windowName)
        rate = try options.real(Self.rateName)
        policy = try options.choice(Self.policyName, of: Policy.self)
        clock = try options.choice(Self.clockName, of: Clock.self)
        warmup = try options.integer(Self.warmupName)
    }

    /// What does nothing.
    public var idleParts: [String] {
        clock == .shared && warmup > 1 ? ["entries that have grown do not warm up: they have no ages of their own (\(Self.clockName) shared)"] : []
    }

    // MARK: When

    /// What the first exchange's update leaves over, divided by the interval.
    private var offset: Int { growth == .random ? 0 : window }
    var firstExchange: Int { growth == .random ? interval : window }

    func exchanges(after step: Int) -> Bool { step >= firstExchange && step % interval == offset % interval }

    /// p after update `step` of `total`.
    func share(after step: Int, of total: Int) -> Double {
        let progress = Double(step) / Double(max(1, total))
        switch policy {
        case .linear: return step == firstExchange && growth != .random ? 1 : rate * (1 - progress)
        case .cosine: return rate * (1 + Self.cosine(progress)) / 2
        }
    }

    /// Updates whose gradients an exchange after `step` goes by.
    func collectedUpdates(before step: Int) -> Int { step == firstExchange ? window : window + 1 }

    // MARK: Rule and controller

    /// The rule of the entries, or why it can't be had: state has to go with its entry.
    ///
    /// - Parameter rule: the run's for such a tensor.
    public func rule(_ rule: any UpdateRule, rows: Int, columns: Int) -> any UpdateRule {
        if let adam = rule as? AdamWRule { return clock == .own ? EntryAdamRule(adam.settings, warmup: warmup) : adam }
        if clock == .own, warmup > 1 { return RefusedRule(rule, reason: "regrown entries warm up by ages of their own, which AdamW alone keeps") }
        if growth == .momentum { return RefusedRule(rule, reason: "growth by momentum reads AdamW's second moments") }
        let follows = rule.state(rows: rows, columns: columns).allSatisfy { ($0.kind == .momentum || $0.kind == .secondMoment) && $0.rows == rows && $0.columns == columns }
        return follows ? rule : RefusedRule(rule, reason: "its state does not belong to single entries, and the support moves; AdamW's and SGD's does")
    }

    public func lifecycle(totalSteps: Int) -> any Lifecycle { RegrowLifecycle(regrow: self, totalSteps: totalSteps) }
}
