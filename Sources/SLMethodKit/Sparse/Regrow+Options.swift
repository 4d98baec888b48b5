import Foundation
public import SLSpec

extension Regrow {
    /// As exchanges are recorded.
    static let rewriteName = "regrow"

    public static let intervalName = "regrow_interval"
    public static let windowName = "regrow_window"
    public static let rateName = "regrow_rate"
    public static let policyName = "regrow_policy"
    public static let clockName = "regrow_clock"
    public static let warmupName = "regrow_warmup"

    static func cosine(_ progress: Double) -> Double { cos(.pi * progress) }

    private static let spiel = "Ansell et al. 2024, arXiv:2401.16405; AlanAnsell/peft @42ebcb8, tuners/sft/args.py"
    private static let smet = "Xiao et al. 2026, SMET, arXiv:2606.00888, and its code @6a94b79"

    /// The options of a support that may move, one set for all linears.
    ///
    /// - Parameters:
    ///   - rate, policy, warmup: their defaults.
    ///   - source: of those, where they are not SpIEL's.
    public static func options(rate: Double = 0.2, policy: Policy = .linear, warmup: Int = 1, source: String? = nil) -> [OptionDescriptor] {
        [
            OptionDescriptor(
                name: intervalName, domain: .integer(3...Int.max), help: "Updates from one exchange of entries to the next.",
                authorsName: "reselection_steps", source: source ?? spiel, defaultValue: 100),
            OptionDescriptor(
                name: windowName, domain: .integer(1...Int.max),
                help: "Updates of an interval in which dense gradients are collected before entries are exchanged (one more from the second exchange"
                    + " on); at most the interval less 2. Of growth by momentum: the update of an interval after which entries are exchanged.",
                authorsName: "selection_accumulation_steps", source: spiel, defaultValue: 5),
            OptionDescriptor(
                name: rateName, domain: .positiveReal(upTo: 1), help: "Share of the entries that are exchanged, before it falls.",
                authorsName: "initial_reselection_rate", source: source ?? spiel, defaultValue: .real(rate)),
            OptionDescriptor(
                name: policyName, domain: .choice(Policy.allCases.map(\.rawValue)),
                help: "How the share falls to 0 over the run: linearly (but all entries are exchanged the first time, unless at random) or as half a cosine.",
                source: source ?? spiel, defaultValue: .text(policy.rawValue)),
            OptionDescriptor(
                name: clockName, domain: .choice(Clock.allCases.map(\.rawValue)),
                help: "Whether AdamW's bias corrections go by each entry's own age or by the tensor's. Shared, the first steps of entries that have"
                    + " grown are up to 3.16 times too long.",
                source: "own: both of SpIEL and SMET", defaultValue: "own"),
            OptionDescriptor(
                name: warmupName, domain: .integer(1...1_000_000),
                help: "Updates over which the steps of an entry that has grown become whole; 1 for none.", authorsName: "op_decay_steps", source: smet,
                defaultValue: .integer(warmup)),
        ].map(\.ofTheRun)
    }

    /// The names of the options that parity cases have under shorter ones.
    public static let caseNames = ["interval": intervalName, "window": windowName, "rate": rateName, "policy": policyName]
}
