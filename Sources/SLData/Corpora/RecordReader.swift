import Foundation
import SLSpec

/// Reads JSON lines with a `text` field, the layout C4 is published in.
package struct RecordReader {
    private struct Record: Decodable {
        var text: String
    }

    let path: String

    package init(path: String) { self.path = path }

    /// Calls `body` with the text of every record, in order. Blank lines are passed over; other keys are ignored.
    ///
    /// - Throws: `DataError` with file and line for what isn't JSON or has no text.
    package func forEachText(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let decoder = JSONDecoder()
        try LineReader(path: path).forEachLine { line in
            guard line.bytes.contains(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else { return }
            var text = try Self.decode(line, with: decoder, path: path)
            try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
        }
    }

    private static func decode(_ line: TextLine, with decoder: JSONDecoder, path: String) throws(DataError) -> String {
        let place = "\(path):\(line.number)"
        let fix = "every line must be one JSON object, {\"text\": \"…\"}"
        do {
            return try decoder.decode(Record.self, from: Data(line.bytes)).text
        } catch DecodingError.keyNotFound {
            throw DataError(file: place, problem: "no \"text\" key", fix: fix)
        } catch DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty {
            throw DataError(file: place, problem: "not a JSON object", fix: fix)
        } catch DecodingError.typeMismatch, DecodingError.valueNotFound {
            throw DataError(file: place, problem: "\"text\" is not a string", fix: fix)
        } catch {
            throw DataError(file: place, problem: "malformed JSON", fix: fix)
        }
    }
}
