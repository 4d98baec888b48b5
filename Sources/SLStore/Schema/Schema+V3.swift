extension Schema {
    /// Runs that go on from a checkpoint, the digest of their final weights, and `timed_out` among the reasons of failure.
    ///
    /// A rule of a column can't be changed in place, so `run` is made anew; views that read it are gone meanwhile and come
    /// back as they were.
    static let v3Tables = """
        DROP VIEW summary;
        DROP VIEW comparison;
        DROP VIEW finished_run;

        CREATE TABLE run_v3 (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES run_spec (run_id),
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'diverged', 'failed', 'interrupted')),
            failure_reason TEXT CHECK (failure_reason IN (
                'nan_loss', 'loss_bound', 'out_of_memory', 'crashed', 'timed_out', 'bad_data', 'io_error', 'interrupted', 'other')),
            failure_message TEXT,
            failure_step INTEGER CHECK (failure_step >= 0),
            host TEXT NOT NULL,
            process_id INTEGER CHECK (process_id > 0),
            process_start_ticks INTEGER,
            started_at TEXT NOT NULL CHECK (started_at IS strftime('%Y-%m-%dT%H:%M:%fZ', started_at)),
            heartbeat_at TEXT NOT NULL CHECK (heartbeat_at IS strftime('%Y-%m-%dT%H:%M:%fZ', heartbeat_at)),
            ended_at TEXT CHECK (ended_at IS strftime('%Y-%m-%dT%H:%M:%fZ', ended_at)),
            CHECK ((status = 'running') = (ended_at IS NULL)),
            CHECK ((status IN ('diverged', 'failed', 'interrupted')) = (failure_reason IS NOT NULL)),
            CHECK ((failure_reason IS NULL) = (failure_message IS NULL)),
            CHECK ((failure_reason IS NULL) = (failure_step IS NULL))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO run_v3 (
            run_id, attempt, status, failure_reason, failure_message, failure_step, host, process_id, process_start_ticks,
            started_at, heartbeat_at, ended_at)
        SELECT
            run_id, attempt, status, failure_reason, failure_message, failure_step, host, process_id, process_start_ticks,
            started_at, heartbeat_at, ended_at
        FROM run;
        DROP TABLE run;
        ALTER TABLE run_v3 RENAME TO run;

        CREATE TABLE resumption (
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            attempt INTEGER NOT NULL CHECK (attempt >= 2),
            step INTEGER NOT NULL CHECK (step >= 1),
            resumed_at TEXT NOT NULL CHECK (resumed_at IS strftime('%Y-%m-%dT%H:%M:%fZ', resumed_at)),
            host TEXT NOT NULL,
            threads INTEGER NOT NULL CHECK (threads >= 0),
            blas_core TEXT NOT NULL,
            PRIMARY KEY (run_id, attempt)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE run_result ADD COLUMN weights_sha256 TEXT
            CHECK (length(weights_sha256) = 64 AND weights_sha256 NOT GLOB '*[^0-9a-f]*');
        """
}
