extension ConfigKey {
    /// What a key takes. Single values are those of the options of methods; the rest is what only a config has.
    enum Kind: Sendable {
        case value(OptionDescriptor.Domain)
        /// A list of such values.
        case values(OptionDescriptor.Domain)
        /// One such value, or a list of them.
        case valueOrList(OptionDescriptor.Domain)
        /// A whole number that may be above 2³¹.
        case count(ClosedRange<Int>)
        /// Whether, or how often at most: true, false, or a whole number from 0.
        case flagOrCount
        /// A list of texts.
        case texts
        /// A list of whole numbers from 0, one run for each.
        case seeds
        /// Any text that is not empty.
        case text
        /// A text that stands in tables and file names.
        case name
        /// A path, or one of a few names that are none.
        case path(besides: [String])
        /// The same, or JSON `null`.
        case optionalPath(besides: [String])
        /// One value and no other.
        case constant(JSONValue)
        /// One value, or JSON `null`.
        case optionalConstant(JSONValue)
        /// A value of one of these JSON types that must agree with other keys.
        case types([String])
        /// What a published file may hold and nobody asks for.
        case carried(ModelKeys.Carried)
        /// Rotary positions: an object with the keys of ``RopeKeys``.
        case rope
        /// A model, or a list of models.
        case models
        case methods
        case exclusions
        case inclusions
        /// What has a definition of the key's own name in the schema: a section, an optimizer, groups.
        case definition
        /// What people and editors write for themselves.
        case comment
    }

    /// A key that takes the names of an enumeration's cases.
    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ section: String, _ name: String, _ standard: Choice, _ help: String, meaning: String
    ) -> ConfigKey {
        let names = Choice.allCases.map(\.rawValue)
        return ConfigKey(
            section, name, .value(.choice(names)), help, standard: .value(.string(standard.rawValue)),
            refusal: names.map { "\"\($0)\"" }.joined(separator: ", "), meaning: meaning)
    }

    /// A key that is described like an option of a method.
    ///
    /// - Parameter isLadder: whether a list of its values may stand in the place of one.
    init(_ section: String, _ option: OptionDescriptor, isLadder: Bool = false) {
        let value = option.defaultValue(.anything)
        let isNamed = option.defaultDescription == value.description
        self.init(
            section, option.name, isLadder ? .valueOrList(option.domain) : .value(option.domain), option.help,
            standard: isNamed ? .value(JSONValue(value)) : .words(option.defaultDescription), source: option.source)
    }
}
