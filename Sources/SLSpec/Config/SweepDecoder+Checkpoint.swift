/// The key `checkpoint`: what survives a killed process, and what stays of a finished run.
extension SweepDecoder {
    func checkpoint(_ value: JSONValue) -> CheckpointPolicy {
        var policy = CheckpointPolicy()
        guard members(value, of: CheckpointKeys.section) != nil else { return policy }
        if let steps = read(CheckpointKeys.everySteps, in: value) { policy.everySteps = steps.integer }
        if let minutes = read(CheckpointKeys.everyMinutes, in: value) { policy.everyMinutes = minutes.real }
        if let keep = read(CheckpointKeys.keep, in: value)?.integer { policy.keep = keep }
        if let what = read(CheckpointKeys.final, in: value)?.text.flatMap({ CheckpointPolicy.Final(rawValue: $0) }) { policy.final = what }
        return policy
    }
}
