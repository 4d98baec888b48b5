/// The key `probes`: what is measured on the way.
extension SweepDecoder {
    func probes(_ value: JSONValue) -> ProbeSpec? {
        guard members(value, of: ProbeKeys.section) != nil else { return nil }
        var spec = ProbeSpec()
        if let moments = read(ProbeKeys.moments, in: value)?.integer { spec.moments = moments }
        if let tokens = read(ProbeKeys.tokens, in: value)?.integer { spec.tokens = tokens }
        return spec
    }
}
