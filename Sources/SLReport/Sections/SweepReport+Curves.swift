extension SweepReport {
    /// Links to the pictures, or the reason why there are none.
    static func curves(_ pictures: ReportPictures?, isEmpty: Bool) -> String {
        guard !isEmpty else { return "" }
        let pictures = pictures ?? ReportPictures(absence: "None were drawn for this report.")
        var text = "## Pictures\n"
        if let file = pictures.lossCurves {
            text += "\n![Training and evaluation loss over tokens for every method](\(link(file)))\n\n"
                + "Training loss (lines, moving mean) and evaluation loss (points) over the tokens trained on.\n"
        }
        if let file = pictures.tradeOff {
            text += "\n![Perplexity against memory for every method](\(link(file)))\n\n"
                + "Perplexity against memory, by the papers' convention and as tracked: lower left is better.\n"
        }
        if let absence = pictures.absence { text += "\n\(absence)\n" }
        return text
    }

    /// A file name as the target of a link.
    private static func link(_ file: String) -> String {
        file.addingPercentEncodingForLink
    }
}
