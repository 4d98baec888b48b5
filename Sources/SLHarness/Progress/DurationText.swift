/// Durations as progress shows them.
public enum DurationText {
    /// `42 s`, `3:20`, `1:04:30`; `?` for what isn't known.
    public static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }

    /// For plans: `42 s`, `3 min`, `1 h 4 min`, `12 days`.
    public static func words(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
        switch seconds {
        case ..<60: return "\(Int(seconds.rounded(.up))) s"
        case ..<3600: return "\(Int((seconds / 60).rounded())) min"
        case ..<(48 * 3600): return "\(Int(seconds / 3600)) h \(Int(seconds / 60) % 60) min"
        default: return "\(Int((seconds / 86400).rounded())) days"
        }
    }
}
