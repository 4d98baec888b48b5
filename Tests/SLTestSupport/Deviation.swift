import SLNumerics

/// How far one list of numbers is from another.
public struct Deviation: Sendable, CustomStringConvertible {
    /// ‖a − b‖₂
    public let difference: Double
    /// max(‖a‖₂, ‖b‖₂)
    public let scale: Double
    /// Largest |aᵢ − bᵢ|.
    public let largest: Double
    /// Largest |bᵢ|.
    public let magnitude: Double
    /// Whether a not-a-number stands where the other list has a number, or the lengths differ.
    public let isComparable: Bool

    public init(_ a: [some BinaryFloatingPoint], from b: [some BinaryFloatingPoint]) {
        var difference = 0.0
        var (normA, normB) = (0.0, 0.0)
        var (largest, magnitude) = (0.0, 0.0)
        for (x, y) in zip(a, b) {
            let (x, y) = (Double(x), Double(y))
            difference += (x - y) * (x - y)
            normA += x * x
            normB += y * y
            largest = max(largest, abs(x - y))
            magnitude = max(magnitude, abs(y))
        }
        self.difference = difference.squareRoot()
        scale = max(normA, normB).squareRoot()
        self.largest = largest
        self.magnitude = magnitude
        isComparable = a.count == b.count && difference.isFinite
    }

    /// ‖a − b‖ / max(‖a‖, ‖b‖): 1 or more for a lost or negated tensor, 0 for two tensors of zeros.
    public var relative: Double {
        guard isComparable else { return .infinity }
        return difference == 0 ? 0 : difference / scale
    }

    /// Largest |aᵢ − bᵢ| in units of the largest |bᵢ|.
    public var relativeToLargest: Double {
        guard isComparable else { return .infinity }
        return largest == 0 ? 0 : largest / magnitude
    }

    public var description: String { "relative \(relative), largest \(largest) of \(magnitude)" }
}
