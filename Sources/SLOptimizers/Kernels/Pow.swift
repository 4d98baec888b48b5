import Foundation

/// A positive number to any power.
enum Pow {
    static func real(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
