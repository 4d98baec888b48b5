import Foundation
import SLSpec

/// How numbers are written for people. Machine formats (CSV, JSON) carry full precision and don't come here.
///
/// A value that is not a number or not finite is written as such, a missing one is ``missing``; neither becomes 0.
public enum NumberFormat {
    /// What stands in a table where there is no value.
    public static let missing = "—"

    /// Nats per token, 4 decimals.
    public static func loss(_ value: Double?) -> String { fixed(value, decimals: 4) }

    /// A difference of losses in nats per token, 4 decimals, always with its sign.
    public static func lossDifference(_ value: Double?) -> String { fixed(value, decimals: 4, signed: true) }

    /// 2 decimals; from a million on in powers of ten, as an untrained model with a large vocabulary can give.
    public static func perplexity(_ value: Double?) -> String { value.map(NumberText.perplexity) ?? missing }

    /// 4 decimals; `<0.0001` below.
    public static func pValue(_ value: Double) -> String { value < 1e-4 ? "<0.0001" : fixed(value, decimals: 4) }

    /// 4 decimals.
    public static func bitsPerByte(_ value: Double?) -> String { fixed(value, decimals: 4) }

    /// Millions with 2 decimals (`58.07M`, `6738.42M`), the way the published tables count; exact below 10 000.
    public static func parameters(_ count: Int?) -> String {
        guard let count else { return missing }
        return abs(count) < 10_000 ? String(count) : fixed(Double(count) / 1e6, decimals: 2) + "M"
    }

    /// `1.10B`, `8.19M`, `20.5K`, `512`.
    public static func tokens(_ count: Int?) -> String {
        guard let count else { return missing }
        switch abs(count) {
        case ..<10_000: return String(count)
        case ..<1_000_000: return fixed(Double(count) / 1e3, decimals: 1) + "K"
        case ..<1_000_000_000: return fixed(Double(count) / 1e6, decimals: 2) + "M"
        default: return fixed(Double(count) / 1e9, decimals: 2) + "B"
        }
    }

    /// Whole numbers from 100 on, else 1 decimal.
    public static func tokensPerSecond(_ value: Double?) -> String {
        guard let value else { return missing }
        return fixed(value, decimals: tokensPerSecondDecimals(value))
    }

    static func tokensPerSecondDecimals(_ value: Double) -> Int { abs(value) >= 99.95 ? 0 : 1 }

    /// A count of floating-point operations in powers of ten: `1.53e12`.
    public static func operations(_ value: Double?) -> String {
        guard let value, value.isFinite else { return fixed(value, decimals: 0) }
        return String(format: "%.2e", value).replacing("e+", with: "e")
    }

    /// A quotient as a factor: `0.62×`.
    public static func ratio(_ value: Double?) -> String {
        guard let value else { return missing }
        return fixed(value, decimals: 2) + "×"
    }

    /// The difference from a reference as a share of it: 0.5 of it is `-50.0 %`, the same `+0.0 %`.
    public static func relative(_ value: Double?, to reference: Double?) -> String {
        guard let value, let reference, reference != 0 else { return missing }
        return fixed((value / reference - 1) * 100, decimals: 1, signed: true) + " %"
    }

    /// A share of 1 in percent, 1 decimal.
    public static func share(_ value: Double?) -> String {
        guard let value else { return missing }
        return fixed(value * 100, decimals: 1) + " %"
    }

    /// Seconds up to two minutes, then minutes and seconds, then hours and minutes.
    public static func duration(seconds: Double?) -> String {
        guard let seconds else { return missing }
        guard seconds.isFinite, abs(seconds) < 1e12 else { return fixed(seconds, decimals: 1) }
        if seconds < 120 { return fixed(seconds, decimals: 1) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 7200 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole / 60 % 60) min"
    }

    /// A measured quantity of unknown kind: 6 significant digits, powers of ten outside 0.0001 … 1e9.
    public static func general(_ value: Double?) -> String {
        guard let value, value.isFinite else { return fixed(value, decimals: 0) }
        if value == value.rounded(), abs(value) < 1e9 { return String(Int(value)) }
        let magnitude = abs(value)
        guard magnitude >= 1e-4, magnitude < 1e9 else { return trimmedExponent(String(format: "%.5e", value)) }
        let decimals = max(0, 5 - Int(log10(magnitude).rounded(.down)))
        return trimmedZeros(String(format: "%.\(decimals)f", value))
    }

    /// Fixed decimals, as ``NumberText`` has them.
    package static func fixed(_ value: Double?, decimals: Int, signed: Bool = false) -> String {
        guard let value else { return missing }
        let text = NumberText.fixed(value, decimals: decimals)
        return signed && value.isFinite && !text.hasPrefix("-") ? "+" + text : text
    }

    private static func trimmedZeros(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    private static func trimmedExponent(_ text: String) -> String {
        let parts = text.split(separator: "e", maxSplits: 1)
        guard parts.count == 2 else { return text }
        return trimmedZeros(String(parts[0])) + "e" + parts[1]
    }
}
