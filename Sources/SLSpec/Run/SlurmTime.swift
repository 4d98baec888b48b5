/// A length of time as Slurm writes it: `90` (minutes), `90:00`, `1:30:00`, `1-12` (days and hours), `1-12:30`, `1-12:30:00`.
public struct SlurmTime: Sendable, Hashable, Codable {
    public var seconds: Int

    public init(seconds: Int) { self.seconds = seconds }

    /// What an error message says is allowed.
    public static let allowed = "a time as Slurm writes it: minutes, \"hours:minutes:seconds\" or \"days-hours:minutes:seconds\", above 0"

    /// `nil` for what is no time, and for one that no clock has room for.
    public init?(_ text: String) {
        let sides = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = (sides.last ?? "").split(separator: ":", omittingEmptySubsequences: false).map { Self.number($0) }
        guard parts.count <= 3, !parts.contains(nil) else { return nil }
        let numbers = parts.compactMap(\.self)
        if sides.count == 2 {
            guard let days = Self.number(sides[0]) else { return nil }
            seconds = days * 86_400 + zip(numbers, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
        } else {
            let units = numbers.count == 3 ? [3600, 60, 1] : [60, 1]
            seconds = zip(numbers, units).reduce(0) { $0 + $1.0 * $1.1 }
        }
        guard seconds > 0 else { return nil }
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...6).contains(text.count), text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(text)
    }

    /// `1-12:30:00`, `5:00:00`: the forms that mean the same to every command of Slurm.
    public var text: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let days = seconds / 86_400
        let clock = "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return days > 0 ? "\(days)-\(clock)" : clock
    }

    public init(from decoder: any Decoder) throws { seconds = try decoder.singleValueContainer().decode(Int.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }
}
