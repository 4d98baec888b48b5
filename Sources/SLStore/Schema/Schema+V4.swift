extension Schema {
    /// The work of a run, whether others were in training beside it, and the trials that chose a sweep's settings. In older
    /// rows the new columns are NULL: nobody counted.
    static let v4Tables = """
        ALTER TABLE run ADD COLUMN companion_runs INTEGER CHECK (companion_runs >= 0);
        ALTER TABLE run_result ADD COLUMN training_flops REAL CHECK (training_flops >= 0);

        CREATE TABLE tuned_cell (
            sweep_id INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
            cell INTEGER NOT NULL CHECK (cell >= 0),
            size TEXT NOT NULL CHECK (size <> ''),
            method TEXT NOT NULL CHECK (method <> ''),
            rank INTEGER CHECK (rank >= 1),
            steps INTEGER NOT NULL CHECK (steps >= 1),
            group_key TEXT CHECK (length(group_key) = 64 AND group_key NOT GLOB '*[^0-9a-f]*'),
            PRIMARY KEY (sweep_id, cell)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE tuning_trial (
            sweep_id INTEGER NOT NULL,
            cell INTEGER NOT NULL,
            trial INTEGER NOT NULL CHECK (trial >= 0),
            run_id TEXT NOT NULL REFERENCES run_spec (run_id),
            tried TEXT NOT NULL CHECK (json_valid(tried)),
            is_chosen INTEGER NOT NULL CHECK (is_chosen IN (0, 1)),
            PRIMARY KEY (sweep_id, cell, trial, run_id),
            FOREIGN KEY (sweep_id, cell) REFERENCES tuned_cell (sweep_id, cell) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        """

    /// `comparison` ends with two more columns.
    static let v4Views = "DROP VIEW comparison; DROP VIEW finished_run;" + v4RowViews

    static let v4RowViews = """
        CREATE VIEW finished_run AS
        SELECT
            sweep.id AS sweep_id, sweep.name AS sweep, sweep_run.position, run_spec.group_key, run.run_id, run.started_at,
            run_spec.size, run_spec.method, run_spec.rank, run_spec.seed, run_result.steps, run_result.tokens,
            run_result.train_loss, evaluation.loss AS eval_loss, evaluation.perplexity, evaluation.bits_per_byte,
            run_result.total_parameters, run_result.trainable_parameters, memory.paper_memory_bytes,
            memory.peak_tracked_bytes, memory.peak_rss_bytes, run_result.optimizer_bytes,
            run_result.tokens_per_second, run_result.wall_seconds, run.status,
            CASE WHEN run_result.train_seconds > 0 THEN run_result.refresh_seconds / run_result.train_seconds END AS refresh_share,
            memory.predicted_bytes, memory.process_constant_bytes, run_result.training_flops, run.companion_runs
        FROM run
        JOIN run_spec ON run_spec.run_id = run.run_id
        JOIN run_result ON run_result.run_id = run.run_id
        JOIN evaluation ON evaluation.run_id = run.run_id AND evaluation.step = run_result.evaluation_step
        LEFT JOIN memory ON memory.run_id = run.run_id
        LEFT JOIN sweep_run ON sweep_run.run_id = run.run_id
        LEFT JOIN sweep ON sweep.id = sweep_run.sweep_id
        WHERE run.status = 'finished';

        CREATE VIEW comparison AS
        SELECT
            run_id, sweep, size, method, rank, seed, steps, tokens, train_loss, eval_loss, perplexity, bits_per_byte,
            total_parameters, trainable_parameters, paper_memory_bytes, peak_tracked_bytes, peak_rss_bytes,
            optimizer_bytes, tokens_per_second, wall_seconds, status, refresh_share, predicted_bytes, process_constant_bytes,
            training_flops, companion_runs
        FROM finished_run
        ORDER BY sweep_id IS NULL, sweep_id, position, started_at, run_id;
        """
}
