extension SweepReport {
    /// Links to the pictures, or the reason why there are none.
    static func curves(_ pictures: ReportPictures?, isEmpty: Bool) -> String {
        guard !isEmpty else { return "" }
        let pictures = pictures ?? ReportPictures(absence: "None were drawn for this report.")
        var text = "## Pictures\n"
        for drawn in pictures.drawn {
            text += "\n![\(drawn.picture.alternative)](\(link(drawn.file)))\n\n\(drawn.picture.caption)\n"
        }
        if let absence = pictures.absence { text += "\n\(absence)\n" }
        return text
    }

    /// A file name as the target of a link.
    private static func link(_ file: String) -> String {
        file.addingPercentEncodingForLink
    }
}
