import Foundation
import GRDB
import SLSpec

/// A row of `lifecycle_event`; the measurements are one JSON object, a value that was not finite is `null` in it.
struct LifecycleRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "lifecycle_event"
    var runID: String
    var step: Int
    var kind: String
    var measurements: String

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case step, kind, measurements
    }

    init(_ event: LifecycleRecord, runID: String) throws {
        self.runID = runID
        step = event.step
        kind = event.kind
        measurements = try JSONText.of(event.measurements.mapValues(\.finiteOrNil))
    }

    func event() throws -> LifecycleRecord {
        let values = try JSONDecoder().decode([String: Double?].self, from: Data(measurements.utf8))
        return LifecycleRecord(step: step, kind: kind, measurements: values.mapValues { $0 ?? .nan })
    }
}
