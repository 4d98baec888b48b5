import Foundation

/// eˣ, under a name that closures and key paths can't confuse with an overload.
func exponential(_ value: Double) -> Double { exp(value) }
