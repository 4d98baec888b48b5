import SLSpec

/// Trials in words.
public enum TuningText {
    /// `lr 0.003`, `lr 0.01, scale 0.25`
    public static func values(_ values: [String: OptionValue]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// The mean loss, or how the trial stands.
    public static func outcome(_ trial: TunedCell.Trial) -> String {
        if let loss = trial.meanLoss { return NumberFormat.loss(loss) }
        let ended = trial.runs.compactMap(\.status).filter { $0 != .finished }
        return ended.first?.rawValue ?? "waiting"
    }
}
