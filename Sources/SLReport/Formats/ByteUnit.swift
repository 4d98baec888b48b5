/// A decimal unit of memory. One table uses one unit, so that its figures compare at a glance.
public enum ByteUnit: String, Sendable, Hashable, CaseIterable {
    case megabytes = "MB"
    case gigabytes = "GB"

    /// Bytes in one unit: 1 GB = 10⁹ bytes, as in the published tables.
    public var bytes: Double {
        switch self {
        case .megabytes: 1e6
        case .gigabytes: 1e9
        }
    }

    /// Gigabytes once any of the figures reaches one, else megabytes.
    public static func suited(to figures: some Sequence<Int>) -> ByteUnit {
        figures.contains { $0 >= 1_000_000_000 } ? .gigabytes : .megabytes
    }
}

extension NumberFormat {
    /// The bare number in a given unit: 3 decimals in GB, 1 in MB. The unit belongs into the table's head.
    public static func bytes(_ count: Int?, in unit: ByteUnit) -> String {
        guard let count else { return missing }
        return fixed(Double(count) / unit.bytes, decimals: unit == .gigabytes ? 3 : 1)
    }

    /// With its own unit: `1.234 GB`, `348.4 MB`.
    public static func bytes(_ count: Int?) -> String {
        guard let count else { return missing }
        let unit = ByteUnit.suited(to: CollectionOfOne(abs(count)))
        return bytes(count, in: unit) + " " + unit.rawValue
    }
}
