extension TextTable {
    /// A `tabular` with the rules of booktabs: `\usepackage{booktabs}` in the document.
    func latex() -> String {
        func line(_ cells: [String]) -> String { cells.map(Self.latexText).joined(separator: " & ") + " \\\\\n" }
        let layout = columns.map { $0.alignment == .right ? "r" : "l" }.joined()
        return "\\begin{tabular}{\(layout)}\n\\toprule\n" + line(columns.map(\.title)) + "\\midrule\n" + rows.map(line).joined()
            + "\\bottomrule\n\\end{tabular}\n"
    }

    /// A cell of a report in LaTeX: what Markdown emphasises is emphasised, everything else stands as it is.
    static func latexText(_ text: String) -> String {
        var result = ""
        var isBold = false
        var rest = Substring(text)
        while let character = rest.first {
            if rest.hasPrefix("**") {
                result += isBold ? "}" : "\\textbf{"
                isBold.toggle()
                rest = rest.dropFirst(2)
                continue
            }
            // Markdown's escapes are not LaTeX's.
            if character == "\\", let next = rest.dropFirst().first, "|_*`[]<>\\".contains(next) {
                result += escaped(next)
                rest = rest.dropFirst(2)
                continue
            }
            if character != "`" { result += escaped(character) }
            rest = rest.dropFirst()
        }
        return isBold ? result + "}" : result
    }

    private static func escaped(_ character: Character) -> String {
        switch character {
        case "&", "%", "$", "#", "_", "{", "}": "\\\(character)"
        case "\\": "\\textbackslash{}"
        case "~": "\\textasciitilde{}"
        case "^": "\\textasciicircum{}"
        case "<": "$<$"
        case ">": "$>$"
        case "—": "--"
        case "±": "$\\pm$"
        case "×": "$\\times$"
        case "−": "$-$"
        case "≤": "$\\le$"
        case "≥": "$\\ge$"
        case "\n", "\r\n", "\r": " "
        default: String(character)
        }
    }
}
