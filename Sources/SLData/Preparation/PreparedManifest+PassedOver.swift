import SLSpec

extension PreparedManifest {
    /// What of the text did not become tokens.
    struct PassedOver: Sendable, Hashable, Codable {
        /// Records that could not be read, and were skipped because the config allows it.
        var malformedRecords = 0
        /// The first of them: file and line, and what is wrong there.
        var firstPlace: String?
        var firstProblem: String?
        var emptyRecords = 0
        /// UTF-8 bytes of all text that was read, and of that which became tokens.
        var readBytes = 0
        var textBytes = 0

        enum CodingKeys: String, CodingKey {
            case malformedRecords = "malformed_records"
            case firstPlace = "first_malformed_record"
            case firstProblem = "first_problem"
            case emptyRecords = "empty_records"
            case readBytes = "read_bytes"
            case textBytes = "text_bytes"
        }

        mutating func add(_ reading: (tally: ReadingTally, bytes: Int)) {
            malformedRecords += reading.tally.skippedRecords
            emptyRecords += reading.tally.emptyRecords
            readBytes += reading.bytes
            if firstPlace == nil, let first = reading.tally.firstSkipped { (firstPlace, firstProblem) = (first.file, first.problem) }
        }

        var skipped: SkippedRecords? {
            guard malformedRecords > 0 else { return nil }
            return SkippedRecords(count: malformedRecords, first: DataError(file: firstPlace ?? "", problem: firstProblem ?? "malformed"))
        }

        /// Sentences for people.
        func notes(of name: String) -> [String] {
            var notes: [String] = []
            if malformedRecords > 0 {
                notes.append(
                    "\(name): \(malformedRecords) malformed \(Self.records(malformedRecords)) skipped, the first at \(firstPlace ?? "?"): \(firstProblem ?? "?")")
            }
            if emptyRecords > 0 { notes.append("\(name): \(emptyRecords) \(Self.records(emptyRecords)) without text passed over") }
            if readBytes > textBytes {
                let share = Double((1000 * Double(readBytes - textBytes) / Double(readBytes)).rounded()) / 10
                notes.append(
                    "\(name): \(readBytes - textBytes) of \(readBytes) bytes of text (\(share) %) lie beyond the ends of their rows and are left out (packing truncate)")
            }
            return notes
        }

        private static func records(_ count: Int) -> String { count == 1 ? "record" : "records" }
    }
}

/// Records that could not be read, and were left out.
struct SkippedRecords: Sendable {
    var count: Int
    /// What was wrong with the first, and where.
    var first: DataError
}
