import Foundation

/// Numbers as text of bounded length: what a wrecked model's perplexity is written with, wherever people read it.
public enum NumberText {
    /// From here on powers of ten are written: fixed decimals would be hundreds of digits.
    static let largestFixed = 1e9

    /// Fixed decimals, `5.60e+201` from a thousand million on, `NaN`, `∞`; a result of all zeros has no minus sign.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-∞" : "∞" }
        guard abs(value) < largestFixed else { return String(format: "%.2e", value) }
        let text = String(format: "%.\(decimals)f", value)
        let isZero = !text.contains { ("1"..."9").contains($0) }
        return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
    }

    /// 2 decimals; from a million on in powers of ten, as an untrained model with a large vocabulary can give.
    public static func perplexity(_ value: Double) -> String {
        value.isFinite && abs(value) >= 1e6 ? String(format: "%.2e", value) : fixed(value, decimals: 2)
    }
}
