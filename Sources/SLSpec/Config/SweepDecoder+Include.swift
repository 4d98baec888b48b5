/// The key `include`: cells beside those that the lists make.
extension SweepDecoder {
    /// Keys of an entry of `include` that one of `methods` has not.
    static let includeKeys = ["model", "seeds"]

    /// Every entry: a method's object, with models and seeds of its own where it names some.
    func inclusions(
        _ value: JSONValue, _ models: [ModelShape], seeds: [UInt64]
    ) -> [(entry: MethodEntry, models: [ModelShape], seeds: [UInt64])] {
        guard case .array(let items) = value, !items.isEmpty else {
            reader.report(
                "include", "\(value.text) given",
                allowed: "a list of objects like those of \"methods\", each with a \"model\" and \"seeds\" of its own if it likes")
            return []
        }
        return items.enumerated().compactMap { index, item in
            let path = "include[\(index)]"
            guard let entry = entry(item, at: path) else { return nil }
            let own = item["model"].map { self.models($0, at: "\(path).model") } ?? models
            return (entry, own, self.seeds(item["seeds"], at: "\(path).seeds", otherwise: seeds))
        }
    }
}
