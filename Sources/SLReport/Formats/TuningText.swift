public import SLSpec

/// Trials in words.
public enum TuningText {
    /// `60m galore r=128`
    package static func name(_ cell: TunedCell) -> String {
        [cell.size, cell.method, cell.rank.map { "r=\($0)" }].compactMap(\.self).joined(separator: " ")
    }

    /// `lr 0.003`, `lr 0.01, scale 0.25`
    public static func values(_ values: [String: OptionValue]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// How the trials of a cell stand for which nothing could be chosen: `2 diverged, 1 failed`.
    public static func outcomes(_ cell: TunedCell) -> String {
        let all = cell.trials.map(outcome)
        return MarkdownText.distinct(all).map { words in "\(all.count { $0 == words }) \(words)" }.joined(separator: ", ")
    }

    /// The mean loss, or how the trial stands.
    public static func outcome(_ trial: TunedCell.Trial) -> String {
        if let loss = trial.meanLoss, loss.isFinite { return NumberFormat.loss(loss) }
        return status(trial)
    }

    /// How the trial stands: `finished` where every seed of it did.
    public static func status(_ trial: TunedCell.Trial) -> String {
        if trial.meanLoss?.isFinite == true { return RunStatus.finished.rawValue }
        let ended = trial.runs.compactMap(\.status).filter { $0 != .finished }
        return ended.first?.rawValue ?? "waiting"
    }
}
