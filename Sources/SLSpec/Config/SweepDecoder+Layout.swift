/// Keys `roles` and `layers` of a method's object: options of some linears. They become flat dotted keys, each of which can be swept.
extension SweepDecoder {
    static let layoutKeys = [LayoutKeys.roles, LayoutKeys.layers]
    private static let roleNames = LinearRole.allCases.map(\.moduleName)

    func layout(_ member: JSONValue.Member, _ descriptor: MethodDescriptor, at path: String) -> [Swept] {
        guard let places = reader.members(member.value, at: path) else { return [] }
        return places.filter { !$0.key.hasPrefix("x-") && $0.key != "description" }.flatMap { place -> [Swept] in
            let here = "\(path).\(place.key)"
            guard LayoutKey.place(place.key, in: member.key) != nil else {
                refusePlace(place.key, in: member.key, at: here)
                return []
            }
            return linear(place.value, descriptor, under: "\(member.key).\(place.key)", at: here)
        }
    }

    private func refusePlace(_ name: String, in section: String, at path: String) {
        guard section == LayoutKeys.roles else {
            return reader.report(path, "no layer '\(name)'", allowed: "whole numbers from 0, e.g. \"0\"")
        }
        let last = String(name.split(separator: ".").last ?? "")
        let nearest = Self.roleNames.contains(last) ? last : NearestName.of(name, among: Self.roleNames)
        reader.report(path, "no role '\(name)'", allowed: Self.roleNames.joined(separator: ", "), hint: nearest.map { "did you mean '\($0)'?" })
    }

    /// The options of one role or layer.
    private func linear(_ value: JSONValue, _ descriptor: MethodDescriptor, under key: String, at path: String) -> [Swept] {
        guard let members = reader.members(value, at: path) else { return [] }
        let known = descriptor.layoutOptions
        reader.refuseUnknown(members, known: known.map(\.name), at: path) { name in
            if let option = descriptor.option(named: name) { return "'\(option.name)' is one for the whole run: write it beside \"method\"" }
            return authorsName(name, known) ?? otherMethods(name, not: descriptor)
        }
        if members.isEmpty { reader.report(path, "an empty object", allowed: known.map(\.name).joined(separator: ", ")) }
        if value[LayoutKeys.parameterization.name]?.option == LayoutKeys.dense,
            let other = members.first(where: { member in known.dropFirst().contains { $0.name == member.key } })
        {
            reader.report("\(path).\(other.key)", "has no effect with parameterization \"dense\"", allowed: "one of the two")
        }
        return members.compactMap { member in
            guard let option = known.first(where: { $0.name == member.key }) else { return nil }
            let flat = "\(key).\(option.name)"
            let values = values(member.value, option, at: "\(path).\(member.key)")
            return values.isEmpty ? nil : (flat, values.map { [flat: $0] })
        }
    }

    /// What of a layout depends on the model.
    func checkLayout(_ options: MethodOptions, _ model: ModelShape, _ entry: MethodEntry) {
        guard options.hasLayout else { return }
        for key in options.layoutKeys {
            guard case .layer(let layer) = key.place, layer >= model.layerCount else { continue }
            reader.report(
                "\(entry.path).\(LayoutKeys.layers).\(layer)", "model '\(model.name)' has \(model.layerCount) layers",
                allowed: "0 to \(model.layerCount - 1) for model '\(model.name)'")
        }
        if model.modules.allSatisfy({ options.isDense(role: $0.role, layer: $0.layer) }) {
            reader.report(entry.path, "every linear is dense: nothing is left to \(entry.descriptor.name)", allowed: "a layout that leaves it some")
        }
    }

    /// Of every key that says a rank, the smallest linear that it is for and that is not dense.
    func checkRanks(_ options: MethodOptions, _ model: ModelShape, _ entry: MethodEntry) {
        let modules = (options.hasLayout ? model.modules : model.modules(layer: 0)).filter { !options.isDense(role: $0.role, layer: $0.layer) }
        for option in entry.descriptor.options where option.domain.isRank {
            let keys = Dictionary(grouping: modules) { options.key(of: option.name, role: $0.role, layer: $0.layer) }
            for (key, modules) in keys.sorted(by: { $0.key < $1.key }) {
                guard let rank = options[key]?.integer, let smallest = modules.min(by: { $0.smallerSide < $1.smallerSide }), rank > smallest.smallerSide
                else { continue }
                let layer = "'\(smallest.role.modulePath)' [\(smallest.outFeatures), \(smallest.inFeatures)]"
                reader.report(
                    "\(entry.path).\(key)", "\(rank) exceeds the smaller side of the layer \(layer) of model '\(model.name)'",
                    allowed: "\(option.domain == .rank ? "" : "null or ")1 to \(smallest.smallerSide) for model '\(model.name)'", hint: "lower the rank, or leave this model out")
            }
        }
    }
}
