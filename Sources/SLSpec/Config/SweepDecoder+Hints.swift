/// What to tell whoever wrote a key that isn't known at its place.
extension SweepDecoder {
    /// The option that the authors of methods call `key`.
    func authorsName(_ key: String, _ known: [OptionDescriptor]) -> String? {
        known.first { $0.hasAuthorsName(key) }.map { "'\(key)' is the authors' name; here it is '\($0.name)'" }
    }

    /// - Parameter section: name of the object the key stands in; empty for the top level.
    func home(of key: String, not section: String) -> String? {
        // What the top level has is at home there, also where a section has a key of that name.
        if !section.isEmpty, ConfigSection.top.names.contains(key) { return "'\(key)' belongs at the top level, beside \"methods\"" }
        for other in ConfigSection.inner where other.name != section && other.names.contains(key) {
            return "'\(key)' belongs inside \"\(other.name)\""
        }
        if Self.layoutKeys.contains(key) { return "'\(key)' belongs inside a method's object" }
        if let (method, option) = takers(of: key).first {
            let names = takers(of: key).map(\.method.name).joined(separator: ", ")
            let words = option.name == key ? "'\(key)' is an option" : "'\(key)' is the authors' name of '\(option.name)', an option"
            return "\(words) of \(names): write it inside the method's object, e.g. {\"method\": \"\(method.name)\", \"\(option.name)\": …}"
        }
        if let training = TrainingKeys.all.first(where: { $0.hasAuthorsName(key) }) {
            return "'\(key)' is the authors' name; here it is '\(training.name)' inside \"training\""
        }
        return nil
    }

    /// For a method's object: which other methods take the key.
    func otherMethods(_ key: String, not descriptor: MethodDescriptor) -> String? {
        let takers = takers(of: key).filter { $0.method.name != descriptor.name }
        guard let first = takers.first else { return nil }
        let names = takers.map(\.method.name).joined(separator: ", ")
        let words =
            first.option.name == key ? "'\(key)' is an option" : "'\(key)' is the authors' name of '\(first.option.name)', an option"
        return "\(words) of \(names); \(descriptor.name) has no use for it"
    }

    /// Methods with an option of this name, or else with one that their authors call so.
    private func takers(of key: String) -> [(method: MethodDescriptor, option: OptionDescriptor)] {
        let own = catalog.methods.compactMap { method in method.option(named: key).map { (method: method, option: $0) } }
        if !own.isEmpty { return own }
        return catalog.methods.compactMap { method in method.options.first { $0.hasAuthorsName(key) }.map { (method: method, option: $0) } }
    }
}

extension OptionDescriptor {
    /// Several names of several authors stand between slashes.
    public func hasAuthorsName(_ name: String) -> Bool { authorsName?.split(separator: " / ").contains { $0 == name } ?? false }
}
