/// The key `probes`: what is measured on the way.
extension SweepDecoder {
    func probes(_ value: JSONValue) -> ProbeSpec? {
        guard members(value, of: ProbeKeys.section) != nil else { return nil }
        var spec = ProbeSpec()
        if let moments = read(ProbeKeys.moments, in: value)?.integer { spec.moments = moments }
        if let tokens = read(ProbeKeys.tokens, in: value)?.integer { spec.tokens = tokens }
        return spec
    }

    /// What is measured of subspaces is in the optimizer's state, all of it in one process.
    func refuseProbesOfSharedState(_ trainings: [TrainingSpec]) {
        guard trainings.contains(where: \.memory.shardsOptimizer) else { return }
        reader.report(
            TopKeys.probes.path,
            "given beside shard_optimizer: they look at subspaces in the optimizer's state, of which each process keeps a part only",
            allowed: "no probes, or training.shard_optimizer false")
    }
}
