/// An amount of memory as Slurm writes it: `4000` (megabytes of 2²⁰ bytes), `512M`, `8G`, `1T`.
public struct SlurmMemory: Sendable, Hashable, Codable {
    /// Of 2²⁰ bytes.
    public var megabytes: Int

    public init(megabytes: Int) { self.megabytes = megabytes }

    /// What an error message says is allowed.
    public static let allowed = "an amount as Slurm writes it: megabytes, or a number with M, G or T, e.g. \"8G\""

    public init?(_ text: String) {
        let units: [Character: Int] = ["M": 1, "G": 1024, "T": 1024 * 1024]
        let unit = text.last.flatMap { units[Character($0.uppercased())] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard (1...9).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits), number > 0 else { return nil }
        megabytes = number * (unit ?? 1)
    }

    /// `8192M`
    public var text: String { "\(megabytes)M" }

    public init(from decoder: any Decoder) throws { megabytes = try decoder.singleValueContainer().decode(Int.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(megabytes)
    }
}
