/// The key `exclude`: cells that the lists make and that are not wanted.
extension SweepDecoder {
    /// What a cell must be to be left out: every key one of its values.
    private typealias Exclusion = [(key: String, values: [OptionValue])]

    /// The cells that no exclusion holds for. One that holds for none is a slip, and reported.
    func excluding(_ value: JSONValue?, from cells: [CellDraft]) -> [CellDraft] {
        guard let value, !cells.isEmpty else { return cells }
        let path = TopKeys.exclude.path
        guard case .array(let items) = value else {
            reader.report(path, "\(value.text) given", allowed: Self.allowed)
            return cells
        }
        let fields = cells.map { CellFields($0) }
        var isLeftOut = [Bool](repeating: false, count: cells.count)
        for (index, item) in items.enumerated() {
            guard let exclusion = exclusion(item, fields, at: "\(path)[\(index)]") else { continue }
            let hits = fields.indices.filter { cell in
                exclusion.allSatisfy { condition in condition.values.contains { fields[cell].holds(condition.key, $0) } }
            }
            if hits.isEmpty { reader.report("\(path)[\(index)]", "no cell is like that", allowed: Self.allowed) }
            for hit in hits { isLeftOut[hit] = true }
        }
        let kept = cells.indices.filter { !isLeftOut[$0] }.map { cells[$0] }
        if kept.isEmpty { reader.report(path, "no cell is left of \(cells.count)", allowed: Self.allowed) }
        return kept
    }

    private static let allowed = "a list of objects like {\"method\": \"galore\", \"rank\": [64, 128], \"size\": \"60m\"}"

    private func exclusion(_ item: JSONValue, _ fields: [CellFields], at path: String) -> Exclusion? {
        guard let members = reader.members(item, at: path) else { return nil }
        guard !members.isEmpty else {
            reader.report(path, "an empty object would leave out everything", allowed: Self.allowed)
            return nil
        }
        let known = Set(fields.flatMap(\.values.keys)).sorted()
        reader.refuseUnknown(members, known: known, at: path)
        var exclusion: Exclusion = []
        for member in members {
            guard known.contains(member.key) else { return nil }
            var wanted = [member.value]
            if case .array(let items) = member.value { wanted = items }
            let values = wanted.compactMap(\.option)
            guard values.count == wanted.count, !values.isEmpty else {
                reader.report("\(path).\(member.key)", "\(member.value.text) given", allowed: "a value, or a list of values")
                return nil
            }
            exclusion.append((member.key, values))
        }
        return exclusion
    }
}
