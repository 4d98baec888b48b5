/// Rotary positions as files of today say them: `rope_parameters` (transformers 5), or `rope_scaling` of the same form.
struct RopeDecoder {
    static let keys = ["rope_parameters", "rope_scaling"]
    static let allowed = "null, or {\"rope_type\": \"default\", \"rope_theta\": …}"

    let reader: ConfigReader

    /// - Returns: the base that the object names; `nil` where it names none.
    func theta(_ value: JSONValue, at path: String) -> JSONValue? {
        guard value != .null else { return nil }
        guard let members = reader.members(value, at: path) else { return nil }
        reader.refuseUnknown(members, known: ["rope_type", "type", "rope_theta", "partial_rotary_factor"], at: path) { _ in
            "scaled rotary positions are not offered"
        }
        for key in ["rope_type", "type"] {
            guard let type = value[key], type != .null, type != .string("default") else { continue }
            reader.report(
                "\(path).\(key)", "\(type.text) given", allowed: "\"default\"", hint: "scaled rotary positions are not offered: this model has plain ones")
        }
        if let part = value["partial_rotary_factor"], part != .null, part.whole != 1 {
            reader.report("\(path).partial_rotary_factor", "\(part.text) given", allowed: "1", hint: "positions turn the whole head")
        }
        return value["rope_theta"].flatMap { $0 == .null ? nil : $0 }
    }
}
