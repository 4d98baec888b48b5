import GRDB
import SLSpec

/// A row of `run_note`.
struct NoteRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "run_note"
    var runID: String
    var step: Int
    var kind: RunNote.Kind
    var message: String

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case step, kind, message
    }

    init(_ note: RunNote, runID: String) {
        self.runID = runID
        step = note.step
        kind = note.kind
        message = note.message
    }

    var note: RunNote { RunNote(step: step, kind: kind, message: message) }
}
