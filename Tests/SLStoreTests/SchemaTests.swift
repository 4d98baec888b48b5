import GRDB
import SLSpec
import SLStore
import Testing

@Suite struct SchemaTests {
    /// A store with one finished run, whose rows the statements below try to spoil.
    let store: ResultStore

    init() throws {
        store = try ResultStore.inMemory()
        let spec = Sample.spec()
        try store.registerSweep(name: "s", specs: [spec], predictions: [Sample.prediction()])
        try store.registerTuning(sweep: "s", cells: [try Sample.tuned(spec, trials: [spec])])
        let recorder = try store.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        try recorder.record(Sample.step(1))
        try recorder.record(LifecycleRecord(step: 1, kind: "refresh", measurements: ["matrices": 28]))
        try recorder.record(Sample.dataWithTexts)
        for text in Sample.texts { try recorder.record(text) }
        try recorder.record(RunNote(step: 1, kind: .data, message: "many passes"))
        try recorder.finish(Sample.result())
    }

    @Test func everyTableIsStrict() throws {
        let tables = try store.query(
            """
            SELECT name, strict FROM pragma_table_list
            WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%'
            """)
        #expect(tables.rows.count == 25)
        for row in tables.rows { #expect(row[1] == .integer(1), "\(row[0])") }
    }

    @Test(arguments: [
        "UPDATE run SET status = 'planned'",
        "UPDATE run SET status = 'failed'",
        "UPDATE run SET ended_at = NULL",
        "UPDATE run SET started_at = '2024-01-01 12:00'",
        "UPDATE run SET failure_message = 'x'",
        "UPDATE run SET attempt = 0",
        "UPDATE run_spec SET spec = '[]'",
        "UPDATE run_spec SET spec = json_remove(spec, '$.seed')",
        "UPDATE run_spec SET spec = json_set(spec, '$.options.rank', 0)",
        "UPDATE run_spec SET spec = json_set(spec, '$.seed', 1e30)",
        "UPDATE run_spec SET group_key = 'abc'",
        "UPDATE run_spec SET run_key = upper(run_key)",
        "UPDATE sweep SET name = ''",
        "UPDATE sweep_run SET position = -1",
        "UPDATE sweep_run SET run_id = '000000000000'",
        "INSERT INTO run SELECT '000000000000', 1, status, NULL, NULL, NULL, host, 1, 1, started_at, started_at, ended_at, NULL FROM run",
        "UPDATE step_sample SET step = 0",
        "UPDATE step_sample SET tokens = NULL",
        "UPDATE step_sample SET tokens = 1.5",
        "UPDATE step_sample SET loss = 'low'",
        "UPDATE step_sample SET seconds = -1",
        "INSERT INTO step_sample SELECT * FROM step_sample",
        "UPDATE evaluation SET tokens = -1",
        "UPDATE lifecycle_event SET measurements = '[1]'",
        "UPDATE lifecycle_event SET measurements = '{'",
        "UPDATE memory SET peak_index_bytes = -1",
        "UPDATE memory SET peak_tracked_bytes = NULL",
        "UPDATE environment SET commit_is_dirty = 2",
        "UPDATE run_result SET trainable_parameters = total_parameters + 1",
        "UPDATE run_result SET evaluation_step = 99",
        "UPDATE run_result SET wall_seconds = NULL",
        "UPDATE run_result SET refresh_seconds = -1",
        "UPDATE run_result SET train_seconds = 'long'",
        "UPDATE memory SET process_constant_bytes = -1",
        "UPDATE prediction SET predicted_bytes = predicted_bytes + 1",
        "UPDATE prediction SET peak_phase = ''",
        "UPDATE prediction SET spec = json_remove(spec, '$.method')",
        "UPDATE prediction SET spec = json_set(spec, '$.options.rank', 'four')",
        "UPDATE prediction SET sweep_id = 99",
        "UPDATE run SET companion_runs = -1",
        "UPDATE run_result SET training_flops = 'many'",
        "UPDATE tuned_cell SET steps = 0",
        "UPDATE tuned_cell SET group_key = 'abc'",
        "UPDATE tuned_cell SET search = '{'",
        "UPDATE tuning_trial SET run_id = '000000000000'",
        "UPDATE tuning_trial SET tried = '{'",
        "UPDATE tuning_trial SET is_chosen = 2",
        "UPDATE evaluation SET bytes = -1",
        "UPDATE run_result SET foreign_processor_share = 1.5",
        "UPDATE run_data SET training_tokens = NULL",
        "UPDATE run_data SET validation_unknown_tokens = -1",
        "UPDATE run_data SET unigram_loss = 'low'",
        "INSERT INTO run_data SELECT * FROM run_data",
        "UPDATE run_note SET kind = ''",
        "UPDATE run_note SET message = NULL",
        "UPDATE run_note SET run_id = '000000000000'",
        "INSERT INTO rerun SELECT '000000000000', 'h', 1, NULL, started_at, started_at FROM run",
        "INSERT INTO rerun SELECT run_id, 'h', 0, NULL, started_at, started_at FROM run",
        "UPDATE evaluated_text SET kind = 'training'",
        "UPDATE evaluated_text SET corpus = ''",
        "UPDATE evaluated_text SET sha256 = 'abc'",
        "UPDATE evaluated_text SET shared_targets = -1",
        "UPDATE evaluated_text SET run_id = '000000000000'",
        "UPDATE text_evaluation SET kind = 'validation'",
        "UPDATE text_evaluation SET tokens = NULL",
        "UPDATE text_evaluation SET loss = 'low'",
        "INSERT INTO text_evaluation SELECT run_id, 'test', corpus, 7, loss, perplexity, bits_per_byte, tokens, bytes, seconds FROM text_evaluation LIMIT 1",
        "DELETE FROM run_spec",
        "DELETE FROM evaluation",
    ])
    func refusesBadRows(_ sql: String) throws {
        let error = fileError { try store.write { try $0.execute(sql: sql) } }
        #expect(error?.problem.hasPrefix("refused a value that breaks a rule") == true, "\(sql): \(String(describing: error))")
    }

    @Test func keepsEveryStatusAndReasonThatTheProgramKnows() throws {
        for reason in FailureReason.allCases {
            for (index, status) in [RunStatus.diverged, .failed, .interrupted].enumerated() {
                let spec = Sample.spec("lora", seed: UInt64(100 + index), size: reason.rawValue)
                try store.markFailed(spec, RunFailure(status: status, reason: reason, step: 0, message: "m"))
                #expect(try store.status(of: spec.runKey()) == status)
            }
        }
    }

    @Test func deletingARunTakesItsRowsAlong() throws {
        try store.write { try $0.execute(sql: "DELETE FROM run") }
        for table in ["step_sample", "evaluation", "lifecycle_event", "memory", "environment", "run_result", "run_data", "run_note", "evaluated_text", "text_evaluation"] {
            #expect(try store.cell("SELECT count(*) FROM \(table)") == .integer(0))
        }
    }

    @Test func runIDsStayUniqueWhenTheirBeginningIsTaken() throws {
        let spec = Sample.spec(seed: 77)
        let key = try spec.runKey()
        let other = key.prefix(12) + String(repeating: "0", count: 52)
        try store.write { db in
            try db.execute(
                sql: "INSERT INTO run_spec (run_id, run_key, group_key, spec) SELECT ?, ?, group_key, spec FROM run_spec",
                arguments: [String(key.prefix(12)), String(other)])
        }
        try store.finish(spec, sweep: "s")
        #expect(try store.comparison(sweep: "s").map(\.runID).contains(key))
        #expect(try store.history(run: key).spec.seed == 77)
    }
}
