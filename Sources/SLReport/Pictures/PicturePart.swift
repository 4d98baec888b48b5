package import SLSpec

/// What one panel of a picture shows: a size, or of a size with many methods one family beside the reference. A panel in which thirty
/// methods are drawn at once tells none of them.
package struct PicturePart {
    package var title: String
    /// The cells of the panel; of a family's the reference is the first.
    package var group: SizeGroup
    package var styles: [CellStyle]
    /// The cells of the same size in other panels.
    package var others: [ReportCell] = []

    package static func all(_ history: SweepHistory) -> [PicturePart] { all(SizeGroup.groups(of: history)) }

    package static func all(_ groups: [SizeGroup]) -> [PicturePart] {
        let whole = groups.filter { !$0.isGrouped }
        // By one list for all sizes: a method keeps its style from size to size.
        var styles = CellStyle.styles(whole)[...]
        return groups.flatMap { $0.isGrouped ? families(of: $0) : [PicturePart(title: $0.model.name, group: $0, styles: styles.removeFirst())] }
    }

    /// A panel a family, and one for methods without any; the reference is in all of them, first and black.
    private static func families(of group: SizeGroup) -> [PicturePart] {
        let baseline = group.baseline?.spec
        let places = group.cells.indices
        return (MethodFamily.allCases.map(Optional.some) + [nil]).compactMap { family in
            let own = places.filter { group.cells[$0].family == family && group.cells[$0].spec != baseline }
            guard !own.isEmpty else { return nil }
            let shown = places.filter { group.cells[$0].spec == baseline } + own
            var part = PicturePart(title: "\(group.model.name), \(family?.rawValue ?? "others")", group: group, styles: [])
            part.group.cells = shown.map { group.cells[$0] }
            part.others = places.filter { !shown.contains($0) }.map { group.cells[$0] }
            // The first style is the reference's, whether it has finished or not.
            let first = baseline == nil ? 1 : 0
            part.styles = shown.indices.map { CellStyle(method: first + $0, variant: 0) }
            return part
        }
    }
}
