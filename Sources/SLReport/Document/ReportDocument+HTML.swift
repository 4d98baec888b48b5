extension ReportDocument {
    /// One file that needs no other: style and pictures are inside, there is no script.
    package func html() -> String {
        let body = htmlBody()
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(HTMLText.escaped(title))</title>
            <style>
            \(HTMLStyle.sheet)</style>
            </head>
            <body>
            <main>
            \(body)</main>
            </body>
            </html>

            """
    }

    /// The contents stand behind what comes before the first section: title and opening words.
    private func htmlBody() -> String {
        var result = ""
        var tables = 0
        var pictures = 0
        var hasContents = false
        for block in blocks {
            if case .heading(let level, _, _) = block, level == 2, !hasContents {
                result += contents()
                hasContents = true
            }
            switch block {
            case .heading(let level, let text, let anchor):
                result += "<h\(level) id=\"\(HTMLText.escaped(anchor))\">\(HTMLText.inline(text))</h\(level)>\n"
            case .paragraph(let text): result += "<p>\(HTMLText.inline(text))</p>\n"
            case .quote(let lines):
                result += "<blockquote>" + lines.map { "<p>\(HTMLText.inline($0))</p>" }.joined() + "</blockquote>\n"
            case .list(let items): result += "<ul>\n" + items.map { "<li>\(HTMLText.inline($0))</li>\n" }.joined() + "</ul>\n"
            case .table(let table):
                tables += 1
                result += table.html(number: tables)
            case .picture(let drawn):
                pictures += 1
                result += Self.figure(drawn, number: pictures)
            case .folded(let summary, _, let text):
                result += "<details><summary>\(HTMLText.inline(summary))</summary>\n"
                    + "<pre tabindex=\"0\">\(HTMLText.escaped(text))</pre></details>\n"
            }
        }
        return result
    }

    private func contents() -> String {
        var result = "<nav aria-label=\"Contents\">\n<details open><summary>Contents</summary>\n<ul>\n"
        var parts: [String] = []
        func close() {
            guard !result.hasSuffix("<ul>\n") else { return }
            if !parts.isEmpty { result += " <span>" + parts.joined(separator: " · ") + "</span>" }
            result += "</li>\n"
            parts = []
        }
        for case .heading(let level, let text, let anchor) in blocks where level > 1 {
            let link = "<a href=\"#\(HTMLText.escaped(anchor))\">\(HTMLText.inline(text))</a>"
            if level == 2 {
                close()
                result += "<li>" + link
            } else {
                parts.append(link)
            }
        }
        close()
        return result + "</ul>\n</details>\n</nav>\n"
    }

    private static func figure(_ drawn: ReportPictures.Drawn, number: Int) -> String {
        let picture = InlinePicture.html(drawn.svg, prefix: "p\(number)-", label: drawn.picture.alternative)
        return "<figure>\n<div class=\"picture\" role=\"region\" aria-label=\"Figure \(number)\" tabindex=\"0\">\n\(picture)</div>\n"
            + "<figcaption><b>Figure \(number).</b> \(HTMLText.inline(drawn.picture.caption))</figcaption>\n</figure>\n"
    }
}

extension ReportTable {
    package func html(number: Int) -> String {
        let caption = ["<b>Table \(number).</b> \(HTMLText.inline(self.caption))"] + (note.map { ["<em>\(HTMLText.inline($0))</em>"] } ?? [])
        let label = HTMLText.escaped("Table \(number)")
        let kinds = table.columns.indices.map { index in
            table.columns[index].alignment == .right ? " class=\"n\"" : table.isProse(index) ? " class=\"t\"" : ""
        }
        let head = zip(table.columns, kinds).map { "<th scope=\"col\"\($1)>\(HTMLText.inline($0.title))</th>" }.joined()
        let rows = table.rows.map { row in
            let cells = zip(row, kinds).enumerated().map { index, cell in
                let tag = index == 0 ? "th scope=\"row\"" : "td"
                return "<\(tag)\(cell.1)>\(HTMLText.inline(cell.0))</\(index == 0 ? "th" : "td")>"
            }
            return "<tr>\(cells.joined())</tr>\n"
        }
        return """
            <div class="scroll" role="region" aria-label="\(label)" tabindex="0">
            <table id="table-\(slug)">
            <caption>\(caption.joined(separator: " "))</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(rows.joined())</tbody>
            </table>
            </div>

            """
    }
}
