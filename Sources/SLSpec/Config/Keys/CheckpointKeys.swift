/// The keys of `checkpoint`.
enum CheckpointKeys {
    private typealias Name = CheckpointPolicy.CodingKeys
    private static let place = "checkpoint"
    private static let ordinary = CheckpointPolicy()

    static let everySteps = ConfigKey(
        place, Name.everySteps.rawValue, .value(.optionalInteger(1...1_000_000_000)),
        "Updates between checkpoints; null for none by count.", standard: .value(ordinary.everySteps.map { JSONValue.integer($0) } ?? JSONValue.null),
        source: "host")
    static let everyMinutes = ConfigKey(
        place, Name.everyMinutes.rawValue, .value(.optionalPositiveReal), "Minutes between checkpoints; null for none by time.",
        standard: .value(ordinary.everyMinutes.map { JSONValue.real($0) } ?? JSONValue.null), source: "host")
    static let keep = ConfigKey(
        place, Name.keep.rawValue, .value(.integer(1...1000)), "Checkpoints that stay while a run goes on.",
        standard: .value(.integer(ordinary.keep)), source: "host")
    static let final = ConfigKey(
        place, Name.final.rawValue, .value(.choice(CheckpointPolicy.Final.allCases.map(\.rawValue))),
        "What stays of a finished run: its weights, or nothing.", standard: .value(.string(ordinary.final.rawValue)), source: "host")

    static let section = ConfigSection(
        place, [everySteps, everyMinutes, keep, final], rules: "A matter of the host: not part of a run's identity.")
}
