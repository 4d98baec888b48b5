/// Options that stand in an object of their own in a config: `"restarts": {"every": 200}` is the option `restarts.every`.
///
/// The first of them is the group's switch: without it there is no such object, and at `null` the others mean nothing and are at
/// their defaults.
public struct MethodOptionGroup: Sendable {
    public let name: String
    /// Under their full names, the switch first.
    public let options: [OptionDescriptor]

    /// The groups among a method's options, in order.
    public static func all(of options: [OptionDescriptor]) -> [MethodOptionGroup] {
        var names: [String] = []
        for option in options { if let name = option.group, !names.contains(name) { names.append(name) } }
        return names.map { name in MethodOptionGroup(name: name, options: options.filter { $0.group == name }) }
    }

    /// `nil` only for an empty group, which there is none of.
    public var mainOption: OptionDescriptor? { options.first }

    /// Values with those taken out that mean nothing, because their group is not there.
    static func effective(_ values: [String: OptionValue], of options: [OptionDescriptor]) -> [String: OptionValue] {
        let absent = all(of: options).filter { group in group.mainOption.map { (values[$0.name] ?? .null) == .null } ?? true }
        let idle = Set(absent.flatMap { $0.options.dropFirst() }.map(\.name))
        return values.filter { !idle.contains($0.key) }
    }
}

extension OptionDescriptor {
    /// What stands before the dot of a grouped option's name.
    public var group: String? { name.firstIndex(of: ".").map { String(name[..<$0]) } }

    /// The name inside the group's object.
    public var keyInGroup: String { name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name }
}
