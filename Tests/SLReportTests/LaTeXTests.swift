import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct LaTeXTests {
    @Test func everyCharacterStandsForItself() {
        #expect(LaTeXText.escaped("a&b%c$d#e_f{g}") == ##"a\&b\%c\$d\#e\_f\{g\}"##)
        #expect(LaTeXText.escaped(#"\~^<>|`"[]*"#) == #"\textbackslash{}\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}\textbar{}\textasciigrave{}''{[}{]}{*}"#)
        #expect(LaTeXText.escaped("± × − ≤ ⁹ — †") == #"$\pm$ $\times$ $-$ $\le$ \textsuperscript{9} \textemdash{} \dag{}"#)
        #expect(LaTeXText.escaped("-1.1 and -2 a-b a--b (-3)") == "$-$1.1 and $-$2 a-b a-{}-b ($-$3)")
        #expect(LaTeXText.escaped("é e\u{301} 中 🙂\u{7}") == "é é {[}U+4E2D{]} {[}U+1F642{]}?")
        #expect(LaTeXText.escaped("μσδ") == #"$\mu$$\sigma$$\delta$"#)
        #expect(LaTeXText.escaped("x-\"", isCode: true) == #"x{-}\symbol{34}"#)
    }

    @Test func markup() {
        #expect(LaTeXText.inline("**a_b** *c* `d_e` \\*") == #"\textbf{a\_b} \emph{c} \texttt{d\_e} {*}"#)
    }

    @Test func plainTablesReadNoMarkup() {
        let table = ValueTable(columns: ["a_b", "n"], rows: [[.text("**x** & \\|"), .integer(1)], [.null, .real(0.5)]])
        #expect(
            TableRenderer.render(table, as: .latex) == #"""
                \begin{tabular}{lr}
                \toprule
                a\_b & n \\
                \midrule
                {*}{*}x{*}{*} \& \textbackslash{}\textbar{} & 1 \\
                \textemdash{} & 0.5 \\
                \bottomrule
                \end{tabular}

                """#)
    }

    @Test func headsAreStackedAndSentencesBreak() {
        let sentence = "a sentence that is so long that it would make the table wider than the page"
        let table = TextTable(columns: [.init("paper memory vs full_rank"), .init("note", .left)], rows: [["1.00×", sentence]])
        let text = ReportTable(slug: "t", caption: "C.", note: "N.", table: table).latex()
        #expect(text.contains(#"\shortstack[r]{paper\\memory vs\\full\_rank}"#))
        #expect(text.contains(#"{r>{\raggedright\arraybackslash}p{51mm}}"#))
        #expect(text.contains(#"\begin{reporttable}{C. \emph{N.}}\label{tab:t}"#))
        #expect(!text.contains("landscape"))
    }

    @Test func longTablesAreCutAndWideOnesLieOnTheirSide() {
        let long = TextTable(columns: [.init("i")], rows: (0..<100).map { [String($0)] })
        let pieces = ReportTable(slug: "t", caption: "C.", note: nil, table: long).latex()
        #expect(pieces.components(separatedBy: "\\begin{tabular}").count == 4 && pieces.components(separatedBy: "{(continued)}").count == 3)
        #expect((0..<100).allSatisfy { pieces.contains("\n\($0) \\\\") })
        let wide = TextTable(columns: (0..<30).map { TextTable.Column("column\($0)") }, rows: [])
        #expect(ReportTable(slug: "t", caption: "C.", note: nil, table: wide).latex().hasPrefix("\\begin{landscape}"))
    }

    @Test func nothingEndsTheVerbatimText() {
        let text = ReportDocument.verbatim("a\\end{verbatim}b\n\té" + String(repeating: "x", count: 300))
        #expect(!text.contains("\\end{verbatim}"))
        #expect(text.contains("\\end {verbatim}b\n [U+E9]"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 126 })
    }

    @Test func picturesAreIncludedOnceConverted() {
        let picture = ReportPicture(suffix: "loss", alternative: "", caption: "Loss.", script: "")
        func latex(_ file: String) -> String {
            ReportDocument(title: "t", blocks: [.picture(.init(picture: picture, file: file, svg: ""))]).latex()
        }
        #expect(latex("60m-loss.svg").contains("% rsvg-convert -f pdf -o 60m-loss.pdf 60m-loss.svg\n\\IfFileExists{60m-loss.pdf}{\\includegraphics[width=\\linewidth]{60m-loss.pdf}}"))
        let odd = latex("50% \\x\n.svg")
        #expect(!odd.contains("includegraphics[") && odd.contains("\\fbox{Picture \\texttt{50\\% \\textbackslash{}x .\\allowbreak{}svg}"))
    }

    /// gnuplot writes PDF itself: the picture is in the article and no frame in its place, whatever the report is called.
    @Test(.enabled(if: GnuplotRunner.find() != nil, "gnuplot is not installed")) func picturesAreDrawnForTheArticle() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slreport-pdf-\(UUID().uuidString)", isDirectory: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write() throws -> ReportWriter.Outcome {
            try ReportWriter.write(history: Fixture.twoSeeds, to: folder.appendingPathComponent("50% b.tex"), format: .latex)
        }
        let outcome = try write()
        let text = try String(contentsOf: outcome.report, encoding: .utf8)
        #expect(outcome.pictures.map(\.pathExtension) == Array(repeating: "pdf", count: outcome.pictures.count) && !outcome.pictures.isEmpty)
        let first = try outcome.pictures.map { try Data(contentsOf: $0) }
        for (picture, data) in zip(outcome.pictures, first) {
            #expect(data.starts(with: Data("%PDF".utf8)) && text.contains("\\includegraphics[width=\\linewidth]{\(picture.lastPathComponent)}"))
        }
        #expect(!text.contains("fbox{Picture"))
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)) == Set(outcome.pictures.map(\.lastPathComponent) + ["50% b.tex"]))
        let again = try write().pictures.map { try Data(contentsOf: $0) }
        #expect(again.map { GnuplotRunner.withoutDate($0) } == first && again == first, "the same history gives the same bytes")
    }

    @Test func datesAreWrittenOver() {
        let pdf = Data("%PDF /CreationDate (D:20261127143000-02'00) /Length 12".utf8)
        #expect(String(decoding: GnuplotRunner.withoutDate(pdf), as: UTF8.self) == "%PDF /CreationDate (D:00000000000000+00'00) /Length 12")
    }

    /// Hostile text in every kind of block, and a whole report.
    @Test(.enabled(if: Compiler.path != nil, "pdflatex is not installed"))
    func reportsCompile() throws {
        let texts = Hostile.texts + (0...0x24F).compactMap { Unicode.Scalar($0).map { "x\($0)y" } }
        let cells = texts.map { [MarkdownText.inline($0), MarkdownText.code($0), "**\(MarkdownText.inline($0))**"] }
        let table = TextTable(columns: [.init("a|[b]", .left), .init("code", .left), .init("n")], rows: cells)
        let hostile = ReportDocument(
            title: texts.prefix(17).joined(),
            blocks: [
                .section("\\#1 & `x_y`"), .subsection(MarkdownText.inline(Hostile.texts.joined()), anchor: "x"), .table("t", "C_1 & 5 %", table),
                .list(texts.map(MarkdownText.inline)), .quote(["**a** 50 %"]), .paragraph(MarkdownText.inline(texts.joined(separator: " "))),
                .folded(summary: "a_b", language: "text", text: texts.joined(separator: "\n")),
            ])
        let pictures = ReportPictures(drawn: ReportPicture.all(Fixture.twoSeeds).map { .init(picture: $0, file: "a b_c-\($0.suffix).svg", svg: "") })
        for document in [hostile, SweepReport.document(Fixture.twoSeeds, catalog: Fixture.catalog, pictures: pictures)] {
            let log = try Compiler.run(document.latex())
            #expect(!log.contains("\n! "), "\(log.components(separatedBy: "\n! ").dropFirst().first?.prefix(300) ?? "")")
            #expect(log.contains("Output written on report.pdf"))
        }
    }
}

/// pdflatex, where it is installed.
private enum Compiler {
    static let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/pdflatex" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// The log of one run.
    static func run(_ text: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slreport-tex-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: folder.appendingPathComponent("report.tex"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(path))
        process.arguments = ["-interaction=nonstopmode", "report.tex"]
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return String(decoding: try Data(contentsOf: folder.appendingPathComponent("report.log")), as: UTF8.self)
    }
}
