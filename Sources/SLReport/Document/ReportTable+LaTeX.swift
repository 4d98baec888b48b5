extension ReportTable {
    /// Long tables are cut into pieces that fit a page, wide ones lie on their side.
    package func latex() -> String {
        let isWide = table.latexWidth > 150
        let rowsPerPage = isWide ? 24 : 38
        let pieces = stride(from: 0, to: max(1, table.rows.count), by: rowsPerPage).map { start in
            Array(table.rows[min(start, table.rows.count)..<min(start + rowsPerPage, table.rows.count)])
        }
        let caption = LaTeXText.inline(self.caption) + (note.map { " \\emph{\(LaTeXText.inline($0))}" } ?? "")
        let text = pieces.enumerated().map { index, rows in
            let head = index == 0
                ? "\\begin{reporttable}{\(caption)}\\label{tab:\(slug)}\n" : "\\addtocounter{table}{-1}%\n\\begin{reporttable}{(continued)}\n"
            var piece = table
            piece.rows = rows
            return head + "\\begin{lrbox}{\\tablebox}\\small\n" + piece.latex(layout: table.latexLayout, text: LaTeXText.inline)
                + "\\end{lrbox}\\fittable\n\\end{reporttable}\n"
        }.joined(separator: "\n")
        return isWide ? "\\begin{landscape}\n\(text)\\end{landscape}\n" : text
    }
}
