import Foundation
import SLSpec

/// Reads JSON lines with a `text` field, the layout C4 is published in.
package struct RecordReader {
    private struct Record: Decodable {
        var text: String
    }

    /// A record has to be held whole; what has a longer line is no stream of records.
    static let mostLineBytes = 256 << 20
    private static let fix = "every line must be one JSON object, {\"text\": \"…\"}; \"skip_malformed\": true in \"data\" leaves out and counts what is not"

    let path: String

    package init(path: String) { self.path = path }

    /// Calls `body` with the text of every record, in order. Blank lines are passed over; other keys are ignored.
    ///
    /// - Throws: `DataError` with file, line and reason for what isn't JSON or has no text.
    package func forEachText(_ body: (Span<UInt8>) throws -> Void) throws {
        var tally = ReadingTally()
        try forEachText(skippingAtMost: 0, &tally, body)
    }

    /// The same; up to `limit` records of the whole tally that can't be read are counted and passed over.
    func forEachText(skippingAtMost limit: Int, _ tally: inout ReadingTally, _ body: (Span<UInt8>) throws -> Void) throws {
        let decoder = JSONDecoder()
        try LineReader(path: path, mostLineBytes: Self.mostLineBytes, vouchesForUTF8: false).forEachLine { line, number in
            guard !line.isBlank else { return }
            let text: String
            do throws(DataError) {
                text = try decode(line, number, with: decoder)
            } catch {
                tally.skippedRecords += 1
                if tally.firstSkipped == nil { tally.firstSkipped = error }
                guard tally.skippedRecords <= limit else { throw Self.tooMany(error, limit: limit) }
                return
            }
            if text.isEmpty { tally.emptyRecords += 1 }
            try body(text.utf8.span)
        }
    }

    static func tooMany(_ last: DataError, limit: Int) -> DataError {
        guard limit > 0 else { return last }
        var error = last
        error.problem += "; \(limit) records before it could not be read either, which is all that data.skip_malformed allows"
        error.fix = "mend the records, or raise data.skip_malformed (true: any number)"
        return error
    }

    private func decode(_ line: Span<UInt8>, _ number: Int, with decoder: JSONDecoder) throws(DataError) -> String {
        if let offset = UTF8Validation.firstInvalidOffset(in: line) {
            throw problem(
                "not UTF-8 at byte \(offset) of the line: 0x\(String(line[offset], radix: 16, uppercase: true)) is not part of a character", number)
        }
        do {
            return try decoder.decode(Record.self, from: Data(line)).text
        } catch DecodingError.keyNotFound {
            throw problem("no \"text\" key", number)
        } catch DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty {
            throw problem("not a JSON object", number)
        } catch DecodingError.typeMismatch, DecodingError.valueNotFound {
            throw problem("\"text\" is not a string", number)
        } catch {
            throw problem("malformed JSON\(Self.reason(line))", number)
        }
    }

    /// Foundation says that a text is no JSON, but not where and why.
    private static func reason(_ line: Span<UInt8>) -> String {
        var end = line.count
        while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
        guard let text = String(validating: line.extracting(..<end)) else { return "" }
        do {
            _ = try JSONValue.parse(text)
            return ""
        } catch {
            let isCut = line[line.count - 1] != 0x0A && error.problem.contains("the document ends")
            return " at column \(error.column): \(error.problem)" + (isCut ? "; it is the file's last line: was the file cut off?" : "")
        }
    }

    private func problem(_ text: String, _ line: Int) -> DataError {
        DataError(file: "\(path):\(line)", problem: text, fix: Self.fix)
    }
}
