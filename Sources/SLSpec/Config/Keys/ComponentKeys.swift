/// Keys of `training` that a method's object may have too and that hold more than a value; one of them also stands in `tuning`.
enum ComponentKeys {
    static let optimizer = ConfigKey(
        TrainingKeys.place, "optimizer", .definition,
        "The update rule: a name, or an object with its name and options; in a method's object also a list that is swept.",
        standard: .value(.string(OptimizerSpec.standard)), allowed: "a name, or an object with its name and options")
    static let groups = grouping(in: TrainingKeys.place, allowed: "an object by group")

    static let activations = ConfigKey(
        TrainingKeys.place, ActivationKeys.name, .definition,
        "What stands for linears' inputs in the backward pass: velora, or an object with scheme and options; in a method's object also a list that is swept.",
        standard: .value(.null), source: "Miles et al. 2024, arXiv:2405.17991",
        allowed: "`\"velora\"`, an object with its scheme and options, or null for exact inputs")

    static let all = [optimizer, groups, activations]

    /// The key `groups` of a section.
    static func grouping(in section: String, allowed: String) -> ConfigKey {
        ConfigKey(
            section, "groups", .definition, "Learning rate factor, weight decay and optimizer of some tensors.", standard: .words("none"),
            allowed: allowed)
    }
}
