extension SweepReport {
    /// The pictures, or the reason why there are none.
    package static func curves(_ pictures: ReportPictures?, isEmpty: Bool) -> [ReportDocument.Block] {
        guard !isEmpty else { return [] }
        let pictures = pictures ?? ReportPictures(absence: "None were drawn for this report.")
        return [.section("Pictures")] + pictures.drawn.map { .picture($0) } + (pictures.absence.map { [.paragraph($0)] } ?? [])
    }
}
