extension TextTable {
    /// A `tabular` with the rules of booktabs: `\usepackage{booktabs}` in the document.
    ///
    /// - Parameters:
    ///   - layout: the columns' specifiers; `nil` for plain left and right columns with heads on one line.
    ///   - text: what makes LaTeX of a cell.
    package func latex(layout: [String]? = nil, text: (String) -> String) -> String {
        func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\\n" }
        let specifiers = layout ?? columns.map { $0.alignment == .right ? "r" : "l" }
        let titles = columns.indices.map { index in
            layout == nil ? text(columns[index].title) : stackedTitle(index, text)
        }
        return "\\begin{tabular}{\(specifiers.joined())}\n\\toprule\n" + line(titles) + "\\midrule\n"
            + rows.map { line($0.map(text)) }.joined() + "\\bottomrule\n\\end{tabular}\n"
    }

    /// Left and right columns; long sentences in columns that break their lines. `array` in the document.
    var latexLayout: [String] {
        columns.indices.map { index in
            switch columns[index].alignment {
            case .right: "r"
            case .left where isProse(index): ">{\\raggedright\\arraybackslash}p{\(proseWidth(index) * 3 / 2)mm}"
            case .left: "l"
            }
        }
    }

    /// About how many characters stand side by side, the space between the columns included.
    var latexWidth: Int {
        columns.indices.reduce(0) { sum, index in
            sum + 2 + (isProse(index) ? proseWidth(index) : max(bodyWidth(index), titleLines(index).map(\.count).max() ?? 0))
        }
    }

    private func bodyWidth(_ index: Int) -> Int {
        rows.map { index < $0.count ? InlineText.plain($0[index]).count : 0 }.max() ?? 0
    }

    private func proseWidth(_ index: Int) -> Int { bodyWidth(index) > 80 ? 48 : 34 }

    private func titleLines(_ index: Int) -> [String] {
        let width = isProse(index) ? proseWidth(index) : max(bodyWidth(index), 9)
        return columns[index].title.split(separator: " ").reduce(into: [String]()) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
    }

    private func stackedTitle(_ index: Int, _ text: (String) -> String) -> String {
        let lines = titleLines(index)
        guard lines.count > 1 else { return text(columns[index].title) }
        return "\\shortstack[\(columns[index].alignment == .right ? "r" : "l")]{\(lines.map(text).joined(separator: "\\\\"))}"
    }
}
