import Foundation
import SLReport
import SLSpec
import Testing

/// Reports are known again, by what they say at their end or, older ones, by their opening words.
@Suite struct ReportMarkerTests {
    private func history(finished: Int, interrupted: Int) -> SweepHistory {
        let run = Fixture.finished(Fixture.spec("full_rank"), id: "0123456789ab", loss: 3)
        var stopped = run
        (stopped.status, stopped.result) = (.interrupted, nil)
        return SweepHistory(
            name: "a -- b", runs: Array(repeating: run, count: finished) + Array(repeating: stopped, count: interrupted))
    }

    @Test(arguments: [ReportFormat.markdown, .html, .latex]) func writtenReportsAreKnownAgain(format: ReportFormat) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slreport-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "r")
        try ReportWriter.write(history: history(finished: 3, interrupted: 2), to: file, format: format, gnuplot: nil)
        let text = try String(contentsOf: file, encoding: .utf8)
        let marker = try #require(ReportMarker(head: String(text.prefix(60_000)), tail: String(text.suffix(2000)), format: format))
        #expect(marker.finishedRuns == 3 && marker.runs == 5)
        for other in ReportFormat.allCases where other != format {
            #expect(ReportMarker(head: text, tail: text, format: other) == nil, "\(other)")
        }
    }

    @Test(arguments: [ReportFormat.markdown, .html, .latex]) func reportsWithoutAMarkerAreKnownByTheirWords(format: ReportFormat) throws {
        let text = try #require(SweepReport.document(history(finished: 4, interrupted: 1)).text(as: format))
        let marker = try #require(ReportMarker(head: text, tail: String(text.suffix(1000)), format: format))
        #expect(marker.finishedRuns == 4 && marker.runs == 5)
        let none = try #require(SweepReport.document(history(finished: 0, interrupted: 1)).text(as: format))
        #expect(ReportMarker(head: none, tail: "", format: format)?.finishedRuns == 0)
    }

    @Test(arguments: ["", "# My notes\n\n3 runs: 2 finished.\n", "plain text", "{}", "<!doctype html><p>page</p>", "\\documentclass{article}"])
    func whatPeopleWriteIsNoReport(text: String) {
        for format in ReportFormat.allCases { #expect(ReportMarker(head: text, tail: text, format: format) == nil) }
    }

    @Test func everyPictureHasAKnownSuffix() {
        let drawn = ReportPicture.all(history(finished: 2, interrupted: 0)).map(\.suffix)
        #expect(!drawn.isEmpty && Set(drawn).isSubset(of: ReportPicture.suffixes))
    }
}
