extension Schema {
    /// The processes that made a run's record, so that a run that moved has a speed on each machine; attempts at one run that both
    /// finished and disagree; runs of several processes. In older rows the new columns are NULL: one process, and nobody asked
    /// whether it was alone.
    static let v7Tables = """
        ALTER TABLE environment ADD COLUMN ranks INTEGER CHECK (ranks >= 1);
        ALTER TABLE environment ADD COLUMN exclusive INTEGER CHECK (exclusive IN (0, 1));
        ALTER TABLE run_result ADD COLUMN communication_seconds REAL CHECK (communication_seconds >= 0);

        CREATE TABLE attempt (
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            host TEXT NOT NULL,
            cpu TEXT NOT NULL,
            blas_core TEXT NOT NULL,
            vector_units TEXT,
            threads INTEGER NOT NULL CHECK (threads >= 0),
            exclusive INTEGER CHECK (exclusive IN (0, 1)),
            job_id TEXT CHECK (job_id <> ''),
            process_id INTEGER CHECK (process_id > 0),
            began_at TEXT NOT NULL CHECK (began_at IS strftime('%Y-%m-%dT%H:%M:%fZ', began_at)),
            ended_at TEXT NOT NULL CHECK (ended_at IS strftime('%Y-%m-%dT%H:%M:%fZ', ended_at)),
            first_step INTEGER NOT NULL CHECK (first_step >= 0),
            last_step INTEGER NOT NULL CHECK (last_step >= first_step),
            tokens_per_second REAL CHECK (tokens_per_second >= 0),
            PRIMARY KEY (run_id, attempt)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE disagreement (
            run_id TEXT NOT NULL REFERENCES run_spec (run_id),
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            file TEXT NOT NULL CHECK (file <> ''),
            found_at TEXT NOT NULL CHECK (found_at IS strftime('%Y-%m-%dT%H:%M:%fZ', found_at)),
            difference TEXT NOT NULL CHECK (difference <> ''),
            PRIMARY KEY (run_id, attempt)
        ) STRICT, WITHOUT ROWID;

        """
}
