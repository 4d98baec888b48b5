/// The keys of `evidence`.
enum EvidenceKeys {
    private typealias Name = EvidenceSpec.CodingKeys
    private static let place = "evidence"

    static let equivalenceMargin = ConfigKey(
        place, Name.equivalenceMargin.rawValue, .value(.optionalPositiveReal),
        "Difference in loss, in nats, within which a method counts as comparable to the reference; null for none.", standard: .value(.null),
        meaning: "difference in loss (nats) within which a method counts as comparable to the reference")

    static let section = ConfigSection(
        place, [equivalenceMargin],
        rules: """
            What the runs are held against, stated before they are made: `"evidence": {"equivalence_margin": 0.02}`. Without a margin the report
            says the smallest that the seeds support. No part of a run's identity.
            """)
}
