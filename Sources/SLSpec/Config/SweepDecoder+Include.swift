/// The key `include`: cells beside those that the lists make.
extension SweepDecoder {
    /// Keys of an entry of `include` that one of `methods` has not.
    static let includeKeys = [TopKeys.model.name]

    /// Every entry: a method's object, with models of its own where it names some.
    func inclusions(_ value: JSONValue, _ models: [ModelShape]) -> [(entry: MethodEntry, models: [ModelShape])] {
        guard case .array(let items) = value, !items.isEmpty else {
            reader.report(
                TopKeys.include.path, "\(value.text) given",
                allowed: "a list of objects like those of \"methods\", each with a \"model\" and \"seeds\" of its own if it likes")
            return []
        }
        return items.enumerated().compactMap { index, item in
            let path = "\(TopKeys.include.path)[\(index)]"
            guard let entry = entry(item, at: path) else { return nil }
            let own = item[TopKeys.model].map { self.models($0, at: "\(path).\(TopKeys.model.name)") } ?? models
            return (entry, own)
        }
    }
}
