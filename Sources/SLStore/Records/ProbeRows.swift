import GRDB
import SLSpec

/// The probes of a run, with their rows.
enum ProbeRows {
    static func insert(_ db: Database, _ probe: ProbeRecord, runID: String) throws {
        // Of a step that is measured twice the later stands.
        try db.execute(sql: "DELETE FROM probe WHERE run_id = ? AND step = ?", arguments: [runID, probe.step])
        try ProbeRow(probe, runID: runID).insert(db)
        for spectrum in probe.spectra { try SpectrumRow(spectrum, runID: runID, step: probe.step).insert(db) }
        for value in probe.values { try ProbeValueRow(value, runID: runID, step: probe.step).insert(db) }
    }

    static func fetch(_ db: Database, runID: String) throws -> [ProbeRecord] {
        func rows<Record: FetchableRecord & TableRecord>(_ type: Record.Type) throws -> [Record] {
            try type.filter(Column("run_id") == runID).fetchAll(db)
        }
        let probes = try ProbeRow.filter(Column("run_id") == runID).order(Column("step")).fetchAll(db)
        guard !probes.isEmpty else { return [] }
        let spectra = Dictionary(grouping: try rows(SpectrumRow.self), by: \.step)
        let values = Dictionary(grouping: try rows(ProbeValueRow.self), by: \.step)
        return try probes.map { row in
            ProbeRecord(
                step: row.step, occasion: row.occasion, seconds: row.seconds, tokens: row.tokens, loss: row.loss, trackedBytes: row.trackedBytes,
                spectra: try (spectra[row.step] ?? []).map { try $0.probe() }, values: (values[row.step] ?? []).compactMap(\.probe))
        }
    }
}

/// A row of `probe`.
struct ProbeRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "probe"
    var runID: String
    var step: Int
    var occasion: ProbeRecord.Occasion
    var seconds: Double
    var tokens: Int?
    var loss: Double?
    var trackedBytes: Int

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case step, occasion, seconds, tokens, loss
        case trackedBytes = "tracked_bytes"
    }

    init(_ probe: ProbeRecord, runID: String) {
        self.runID = runID
        step = probe.step
        occasion = probe.occasion
        seconds = probe.seconds
        tokens = probe.tokens
        loss = probe.loss?.finiteOrNil
        trackedBytes = probe.trackedBytes
    }
}

/// A row of `probe_value`.
struct ProbeValueRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "probe_value"
    var runID: String
    var step: Int
    var layer: Int
    var role: LinearRole
    var tensor: String
    var quantity: String
    var value: Double?

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case step, layer, role, tensor, quantity, value
    }

    init(_ probe: ProbeValue, runID: String, step: Int) {
        self.runID = runID
        self.step = step
        layer = probe.layer
        role = probe.role
        tensor = probe.tensor
        quantity = probe.quantity.rawValue
        value = probe.value?.finiteOrNil
    }

    /// `nil` for a quantity that a later program measured.
    var probe: ProbeValue? {
        ProbeValue.Quantity(rawValue: quantity).map { ProbeValue(layer: layer, role: role, tensor: tensor, quantity: $0, value: value) }
    }
}
