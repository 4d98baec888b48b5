/// Options of a method with an object of their own.
extension SweepDecoder {
    /// Keys of a method's object under which its options stand.
    static func keys(of options: [OptionDescriptor]) -> [String] {
        options.filter { $0.group == nil }.map(\.name) + MethodOptionGroup.all(of: options).map(\.name)
    }

    /// The members of one group's object, each of which can be swept; none for `null`.
    func group(_ value: JSONValue, _ group: MethodOptionGroup, at path: String) -> [Swept] {
        guard value != .null, let members = reader.members(value, at: path) else { return [] }
        reader.refuseUnknown(members, known: group.options.map(\.keyInGroup), at: path)
        if let first = group.mainOption, !members.contains(where: { $0.key == first.keyInGroup }) {
            reader.report(
                path, "an object without \"\(first.keyInGroup)\"", allowed: "\"\(first.keyInGroup)\": \(first.allowed)",
                hint: "leave \"\(group.name)\" out for none")
        }
        return members.compactMap { member in
            guard let option = group.options.first(where: { $0.keyInGroup == member.key }) else { return nil }
            let values = self.values(member.value, option, at: "\(path).\(member.key)")
            return values.isEmpty ? nil : (option.name, values.map { [option.name: $0] })
        }
    }
}
