extension Schema {
    /// What figures rest on: the bytes of the evaluated targets, what the text is like, the processor time that others took,
    /// the vector instructions of the program, what a run's reader must know, and who trains a finished run again.
    ///
    /// In older rows the new columns are NULL: nobody counted. Two of their figures were not what their names say, and go: bits
    /// per byte took the bytes of the whole validation split, and the speed of a run of one update was 0 where none was timed.
    static let v5Tables = """
        ALTER TABLE environment ADD COLUMN vector_units TEXT;
        ALTER TABLE resumption ADD COLUMN vector_units TEXT;
        ALTER TABLE evaluation ADD COLUMN bytes INTEGER CHECK (bytes >= 0);
        ALTER TABLE run_result ADD COLUMN foreign_processor_share REAL CHECK (foreign_processor_share BETWEEN 0 AND 1);
        UPDATE evaluation SET bits_per_byte = NULL;
        UPDATE run_result SET tokens_per_second = NULL WHERE tokens_per_second = 0;

        CREATE TABLE run_data (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES run (run_id) ON DELETE CASCADE,
            training_tokens INTEGER NOT NULL CHECK (training_tokens >= 0),
            training_bytes INTEGER NOT NULL CHECK (training_bytes >= 0),
            training_dropped_bytes INTEGER CHECK (training_dropped_bytes >= 0),
            training_unknown_tokens INTEGER CHECK (training_unknown_tokens >= 0),
            validation_tokens INTEGER NOT NULL CHECK (validation_tokens >= 0),
            validation_bytes INTEGER NOT NULL CHECK (validation_bytes >= 0),
            validation_dropped_bytes INTEGER CHECK (validation_dropped_bytes >= 0),
            validation_unknown_tokens INTEGER CHECK (validation_unknown_tokens >= 0),
            shared_records INTEGER CHECK (shared_records >= 0),
            validation_records INTEGER CHECK (validation_records >= 0),
            shared_targets INTEGER CHECK (shared_targets >= 0),
            skipped_records INTEGER CHECK (skipped_records >= 0),
            training_passes REAL CHECK (training_passes >= 0),
            unigram_loss REAL,
            bigram_loss REAL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE run_note (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            kind TEXT NOT NULL CHECK (kind <> ''),
            message TEXT NOT NULL CHECK (message <> '')
        ) STRICT;
        CREATE INDEX run_note_run ON run_note (run_id, step);

        CREATE TABLE rerun (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES run (run_id) ON DELETE CASCADE,
            host TEXT NOT NULL,
            process_id INTEGER NOT NULL CHECK (process_id > 0),
            process_start_ticks INTEGER,
            started_at TEXT NOT NULL CHECK (started_at IS strftime('%Y-%m-%dT%H:%M:%fZ', started_at)),
            heartbeat_at TEXT NOT NULL CHECK (heartbeat_at IS strftime('%Y-%m-%dT%H:%M:%fZ', heartbeat_at))
        ) STRICT, WITHOUT ROWID;
        """

    /// `comparison` ends with what tells cells of one method apart, and with what the figures rest on.
    static let v5Views = "DROP VIEW summary; DROP VIEW comparison; DROP VIEW finished_run;" + v5RowViews + v5SummaryView

    static let v5RowViews = """
        CREATE VIEW finished_run AS
        SELECT
            sweep.id AS sweep_id, sweep.name AS sweep, sweep_run.position, run_spec.group_key, run.run_id, run.started_at,
            run_spec.size, run_spec.method, run_spec.rank, run_spec.seed, run_result.steps, run_result.tokens,
            run_result.train_loss, evaluation.loss AS eval_loss, evaluation.perplexity, evaluation.bits_per_byte,
            run_result.total_parameters, run_result.trainable_parameters, memory.paper_memory_bytes,
            memory.peak_tracked_bytes, memory.peak_rss_bytes, run_result.optimizer_bytes,
            run_result.tokens_per_second, run_result.wall_seconds, run.status,
            CASE WHEN run_result.train_seconds > 0 THEN run_result.refresh_seconds / run_result.train_seconds END AS refresh_share,
            memory.predicted_bytes, memory.process_constant_bytes, run_result.training_flops, run.companion_runs,
            json_extract(run_spec.spec, '$.training.lr') AS learning_rate,
            json_extract(run_spec.spec, '$.options') AS options, json_extract(run_spec.spec, '$.training') AS training,
            substr(run_spec.group_key, 1, 12) AS group_id, run_result.foreign_processor_share,
            evaluation.tokens AS eval_tokens, evaluation.bytes AS eval_bytes, run_data.unigram_loss, run_data.bigram_loss
        FROM run
        JOIN run_spec ON run_spec.run_id = run.run_id
        JOIN run_result ON run_result.run_id = run.run_id
        JOIN evaluation ON evaluation.run_id = run.run_id AND evaluation.step = run_result.evaluation_step
        LEFT JOIN memory ON memory.run_id = run.run_id
        LEFT JOIN run_data ON run_data.run_id = run.run_id
        LEFT JOIN sweep_run ON sweep_run.run_id = run.run_id
        LEFT JOIN sweep ON sweep.id = sweep_run.sweep_id
        WHERE run.status = 'finished';

        CREATE VIEW comparison AS
        SELECT
            run_id, sweep, size, method, rank, seed, steps, tokens, train_loss, eval_loss, perplexity, bits_per_byte,
            total_parameters, trainable_parameters, paper_memory_bytes, peak_tracked_bytes, peak_rss_bytes,
            optimizer_bytes, tokens_per_second, wall_seconds, status, refresh_share, predicted_bytes, process_constant_bytes,
            training_flops, companion_runs, learning_rate, options, training, group_id, foreign_processor_share,
            eval_tokens, eval_bytes, unigram_loss, bigram_loss
        FROM finished_run
        ORDER BY sweep_id IS NULL, sweep_id, position, started_at, run_id;

        """
}
