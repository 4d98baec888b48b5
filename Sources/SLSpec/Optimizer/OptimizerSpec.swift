import OrderedCollections

/// Which optimizer, and its options: `{"name": "muon", "momentum": 0.9}` of a config.
///
/// How its state is stored is another matter: ``MemoryOptions``.
public struct OptimizerSpec: Sendable, Hashable {
    /// What trains where nothing else is asked for.
    public static let standard = "adamw"
    /// An older name of ``standard`` with 8-bit states.
    public static let eightBitAdamW = "adamw8bit"

    public var name: String
    public var options: MethodOptions

    public init(_ name: String = Self.standard, _ options: MethodOptions = MethodOptions()) {
        self.name = name
        self.options = options
    }

    /// AdamW with these β and ε.
    public static func adamW(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) -> OptimizerSpec {
        OptimizerSpec(standard, MethodOptions(["beta1": .real(beta1), "beta2": .real(beta2), "epsilon": .real(epsilon)]))
    }

    public var isStandard: Bool { name == Self.standard }
}
