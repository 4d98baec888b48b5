import SLSpec
import SLStore
import Testing

@Suite struct PredictionTests {
    let store: ResultStore
    init() throws { store = try ResultStore.inMemory() }

    @Test func comeBackAsTheyWereInTheirOrder() throws {
        let predictions = [Sample.prediction("sltrain"), Sample.prediction(storage: .bf16), Sample.prediction()]
        try store.registerSweep(name: "s", specs: [Sample.spec()], predictions: predictions)
        try store.registerSweep(name: "other", specs: [Sample.spec()])
        #expect(try store.sweepHistory(name: "s").predictions == predictions)
        #expect(try store.sweepHistory(name: "other").predictions == [])
        #expect(
            try store.query(
                "SELECT size, method, rank, predicted_bytes, predicted_gradient_bytes, peak_phase, paper_memory_bytes FROM prediction LIMIT 1"
            ).rows == [
                [
                    .text("7b"), .text("sltrain"), .integer(4), .integer(27_009_000_881), .integer(9_000_000), .text("refresh"),
                    .integer(17_000_000_000),
                ]
            ])
        #expect(
            try store.query("SELECT json_extract(spec, '$.training.storage') FROM prediction ORDER BY position").rows == [
                [.null], [.text("bf16")], [.null],
            ])
    }

    /// No prediction is a run, and none enters a table of runs.
    @Test func areNoRuns() throws {
        try store.registerSweep(name: "s", specs: [], predictions: [Sample.prediction()])
        #expect(try store.sweepHistory(name: "s").runs.isEmpty)
        for table in ["run", "run_spec", "comparison", "summary"] {
            #expect(try store.cell("SELECT count(*) FROM \(table)") == .integer(0), "\(table)")
        }
    }

    @Test func aNewPlanReplacesThem() throws {
        try store.registerSweep(name: "s", specs: [], predictions: [Sample.prediction(), Sample.prediction("lost")])
        try store.registerSweep(name: "s", specs: [], predictions: [Sample.prediction("lost")])
        #expect(try store.sweepHistory(name: "s").predictions == [Sample.prediction("lost")])
        try store.registerSweep(name: "s", specs: [])
        #expect(try store.sweepHistory(name: "s").predictions == [])
    }

    /// A plan that names a cell twice is refused whole.
    @Test func twiceTheSameIsRefused() throws {
        try store.registerSweep(name: "s", specs: [], predictions: [Sample.prediction()])
        let error = fileError { try store.registerSweep(name: "s", specs: [], predictions: [Sample.prediction("lost"), Sample.prediction("lost")]) }
        #expect(error?.problem.hasPrefix("refused a value") == true)
        #expect(try store.sweepHistory(name: "s").predictions == [Sample.prediction()])
    }
}
