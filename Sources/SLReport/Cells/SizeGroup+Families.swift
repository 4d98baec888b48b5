import SLSpec

extension SizeGroup {
    /// How many methods stand in the order of the sweep's plan; with more of them a size is read family by family. As many have a colour of
    /// their own.
    package static let mostUngrouped = MethodPalette.known.count

    /// With more than ``mostUngrouped`` methods: the cells by family, each family's in the order of the plan. A method that the catalog doesn't
    /// have stands at the end.
    func byFamily(_ methods: [MethodDescriptor]) -> SizeGroup {
        guard Set(cells.map(\.method)).count > Self.mostUngrouped else { return self }
        let families = Dictionary(methods.map { ($0.name, $0.family) }) { first, _ in first }
        let known = cells.filter { families[$0.method] != nil }
        guard !known.isEmpty else { return self }
        var group = self
        group.cells = MethodFamily.allCases.flatMap { family in
            known.filter { families[$0.method] == family }.map { cell in
                var cell = cell
                cell.family = family
                return cell
            }
        } + cells.filter { families[$0.method] == nil }
        return group
    }

    package var isGrouped: Bool { cells.contains { $0.family != nil } }
}

extension SweepReport {
    /// The column of families, each named in the first of its rows; nothing where no size is grouped.
    static func families(_ cells: [ReportCell?]) -> [ReportColumn] {
        guard cells.contains(where: { $0?.family != nil }) else { return [] }
        let texts = cells.indices.map { place in
            guard let cell = cells[place], let family = cell.family else { return "" }
            let above = place > 0 ? cells[place - 1] : nil
            return above?.family == family && above?.spec.model.unmatched == cell.spec.model.unmatched ? "" : family.rawValue
        }
        return [ReportColumn("family", texts, .left, figures: .words("family", cells.map { $0?.family?.rawValue }))]
    }

    /// What the families are.
    static func familyGuide(_ groups: [SizeGroup]) -> String {
        let present = Set(groups.flatMap(\.cells).compactMap(\.family))
        guard !present.isEmpty else { return "" }
        let words = MethodFamily.allCases.filter(present.contains).map { "*\($0.rawValue)* (\($0.help))" }
        return " Rows stand by family: \(words.joined(separator: ", "))."
    }
}
