/// The kernels that OpenBLAS multiplies with, measured, and others that this processor can run beside them.
public struct CoreComparison: Sendable {
    /// What `OPENBLAS_CORETYPE` says.
    public var forced: String?
    public var processor: Processor?
    public var build: OpenBLASBuild
    /// As the library calls the kernels in use.
    public var core: String
    public private(set) var chosen: CoreTrial.Outcome = .failed("it was not tried")
    /// What the library picks by itself; `nil` where it did.
    public private(set) var unforced: CoreTrial.Outcome?
    /// By names for `OPENBLAS_CORETYPE`.
    public private(set) var others: [(name: String, outcome: CoreTrial.Outcome)] = []

    /// Kernels that are so many times as fast are proposed: less may be noise, and other kernels are other last bits.
    static let worthwhile = 1.15

    public init(core: String, forced: String?, processor: Processor?, build: OpenBLASBuild) {
        self.core = core
        self.forced = forced
        self.processor = processor
        self.build = build
    }

    /// Tries the kernels in use, what the library would pick by itself, and what else the processor can run. Those that look faster are tried
    /// once more, and so are the ones in use: of each the best figure stands, so that a disturbance proposes nothing.
    ///
    /// - Parameter trial: a process with that value of `OPENBLAS_CORETYPE`, none for `nil`.
    public mutating func run(_ trial: (String?) -> CoreTrial.Outcome) {
        chosen = trial(forced)
        if forced != nil { unforced = trial(nil) }
        let known = [core, unforced?.trial?.core].compactMap(\.self).map { BLASCore.kind(of: $0) }
        for candidate in candidates where !known.contains(candidate.kind) {
            let outcome = trial(candidate.name)
            // A name that the library does not heed gets what it would have picked anyhow.
            if let found = outcome.trial, BLASCore.kind(of: found.core) != candidate.kind { continue }
            others.append((candidate.name, outcome))
        }
        guard let used = chosen.soundTrial, let best = self.best(beside: used) else { return }
        chosen = Self.better(chosen, trial(forced))
        if best.value == nil { unforced = unforced.map { Self.better($0, trial(nil)) } }
        if let index = others.firstIndex(where: { $0.name == best.value }) {
            others[index].outcome = Self.better(others[index].outcome, trial(others[index].name))
        }
    }

    private var candidates: [BLASCore] {
        guard let processor else { return [] }
        return BLASCore.alternatives(to: core, on: processor, by: build, kinds: chosen.soundTrial == nil ? 3 : 2)
    }

    private static func better(_ first: CoreTrial.Outcome, _ second: CoreTrial.Outcome) -> CoreTrial.Outcome {
        guard let one = first.soundTrial, let other = second.soundTrial else { return first }
        return other.rate > one.rate && other.core == one.core ? second : first
    }

    /// What to set `OPENBLAS_CORETYPE` to, `nil` for nothing, and what came of it: the fastest right kernels beside those in use. What the
    /// library picks by itself goes before a name that gains little.
    ///
    /// - Parameter used: only kernels that are worth the change beside these; any right ones when `nil`.
    func best(beside used: CoreTrial?) -> (value: String?, trial: CoreTrial)? {
        let own = unforced?.soundTrial.map { (value: String?.none, trial: $0) }
        let named = others.compactMap { other in other.outcome.soundTrial.map { (value: String?.some(other.name), trial: $0) } }
        guard let fastest = ([own].compactMap(\.self) + named).max(by: { $0.trial.rate < $1.trial.rate }) else { return nil }
        let choice = own.flatMap { $0.trial.rate * Self.worthwhile >= fastest.trial.rate ? $0 : nil } ?? fastest
        guard let used else { return choice }
        return choice.trial.rate >= used.rate * Self.worthwhile ? choice : nil
    }
}
