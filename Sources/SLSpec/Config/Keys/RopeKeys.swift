/// The keys of an object of rotary positions: plain ones, as transformers writes them.
enum RopeKeys {
    static let ropeType = plain("rope_type")
    /// An older name of the same.
    static let olderType = plain("type")
    /// Checked as the model's own `rope_theta`.
    static let theta = ConfigKey("", "rope_theta", .types(["number", "null"]))
    static let part = ConfigKey("", "partial_rotary_factor", .optionalConstant(.integer(1)), hint: "positions turn the whole head")

    static let all = [ropeType, olderType, theta, part]

    private static func plain(_ name: String) -> ConfigKey {
        ConfigKey(
            "", name, .optionalConstant(.string("default")), hint: "scaled rotary positions are not offered: this model has plain ones")
    }
}
