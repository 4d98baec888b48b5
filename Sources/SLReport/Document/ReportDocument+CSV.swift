extension ReportDocument {
    /// Every table as RFC 4180: numbers as they were measured or computed, one a field, units in the names of their columns; a
    /// missing value is an empty field.
    ///
    /// - Parameter stem: what the files' names begin with.
    public func csvFiles(stem: String) -> [(name: String, text: String)] {
        tables.map { ("\(stem)-\($0.slug).csv", TableRenderer.render($0.figures.withUniqueColumns(), as: .csv)) }
    }
}
