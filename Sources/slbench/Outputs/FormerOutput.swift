import Foundation
import SLHarness
import SLReport
import SLSpec

/// How outputs of every kind are known again, so that a former one may be replaced and nothing else.
enum FormerOutput {
    static func isReport(_ format: ReportFormat) -> (FileHead) -> Bool { { marker($0, format) != nil } }

    static func marker(_ file: FileHead, _ format: ReportFormat) -> ReportMarker? {
        ReportMarker(head: file.headText, tail: file.tailText, format: format)
    }

    /// A picture as ``ReportWriter`` writes it, or as gnuplot does.
    static func isPicture(_ file: FileHead) -> Bool {
        if file.path.hasSuffix(".pdf") { return file.head.starts(with: Data("%PDF".utf8)) && file.headText.contains("gnuplot") }
        return ["slbench-picture", "Gnuplot", "gnuplot_canvas"].contains { file.headText.contains($0) }
    }

    /// A table with at least one of these columns first, as RFC 4180 has it.
    static func isTable(_ columns: [String]) -> (FileHead) -> Bool {
        { file in
            let text = file.headText
            guard let end = text.range(of: "\r\n") else { return false }
            let first = text[..<end.lowerBound].split(separator: ",", omittingEmptySubsequences: false).first ?? ""
            return columns.contains(first.trimmingCharacters(in: CharacterSet(charactersIn: "\"")))
        }
    }

    /// A curve, a JSON object a line.
    static func isLines(_ columns: [String]) -> (FileHead) -> Bool {
        { file in
            guard let object = try? JSONSerialization.jsonObject(with: Data(file.firstLine.utf8)) as? [String: Any] else { return false }
            return columns.prefix(3).allSatisfy { object[$0] != nil }
        }
    }

    static func isEvents(_ file: FileHead) -> Bool { file.head.range(of: Data("brain.Event:2".utf8)) != nil }

    /// Tensors that say which run they are of.
    static func isTensors(_ file: FileHead) -> Bool { file.headText.contains("slbench.run_key") }

    static func isModelConfig(_ file: FileHead) -> Bool { file.headText.contains("\"slbench") }

    static func begins(_ words: String) -> (FileHead) -> Bool { { $0.headText.hasPrefix(words) } }
}
