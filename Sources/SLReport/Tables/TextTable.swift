import Foundation

/// A table whose cells are already text: what the report's sections build.
package struct TextTable: Sendable, Hashable {
    package enum Alignment: Sendable { case left, right }

    package struct Column: Sendable, Hashable {
        package var title: String
        var alignment: Alignment

        package init(_ title: String, _ alignment: Alignment = .right) {
            self.title = title
            self.alignment = alignment
        }
    }

    package var columns: [Column]
    package var rows: [[String]]

    package init(columns: [Column], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }

    /// Whether a column holds sentences, whose lines may break.
    package func isProse(_ index: Int) -> Bool {
        columns[index].alignment == .left
            && rows.contains { index < $0.count && $0[index].contains(" ") && InlineText.plain($0[index]).count > 40 }
    }

    /// Columns of equal width under a rule, two spaces apart.
    package func terminal() -> String {
        let head = columns.map { Self.terminalText($0.title) }
        let body = rows.map { $0.map(Self.terminalText) }
        let widths = columns.indices.map { index in
            ([head] + body).map { index < $0.count ? $0[index].count : 0 }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, zip(columns, widths)).map { cell, place in
                let space = String(repeating: " ", count: max(0, place.1 - cell.count))
                return place.0.alignment == .right ? space + cell : cell + space
            }
            // A last column of text needs no padding behind it.
            var text = padded.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }
        return line(head) + line(widths.map { String(repeating: "-", count: $0) }) + body.map(line).joined()
    }

    /// A pipe table as GitHub reads it.
    package func markdown() -> String {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
        let rule = columns.map { $0.alignment == .right ? "---:" : "---" }
        return line(columns.map { Self.markdownCell($0.title) }) + line(rule) + rows.map { line($0.map(Self.markdownCell)) }.joined()
    }

    /// One cell stays one cell on one line: pipes are escaped, line breaks become `<br>`. Behind a backslash of its own
    /// an escaped pipe would end the cell after all (`\\` reads as one character), so there it is an entity.
    static func markdownCell(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "|": result += result.hasSuffix("\\") ? "&#124;" : "\\|"
            case "\n", "\r\n", "\r": result += "<br>"
            default: result.append(character)
            }
        }
        return result
    }

    /// Control characters written out, so that a value from a database can't move the cursor or recolour the screen.
    static func terminalText(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.properties.generalCategory == .control: result += String(format: "\\x%02x", scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
