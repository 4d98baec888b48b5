extension Schema {
    /// What runs are measured on besides the validation part: the test text, which nothing is chosen by, and corpora of other sources.
    /// Runs recorded before have none of either.
    static let v8Tables = """
        CREATE TABLE evaluated_text (
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('test', 'held_out')),
            corpus TEXT NOT NULL CHECK (corpus <> ''),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
            text_tokens INTEGER NOT NULL CHECK (text_tokens >= 0),
            text_bytes INTEGER NOT NULL CHECK (text_bytes >= 0),
            text_dropped_bytes INTEGER CHECK (text_dropped_bytes >= 0),
            text_unknown_tokens INTEGER CHECK (text_unknown_tokens >= 0),
            text_records INTEGER CHECK (text_records >= 0),
            shared_records INTEGER CHECK (shared_records >= 0),
            shared_targets INTEGER CHECK (shared_targets >= 0),
            unigram_loss REAL,
            bigram_loss REAL,
            PRIMARY KEY (run_id, kind, corpus)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE text_evaluation (
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('test', 'held_out')),
            corpus TEXT NOT NULL CHECK (corpus <> ''),
            step INTEGER NOT NULL CHECK (step >= 0),
            loss REAL,
            perplexity REAL,
            bits_per_byte REAL,
            tokens INTEGER NOT NULL CHECK (tokens >= 0),
            bytes INTEGER CHECK (bytes >= 0),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            PRIMARY KEY (run_id, kind, corpus, step)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX text_evaluation_one_test ON text_evaluation (run_id) WHERE kind = 'test';

        """

    /// `comparison` and `summary` end with the test and the passes over the training text.
    static let v8Views = "DROP VIEW summary; DROP VIEW comparison; DROP VIEW finished_run;" + v8RowViews + v8SummaryView

    static let v8RowViews = """
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
            evaluation.tokens AS eval_tokens, evaluation.bytes AS eval_bytes, run_data.unigram_loss, run_data.bigram_loss,
            test.loss AS test_loss, test.perplexity AS test_perplexity, test.bits_per_byte AS test_bits_per_byte,
            test.tokens AS test_tokens, run_data.training_passes
        FROM run
        JOIN run_spec ON run_spec.run_id = run.run_id
        JOIN run_result ON run_result.run_id = run.run_id
        JOIN evaluation ON evaluation.run_id = run.run_id AND evaluation.step = run_result.evaluation_step
        LEFT JOIN memory ON memory.run_id = run.run_id
        LEFT JOIN run_data ON run_data.run_id = run.run_id
        LEFT JOIN text_evaluation AS test ON test.run_id = run.run_id AND test.kind = 'test'
        LEFT JOIN sweep_run ON sweep_run.run_id = run.run_id
        LEFT JOIN sweep ON sweep.id = sweep_run.sweep_id
        WHERE run.status = 'finished';

        CREATE VIEW comparison AS
        SELECT
            run_id, sweep, size, method, rank, seed, steps, tokens, train_loss, eval_loss, perplexity, bits_per_byte,
            total_parameters, trainable_parameters, paper_memory_bytes, peak_tracked_bytes, peak_rss_bytes,
            optimizer_bytes, tokens_per_second, wall_seconds, status, refresh_share, predicted_bytes, process_constant_bytes,
            training_flops, companion_runs, learning_rate, options, training, group_id, foreign_processor_share,
            eval_tokens, eval_bytes, unigram_loss, bigram_loss, test_loss, test_perplexity, test_bits_per_byte, test_tokens,
            training_passes
        FROM finished_run
        ORDER BY sweep_id IS NULL, sweep_id, position, started_at, run_id;

        """
}
