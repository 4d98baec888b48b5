/// The key `evidence`: what the runs are held against.
extension SweepDecoder {
    func evidence(_ value: JSONValue) -> EvidenceSpec {
        guard members(value, of: EvidenceKeys.section) != nil else { return EvidenceSpec() }
        return EvidenceSpec(equivalenceMargin: read(EvidenceKeys.equivalenceMargin, in: value)?.real)
    }
}
