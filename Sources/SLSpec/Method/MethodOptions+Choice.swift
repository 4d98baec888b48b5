extension MethodOptions {
    /// The case that a choice names.
    public func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, of type: Choice.Type) throws -> Choice where Choice.RawValue == String {
        let given = try text(name)
        guard let choice = Choice(rawValue: given) else {
            throw MethodOptionError(option: name, value: .text(given), wanted: Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }
}
