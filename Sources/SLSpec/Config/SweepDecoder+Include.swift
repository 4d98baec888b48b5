/// The key `include`: cells beside those that the lists make.
extension SweepDecoder {
    /// Keys of an entry of `include` that one of `methods` has not.
    static let includeKeys = ["model", "seeds"]

    /// The cells of every entry: a method's object, for models and seeds of its own where it names some.
    func including(
        _ value: JSONValue, _ models: [ModelShape], seeds: [UInt64], _ base: [String: OptionValue], _ evaluation: EvaluationSpec
    ) -> [CellDraft] {
        guard case .array(let items) = value, !items.isEmpty else {
            reader.report(
                "include", "\(value.text) given",
                allowed: "a list of objects like those of \"methods\", each with a \"model\" and \"seeds\" of its own if it likes")
            return []
        }
        return items.enumerated().flatMap { index, item -> [CellDraft] in
            let path = "include[\(index)]"
            guard let entry = entry(item, at: path) else { return [] }
            let own = item["model"].map { self.models($0, at: "\(path).model") } ?? models
            return cells(own, [entry], seeds: self.seeds(item["seeds"], at: "\(path).seeds", otherwise: seeds), base, evaluation).cells
        }
    }
}
