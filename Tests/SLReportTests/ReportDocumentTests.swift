import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct ReportDocumentTests {
    private static func document(_ text: String) -> ReportDocument {
        let inline = MarkdownText.inline(text)
        let table = TextTable(columns: [.init(inline, .left), .init("n")], rows: [[inline, "1"], ["**\(inline)**", NumberFormat.missing]])
        let picture = ReportPicture(suffix: "x", alternative: text, caption: inline, script: "")
        return ReportDocument(
            title: text,
            blocks: [
                .heading(level: 1, text: inline, anchor: "top"), .section(inline), .subsection(inline, anchor: text), .paragraph(inline),
                .quote([inline]), .list([inline, inline]), .table(text, inline, table, note: inline),
                .picture(.init(picture: picture, file: "x-\(text).svg", svg: "<svg width='1'></svg>")),
                .folded(summary: inline, language: "text", text: text),
            ])
    }

    @Test func namesAreUnique() {
        let table = TextTable(columns: [.init("a")], rows: [])
        let document = ReportDocument(title: "t", blocks: [.section("A b"), .section("A b"), .table("x", "", table), .table("x", "", table)])
        #expect(document.tables.map(\.slug) == ["x", "x-2"])
        #expect(document.html().contains("<h2 id=\"a-b\">") && document.html().contains("<h2 id=\"a-b-2\">"))
    }

    @Test(arguments: Hostile.texts) func htmlHoldsTextAsText(text: String) throws {
        let html = Self.document(text).html()
        try Self.checkTags(html)
        #expect(!html.contains("<script") && !html.contains("<b>alert"))
        #expect(html.components(separatedBy: HTMLText.escaped(text)).count > 11, "every place shows it")
        let paragraph = try #require(html.components(separatedBy: "<p>").last?.components(separatedBy: "</p>").first)
        #expect(paragraph == HTMLText.escaped(text))
    }

    /// Every tag that is opened is closed, in order; attributes hold no quotes of their own.
    private static func checkTags(_ html: String) throws {
        var open: [String] = []
        for match in html.matches(of: #/<(/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+(?:=(?:"[^"<]*"|'[^'<]*'))?)*)\s*(/?)>/#) {
            let name = String(match.2)
            if ["meta", "br"].contains(name) || match.4 == "/" { continue }
            if match.1 == "/" { #expect(open.popLast() == name) } else { open.append(name) }
        }
        #expect(open.isEmpty)
        let withoutTags = html.replacing(#/<(!doctype html|/?[a-z][^<>]*)>/#, with: "")
        #expect(!withoutTags.contains("<"), "a bracket outside of a tag")
    }

    @Test func htmlStandsAlone() throws {
        let html = SweepReport.document(Fixture.twoSeeds, catalog: Fixture.catalog).html()
        try Self.checkTags(html)
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
        for part in ["name=\"viewport\"", "<title>Sweep seeds: pretraining methods compared</title>", "prefers-color-scheme: dark", "<nav aria-label"] {
            #expect(html.contains(part), "\(part)")
        }
        for part in ["<link", "src=", "@import", "http:", "url("] { #expect(!html.contains(part), "\(part)") }
        #expect(html.contains("<th scope=\"col\" class=\"n\">eval loss</th>"))
        #expect(html.contains("<td class=\"n\"><strong>7.1000 ± 0.1414</strong></td>"))
        #expect(html.contains("<td>Zhao et al. 2024, <a href=\"https://arxiv.org/abs/2403.03507\">arXiv 2403.03507</a></td>"))
        // Every link in the contents has its target, and nothing is named twice.
        let ids = html.matches(of: #/\sid="([^"]*)"/#).map { String($0.1) }
        #expect(Set(ids).count == ids.count)
        let links = html.matches(of: #/href="#([^"]*)"/#).map { String($0.1) }
        #expect(links.count > 10 && links.allSatisfy(ids.contains))
    }

    @Test func picturesInAPageDoNotShareNames() {
        let svg = """
            <?xml version="1.0"?>
            <!DOCTYPE svg>
            <svg width="9" height="9"><defs><path id='p0'/><filter id = "f"/></defs><use xlink:href='#p0'/><use href="#p0"/>
            <g filter="url(#f)" style="fill:url('#f')" fill="#f0f0f0"/></svg>

            """
        let html = InlinePicture.html(svg, prefix: "p7-", label: "a \"b\" <c>")
        #expect(
            html == """
                <svg role="img" aria-label="a &quot;b&quot; &lt;c&gt;" width="9" height="9"><defs><path id='p7-p0'/><filter id = "p7-f"/></defs><use xlink:href='#p7-p0'/><use href="#p7-p0"/>
                <g filter="url(#p7-f)" style="fill:url('#p7-f')" fill="#f0f0f0"/></svg>

                """)
        #expect(InlinePicture.html("", prefix: "p", label: "a<b") == "<p>a&lt;b</p>\n")
    }

    @Test func csvIsWithoutMarkup() throws {
        let table = TextTable(
            columns: [.init("**method**", .left), .init("`x`")],
            rows: [["\\*a\\* &lt;b> \\[c\\]", "**7.1, ± 0.1**"], ["a \"b\"", NumberFormat.missing], ["x\\\\", "-1.1 %"]])
        let files = ReportDocument(title: "t", blocks: [.table("Main table", "", table)]).csvFiles(stem: "s")
        #expect(files.map(\.name) == ["s-main-table.csv"])
        #expect(files[0].text == "method,x\r\n*a* <b> [c],\"7.1, ± 0.1\"\r\n\"a \"\"b\"\"\",\r\nx\\,-1.1 %\r\n")
    }

    @Test(arguments: Hostile.texts) func csvHoldsTextAsText(text: String) throws {
        let file = try #require(Self.document(text).csvFiles(stem: "s").first)
        let field = TableRenderer.csvText(text)
        #expect(file.text == "\(field),n\r\n\(field),1\r\n\(field),\r\n")
    }

    @Test(arguments: ReportFormat.allCases) func sameInputSameBytes(format: ReportFormat) {
        func bytes() -> [String] {
            [Fixture.oneSeed, Fixture.twoSeeds].flatMap { history in
                let pictures = ReportPictures(drawn: ReportPicture.all(history).map { .init(picture: $0, file: "a.svg", svg: "<svg></svg>") })
                let document = SweepReport.document(history, catalog: Fixture.catalog, pictures: pictures)
                return document.text(as: format).map { [$0] } ?? document.csvFiles(stem: "s").flatMap { [$0.name, $0.text] }
            }
        }
        let first = bytes()
        #expect(first.allSatisfy { !$0.isEmpty })
        for _ in 0..<3 { #expect(bytes() == first) }
    }

    @Test func formatsByExtension() {
        #expect(["md", "HTML", "htm", "tex", "csv", "txt", ""].map(ReportFormat.init(fileExtension:)) == [.markdown, .html, .html, .latex, nil, nil, nil])
    }
}
