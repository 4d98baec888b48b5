import OrderedCollections

/// What of a method differs from linear to linear, under flat dotted keys among its options: `roles.down_proj.rank`,
/// `layers.0.parameterization`.
///
/// Of one option a layer's value comes before a role's, and a role's before the one for all linears.
public enum LayoutKeys {
    public static let roles = "roles"
    public static let layers = "layers"

    /// Stands beside the method's own options wherever these may.
    public static let parameterization = OptionDescriptor(
        name: "parameterization", domain: .choice(["method", "dense"]),
        help: "The method's, or an ordinary full matrix that the run's optimizer trains.", source: "", defaultValue: "method")
    static let dense: OptionValue = "dense"

    public static func isLayoutKey(_ key: String) -> Bool { LayoutKey(key) != nil }

    /// Without what says the same as is said without it: two spellings of one layout are one run.
    ///
    /// - Parameters:
    ///   - given: values under layout keys. - base: those for all linears.
    static func canonical(_ given: [String: OptionValue], base: [String: OptionValue]) -> [String: OptionValue] {
        func isSame(_ key: LayoutKey, _ value: OptionValue) -> Bool {
            value == (key.option == parameterization.name ? base[key.option] ?? parameterization.defaultValue(.anything) : base[key.option]?.canonical)
        }
        let keys = given.compactMap { text, value in LayoutKey(text).map { (key: $0, value: value) } }
        let roles = keys.filter { $0.key.isOfRole && !isSame($0.key, $0.value) }
        let layers = keys.filter { entry in
            !entry.key.isOfRole && (!isSame(entry.key, entry.value) || roles.contains { $0.key.option == entry.key.option })
        }
        return Dictionary(uniqueKeysWithValues: (roles + layers).map { ($0.key.text, $0.value) })
    }
}

/// One flat key of a layout, read.
public struct LayoutKey: Sendable, Hashable {
    public enum Place: Sendable, Hashable {
        case role(LinearRole)
        case layer(Int)
    }

    /// The key as it is written.
    public let text: String
    public let place: Place
    public let option: String

    /// `nil` for a key of another kind.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[2].isEmpty, let place = Self.place(parts[1], in: parts[0]) else { return nil }
        self.text = text
        self.place = place
        option = parts[2]
    }

    /// - Parameter section: `roles` or `layers`.
    static func place(_ name: String, in section: String) -> Place? {
        switch section {
        case LayoutKeys.roles: LinearRole.allCases.first { $0.moduleName == name }.map { .role($0) }
        case LayoutKeys.layers: Int(name).flatMap { $0 >= 0 && String($0) == name ? .layer($0) : nil }
        default: nil
        }
    }

    var isOfRole: Bool { if case .role = place { true } else { false } }
}

extension MethodOptions {
    public var hasLayout: Bool { values.keys.contains(where: LayoutKeys.isLayoutKey) }
    /// The keys of the layout, in order.
    public var layoutKeys: [LayoutKey] { values.keys.compactMap(LayoutKey.init) }

    /// What holds for all linears of which nothing else is said.
    public var ofAllLinears: MethodOptions { MethodOptions(values.filter { !LayoutKeys.isLayoutKey($0.key) }) }

    /// The key under which an option's value for a linear stands: its layer's, its role's, or the option's own name.
    public func key(of option: String, role: LinearRole, layer: Int) -> String {
        let own = layoutKeys.filter { $0.option == option }
        return (own.first { $0.place == .layer(layer) } ?? own.first { $0.place == .role(role) })?.text ?? option
    }

    /// What holds for one linear, `parameterization` left out.
    public func options(role: LinearRole, layer: Int) -> MethodOptions {
        var own = ofAllLinears
        for name in Set(layoutKeys.map(\.option)).sorted() where name != LayoutKeys.parameterization.name {
            own[name] = values[key(of: name, role: role, layer: layer)]
        }
        return own
    }

    /// Whether a linear is an ordinary full matrix in place of the method's.
    public func isDense(role: LinearRole, layer: Int) -> Bool {
        values[key(of: LayoutKeys.parameterization.name, role: role, layer: layer)] == LayoutKeys.dense
    }
}

extension MethodDescriptor {
    /// Options that linears may have of their own, `parameterization` first; none for a method without any, of which all linears are alike.
    public var layoutOptions: [OptionDescriptor] {
        let own = options.filter(\.isPerLinear)
        return own.isEmpty ? [] : [LayoutKeys.parameterization] + own
    }
}
