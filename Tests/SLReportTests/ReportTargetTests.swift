import Foundation
import SLReport
import Testing

@Suite struct ReportTargetTests {
    @Test func theExtensionSaysTheFormat() throws {
        #expect(try ["a.md", "b/a.HTML", "a.htm", "a.tex"].map { try ReportTarget($0).format } == [.markdown, .html, .html, .latex])
        #expect(try ReportTarget("tables", format: .csv).format == .csv && ReportTarget("out", format: .html).format == .html)
        #expect(try ReportTarget("notes.txt", format: .markdown).format == .markdown && ReportTarget("run.v2", format: .csv).format == .csv)
    }

    @Test(arguments: ["a.pdf", "a.json", "a.txt", "a.csv", "a", "a.docx", "dir.d/a", "a.sqlite"])
    func whatSaysSomethingElseIsRefused(path: String) {
        #expect(throws: OutputNameError.self) { try ReportTarget(path) }
    }

    @Test(arguments: [("a.pdf", ReportFormat.markdown), ("a.md", .html), ("a.html", .latex), ("a.csv", .csv), ("a.txt", .csv), ("a.json", .latex)])
    func aFormatThatContradictsTheNameIsRefused(path: String, format: ReportFormat) {
        #expect(throws: OutputNameError.self) { try ReportTarget(path, format: format) }
    }

    @Test func otherOutputsToo() {
        #expect(throws: OutputNameError.self) { try OutputName.check("curve.jsonl", holds: "CSV", extensions: ["csv"]) }
        #expect(throws: OutputNameError.self) { try OutputName.check("out.safetensors", holds: nil, extensions: []) }
        #expect(throws: Never.self) {
            try OutputName.check("curve", holds: "CSV", extensions: ["csv"])
            try OutputName.check("curve.CSV", holds: "CSV", extensions: ["csv"])
            try OutputName.check("out/v1.2", holds: nil, extensions: [])
        }
        let error = OutputNameError(path: "a.pdf", problem: "a report can't be written as .pdf", allowed: "a name that ends in .md, .html or .tex")
        #expect("\(error)" == "a.pdf: a report can't be written as .pdf; possible: a name that ends in .md, .html or .tex")
    }
}
