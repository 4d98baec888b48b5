/// Rotary positions as files of today say them: `rope_parameters` (transformers 5), or `rope_scaling` of the same form.
struct RopeDecoder {
    let reader: ConfigReader

    /// - Returns: the base that the object names; `nil` where it names none.
    func theta(_ value: JSONValue, at path: String) -> JSONValue? {
        guard value != .null else { return nil }
        guard let members = reader.members(value, at: path) else { return nil }
        reader.refuseUnknown(members, known: RopeKeys.all.map(\.name), at: path) { _ in "scaled rotary positions are not offered" }
        for key in RopeKeys.all {
            if let given = value[key] { _ = reader.value(given, of: key, at: "\(path).\(key.name)") }
        }
        return value[RopeKeys.theta].flatMap { $0 == .null ? nil : $0 }
    }
}
