/// The key `checkpoint`: what survives a killed process, and what stays of a finished run.
extension SweepDecoder {
    static let checkpointKeys = [
        OptionDescriptor(
            name: "every_steps", domain: .optionalInteger(1...1_000_000_000), help: "Updates between checkpoints; null for none by count.",
            source: "host", defaultDescription: "null", defaultValue: { _ in .null }),
        OptionDescriptor(
            name: "every_minutes", domain: .optionalPositiveReal, help: "Minutes between checkpoints; null for none by time.",
            source: "host", defaultDescription: "10", defaultValue: { _ in .integer(10) }),
        OptionDescriptor(
            name: "keep", domain: .integer(1...1000), help: "Checkpoints that stay while a run goes on.", source: "host",
            defaultDescription: "2", defaultValue: { _ in .integer(2) }),
        OptionDescriptor(
            name: "final", domain: .choice(CheckpointPolicy.Final.allCases.map(\.rawValue)),
            help: "What stays of a finished run: its weights, or nothing.", source: "host", defaultDescription: "weights",
            defaultValue: { _ in .text("weights") }),
    ]

    func checkpoint(_ value: JSONValue) -> CheckpointPolicy {
        var policy = CheckpointPolicy()
        guard let members = reader.members(value, at: "checkpoint") else { return policy }
        reader.refuseUnknown(members, known: Self.checkpointKeys.map(\.name), at: "checkpoint") { home(of: $0, not: "checkpoint") }
        for member in members {
            guard let descriptor = Self.checkpointKeys.first(where: { $0.name == member.key }),
                let option = reader.option(member.value, descriptor, at: "checkpoint.\(member.key)")
            else { continue }
            switch member.key {
            case "every_steps": policy.everySteps = option.integer
            case "every_minutes": policy.everyMinutes = option.real
            case "keep": policy.keep = option.integer ?? policy.keep
            default: policy.final = option.text.flatMap { CheckpointPolicy.Final(rawValue: $0) } ?? policy.final
            }
        }
        return policy
    }
}
