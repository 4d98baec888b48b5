extension ConfigKey {
    /// What holds where the key is not given.
    enum Standard: Sendable {
        /// Nothing: the key must be given.
        case required
        /// Nothing that needs to be said.
        case nothing
        /// What would mean the same if it were given.
        case value(JSONValue)
        /// A rule, or a value that only the key's absence can have.
        case words(String)

        /// In words; `nil` where there is none.
        var text: String? {
            switch self {
            case .required, .nothing: nil
            // Without quotes, and 10 for 10.0.
            case .value(let value): value.option?.canonical.description ?? value.text
            case .words(let words): words
            }
        }
    }

    /// The seeds that hold where a key of seeds is not given.
    var standardSeeds: [UInt64] {
        guard case .value(.array(let seeds)) = standard else { return [] }
        return seeds.compactMap { seed in seed.whole.flatMap { UInt64(exactly: $0) } }
    }
}
