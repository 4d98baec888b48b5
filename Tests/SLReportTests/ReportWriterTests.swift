import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct ReportWriterTests {
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slreport-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    /// A program that stands in for gnuplot.
    private func script(_ text: String, in folder: URL) throws -> URL {
        let file = folder.appendingPathComponent("gnuplot")
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        return file
    }

    @Test func withoutGnuplotTheReportStandsAlone() throws {
        try withFolder { folder in
            let file = folder.appendingPathComponent("deep/er/60m.md")
            let outcome = try ReportWriter.write(history: Fixture.oneSeed, to: file, gnuplot: nil)
            #expect(outcome.pictures.isEmpty)
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(text.contains("gnuplot, which draws them, was not found"))
            #expect(!text.contains(".svg"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: file.deletingLastPathComponent().path) == ["60m.md"])
        }
    }

    @Test func aPageHoldsItsPicturesAndTablesAreFiles() throws {
        try withFolder { folder in
            let gnuplot = GnuplotRunner(executable: try script("echo '<svg width=\"9\" height=\"9\"></svg>'", in: folder))
            let page = folder.appendingPathComponent("out/r.html")
            let outcome = try ReportWriter.write(history: Fixture.oneSeed, to: page, format: .html, gnuplot: gnuplot)
            #expect(outcome.pictures.isEmpty && outcome.absence == nil)
            #expect(try String(contentsOf: page, encoding: .utf8).components(separatedBy: "<svg role=\"img\"").count == ReportPicture.all(Fixture.oneSeed).count + 1)
            let tables = folder.appendingPathComponent("out/tables")
            let csv = try ReportWriter.write(history: Fixture.oneSeed, to: tables, format: .csv, gnuplot: nil)
            #expect(csv.tables.contains(tables.appendingPathComponent("first-try-results.csv")))
            #expect(try Set(FileManager.default.contentsOfDirectory(atPath: tables.path)) == Set(csv.tables.map(\.lastPathComponent)))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("out").path).sorted() == ["r.html", "tables"])
            let article = folder.appendingPathComponent("out/r.tex")
            let latex = try ReportWriter.write(history: Fixture.oneSeed, to: article, format: .latex, gnuplot: gnuplot)
            #expect(latex.pictures.count == ReportPicture.all(Fixture.oneSeed).count)
            #expect(try String(contentsOf: article, encoding: .utf8).hasSuffix("\\end{document}\n"))
        }
    }

    @Test func aFailingGnuplotIsNoFailingReport() throws {
        try withFolder { folder in
            let runner = GnuplotRunner(executable: try script("echo 'line 0: bad thing' >&2; exit 3", in: folder))
            let outcome = try ReportWriter.write(history: Fixture.oneSeed, to: folder.appendingPathComponent("r.md"), gnuplot: runner)
            #expect(outcome.absence == "A picture could not be drawn: gnuplot failed with status 3: line 0: bad thing.")
            #expect(outcome.pictures.isEmpty)
        }
    }

    @Test func aHangingGnuplotIsKilled() throws {
        try withFolder { folder in
            let runner = GnuplotRunner(executable: try script("exec sleep 100", in: folder), timeout: 0.3)
            let start = Date()
            let words = "gnuplot took longer than 0.3 s and was stopped"
            #expect(throws: PictureError(problem: words, isLasting: true)) { try runner.svg(script: "") }
            #expect(Date().timeIntervalSince(start) < 20)
        }
    }

    /// What gnuplot starts may outlive it and hold its streams: it neither keeps the report waiting nor stays.
    @Test(arguments: ["sleep 1000 & echo $! > CHILD; wait", "sleep 1000 & echo $! > CHILD; exit 1"])
    func aHangingChildOfGnuplotGoesWithIt(text: String) throws {
        try withFolder { folder in
            let note = folder.appendingPathComponent("child")
            let runner = GnuplotRunner(executable: try script(text.replacing("CHILD", with: "'\(note.path)'"), in: folder), timeout: 2)
            let outcome = try ReportWriter.write(history: Fixture.oneSeed, to: folder.appendingPathComponent("r.md"), gnuplot: runner)
            #expect(outcome.absence?.contains("could not be drawn") == true && outcome.pictures.isEmpty)
            let child = try #require(pid_t(try String(contentsOf: note, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
            // Gone, or dead and not yet asked about by whoever inherited it.
            let state = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8))?.split(separator: ")").last?.split(separator: " ").first
            #expect(state == nil || state == "Z")
        }
    }

    /// One that hangs would hang at every picture.
    @Test func afterOneThatHangsNoOtherIsTried() throws {
        try withFolder { folder in
            let count = folder.appendingPathComponent("count")
            let runner = GnuplotRunner(executable: try script("echo >> '\(count.path)'; exec sleep 100", in: folder), timeout: 1)
            #expect(ReportPicture.all(Fixture.oneSeed).count > 1)
            _ = ReportWriter.draw(Fixture.oneSeed, stem: "r", gnuplot: runner)
            #expect(try String(contentsOf: count, encoding: .utf8) == "\n")
        }
    }

    @Test func aSilentGnuplotDrawsNothing() throws {
        try withFolder { folder in
            let runner = GnuplotRunner(executable: try script("exit 0", in: folder))
            #expect(throws: PictureError.self) { try runner.svg(script: "") }
            let missing = GnuplotRunner(executable: folder.appendingPathComponent("nowhere"))
            #expect(throws: PictureError.self) { try missing.svg(script: "") }
        }
    }

    @Test func gnuplotIsFoundOnTheSearchPath() throws {
        try withFolder { folder in
            #expect(GnuplotRunner.find(path: folder.path) == nil)
            let program = try script("exit 0", in: folder)
            #expect(GnuplotRunner.find(path: "/nonexistent::\(folder.path)")?.executable.path == program.path)
        }
    }

    @Test func anUnwritablePlaceIsAFileError() throws {
        try withFolder { folder in
            let blocked = folder.appendingPathComponent("file")
            try Data().write(to: blocked)
            #expect(throws: FileError.self) {
                try ReportWriter.write(history: Fixture.oneSeed, to: blocked.appendingPathComponent("r.md"), gnuplot: nil)
            }
        }
    }

    @Test func gnuplotSpeaksOnlyOfTheData() {
        let svg = "<svg>\n<title>Gnuplot</title>\n<desc>Produced by GNUPLOT 5.4 patchlevel 4 </desc>\n<g id=\"p\" ><title>gnuplot_plot_1a</title>\n</g>\n</svg>\n"
        #expect(GnuplotRunner.cleaned(svg) == "<svg>\n<g id=\"p\" ></g>\n</svg>\n")
    }

    @Test(.enabled(if: GnuplotRunner.find() != nil, "gnuplot is not installed"))
    func realPictures() throws {
        try withFolder { folder in
            let file = folder.appendingPathComponent("two words.md")
            let outcome = try ReportWriter.write(history: Fixture.twoSeeds, to: file)
            #expect(outcome.absence == nil && outcome.pictures.count == ReportPicture.all(Fixture.twoSeeds).count)
            #expect(try String(contentsOf: file, encoding: .utf8).contains("](two%20words-loss.svg)"))
            let names = outcome.pictures.map(\.lastPathComponent)
            let first = try names.map { try Data(contentsOf: folder.appendingPathComponent($0)) }
            for (name, data) in zip(names, first) {
                let text = String(decoding: data, as: UTF8.self)
                #expect(text.contains("width=\"900\" height=\""), "\(name)")
                #expect(text.contains("prefers-color-scheme: dark"), "\(name)")
                #expect(text.contains("full_rank") && text.contains("galore r=64"), "\(name)")
                #expect(!text.contains("GNUPLOT") && !text.contains("<title>"), "\(name)")
                let parser = XMLCheck()
                #expect(parser.isWellFormed(data), "\(name)")
            }
            try ReportWriter.write(history: Fixture.twoSeeds, to: file)
            #expect(try names.map { try Data(contentsOf: folder.appendingPathComponent($0)) } == first, "the same history gives the same bytes")
        }
    }

    @Test(.enabled(if: GnuplotRunner.find() != nil, "gnuplot is not installed"))
    func gnuplotReportsABadScript() throws {
        let runner = try #require(GnuplotRunner.find())
        #expect(throws: PictureError.self) { try runner.svg(script: "plot nonsense(((") }
    }
}

/// Open and closed tags in balance, without a parser of its own package.
private struct XMLCheck {
    func isWellFormed(_ data: Data) -> Bool {
        let text = String(decoding: data, as: UTF8.self)
        let groups = text.components(separatedBy: "<g ").count + text.components(separatedBy: "<g>").count
        return text.hasPrefix("<?xml") && groups - 2 == text.components(separatedBy: "</g>").count - 1 && text.contains("</svg>")
    }
}
