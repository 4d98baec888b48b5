import Foundation

extension CoreComparison {
    /// Whether products can be multiplied in this process: kernels that end a trial would end the program.
    public var endsProcesses: Bool {
        if case .signal = chosen { return true }
        return false
    }

    /// What was found, for people.
    public var found: String {
        let name = core + (forced == nil ? "" : " by OPENBLAS_CORETYPE")
        return ([name + ": " + finding] + besides + [mistake].compactMap(\.self)).joined(separator: "; ")
    }

    private var finding: String {
        switch chosen {
        case .measured(let trial) where trial.isRight:
            return String(
                format: "%@ on 1 thread, %ld odd products right (largest error %.0f %% of its bound)", Self.rate(trial), trial.products,
                max(1, trial.worst * 100))
        case .measured(let trial):
            return "multiplies wrongly: \(trial.worstProduct) is off by "
                + (trial.worst < 1e6 ? String(format: "%.3g times its bound", trial.worst) : "more than any rounding")
        case .signal(let number):
            return number == SIGILL ? "ends the program: this processor lacks its instructions" : "ends the program (signal \(number))"
        case .late(let seconds): return String(format: "not measured, nothing came of it in %.1f s", seconds)
        case .failed(let reason): return "not measured: \(reason)"
        }
    }

    private var besides: [String] {
        let own = unforced.map { outcome in
            "without it " + (outcome.trial.map { "\($0.core) " } ?? "") + Self.short(outcome)
        }
        return [own].compactMap(\.self) + others.map { "\($0.name) " + Self.short($0.outcome) }
            + (build.choosesKernels ? [] : ["this OpenBLAS has no other kernels (no DYNAMIC_ARCH)"])
    }

    private var mistake: String? {
        guard forced == nil, let processor else { return nil }
        return BLASCore.mistake(chosen: core, on: processor, by: build)
    }

    /// How to mend it; `nil` where nothing is to be mended.
    public var fix: String? {
        if let used = chosen.soundTrial {
            if let best = self.best(beside: used) { return "\(Self.order(best.value)): \(Self.words(best.trial)) in place of \(Self.rate(used))" }
            // Names of one kind may be one in the library.
            guard let forced, !forced.isEmpty, forced.lowercased() != core.lowercased(),
                BLASCore.kind(of: forced).map({ $0 == BLASCore.kind(of: core) }) != true
            else { return nil }
            return "\(Self.order(nil)): this OpenBLAS does not heed '\(forced)'"
        }
        switch chosen {
        case .late, .failed: return nil
        case .measured, .signal:
            guard let best = self.best(beside: nil) else { return "another version of OpenBLAS: no right kernels were found in this one" }
            return "\(Self.order(best.value)): \(Self.words(best.trial))"
        }
    }

    private static func order(_ value: String?) -> String { value.map { "OPENBLAS_CORETYPE=\($0)" } ?? "unset OPENBLAS_CORETYPE" }

    private static func words(_ trial: CoreTrial) -> String { "\(trial.core), \(rate(trial))" }

    private static func rate(_ trial: CoreTrial) -> String { String(format: "%.0f GFLOP/s", trial.rate / 1e9) }

    private static func short(_ outcome: CoreTrial.Outcome) -> String {
        switch outcome {
        case .measured(let trial): trial.isRight ? rate(trial) : "multiplies wrongly"
        case .signal: "ends the program"
        case .late, .failed: "not measured"
        }
    }
}
