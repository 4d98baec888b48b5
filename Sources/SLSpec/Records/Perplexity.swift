import Foundation

/// What a loss in nats per token says of the choice at every token: between so many equally likely ones.
public enum Perplexity {
    /// exp(loss); infinite where no number is large enough.
    public static func of(loss: Double) -> Double { exp(loss) }
}
