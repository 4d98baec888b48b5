extension Schema {
    /// What a run's process holds before its first tensor, the time that subspace refreshes take of the training, and the
    /// cells that are only planned. In rows of version 1 the new columns are NULL: nobody measured them.
    static let v2Tables = """
        ALTER TABLE memory ADD COLUMN process_constant_bytes INTEGER CHECK (process_constant_bytes >= 0);
        ALTER TABLE run_result ADD COLUMN refresh_seconds REAL CHECK (refresh_seconds >= 0);
        ALTER TABLE run_result ADD COLUMN train_seconds REAL CHECK (train_seconds >= 0);

        CREATE TABLE prediction (
            sweep_id INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            spec TEXT NOT NULL CHECK (json_valid(spec)),
            size TEXT NOT NULL GENERATED ALWAYS AS (json_extract(spec, '$.model.name')) VIRTUAL
                CHECK (typeof(size) = 'text' AND size <> ''),
            method TEXT NOT NULL GENERATED ALWAYS AS (json_extract(spec, '$.method')) VIRTUAL
                CHECK (typeof(method) = 'text' AND method <> ''),
            rank INTEGER GENERATED ALWAYS AS (json_extract(spec, '$.options.rank')) VIRTUAL
                CHECK (rank IS NULL OR (typeof(rank) = 'integer' AND rank >= 1)),
            predicted_bytes INTEGER NOT NULL CHECK (predicted_bytes >= 0),
            predicted_weight_bytes INTEGER NOT NULL CHECK (predicted_weight_bytes >= 0),
            predicted_gradient_bytes INTEGER NOT NULL CHECK (predicted_gradient_bytes >= 0),
            predicted_optimizer_bytes INTEGER NOT NULL CHECK (predicted_optimizer_bytes >= 0),
            predicted_index_bytes INTEGER NOT NULL CHECK (predicted_index_bytes >= 0),
            predicted_activation_bytes INTEGER NOT NULL CHECK (predicted_activation_bytes >= 0),
            predicted_workspace_bytes INTEGER NOT NULL CHECK (predicted_workspace_bytes >= 0),
            peak_phase TEXT NOT NULL CHECK (peak_phase <> ''),
            paper_memory_bytes INTEGER NOT NULL CHECK (paper_memory_bytes >= 0),
            PRIMARY KEY (sweep_id, position),
            UNIQUE (sweep_id, spec),
            CHECK (predicted_bytes = predicted_weight_bytes + predicted_gradient_bytes + predicted_optimizer_bytes
                + predicted_index_bytes + predicted_activation_bytes + predicted_workspace_bytes)
        ) STRICT, WITHOUT ROWID;
        """

    /// `comparison` ends with three more columns; `refresh_share` is NULL where no update was timed. `summary` reads the
    /// same `finished_run` as before and stays.
    static let v2Views = "DROP VIEW comparison; DROP VIEW finished_run;" + v2RowViews

    static let v2RowViews = """
        CREATE VIEW finished_run AS
        SELECT
            sweep.id AS sweep_id, sweep.name AS sweep, sweep_run.position, run_spec.group_key, run.run_id, run.started_at,
            run_spec.size, run_spec.method, run_spec.rank, run_spec.seed, run_result.steps, run_result.tokens,
            run_result.train_loss, evaluation.loss AS eval_loss, evaluation.perplexity, evaluation.bits_per_byte,
            run_result.total_parameters, run_result.trainable_parameters, memory.paper_memory_bytes,
            memory.peak_tracked_bytes, memory.peak_rss_bytes, run_result.optimizer_bytes,
            run_result.tokens_per_second, run_result.wall_seconds, run.status,
            CASE WHEN run_result.train_seconds > 0 THEN run_result.refresh_seconds / run_result.train_seconds END AS refresh_share,
            memory.predicted_bytes, memory.process_constant_bytes
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
            optimizer_bytes, tokens_per_second, wall_seconds, status, refresh_share, predicted_bytes, process_constant_bytes
        FROM finished_run
        ORDER BY sweep_id IS NULL, sweep_id, position, started_at, run_id;
        """
}
