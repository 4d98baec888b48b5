import Foundation

/// How alike two orders of the same things are: Kendall's τ-b, which allows for ties.
///
/// Of all pairs, those in the same order less those in the opposite one, over √((pairs not tied in the one) · (pairs not tied in the other)):
/// 1 for the same order, −1 for the opposite. Kendall 1945, Biometrika 33, 239–251.
public struct KendallTau: Sendable, Hashable {
    public var concordant = 0
    public var discordant = 0
    /// Pairs that either order ties.
    public var tied = 0
    /// `nil` where one of the orders ties everything, and for fewer than two things.
    public let tau: Double?

    /// - Parameter values: of each thing under both.
    public init(_ values: [(Double, Double)]) {
        var (untiedFirst, untiedSecond) = (0, 0)
        for one in values.indices {
            for other in values.indices.dropFirst(one + 1) {
                let first = values[one].0 - values[other].0
                let second = values[one].1 - values[other].1
                if first != 0 { untiedFirst += 1 }
                if second != 0 { untiedSecond += 1 }
                switch first * second {
                case 0: tied += 1
                case let product where product > 0: concordant += 1
                default: discordant += 1
                }
            }
        }
        let norm = (Double(untiedFirst) * Double(untiedSecond)).squareRoot()
        tau = norm > 0 ? Double(concordant - discordant) / norm : nil
    }

    public var pairs: Int { concordant + discordant + tied }
}
