/// What a sweep's evidence is held against. A matter of reading: no part of any run's identity.
public struct EvidenceSpec: Sendable, Hashable, Codable {
    /// ε in nats of the reported loss: a row within it of the reference is comparable to it. `nil` where none was stated.
    public var equivalenceMargin: Double?

    public init(equivalenceMargin: Double? = nil) { self.equivalenceMargin = equivalenceMargin }

    public enum CodingKeys: String, CodingKey {
        case equivalenceMargin = "equivalence_margin"
    }
}
