extension Schema {
    /// Sweeps, what was asked for, and how each run stands. Everything of a run hangs on `run_id`: the first 12
    /// hexadecimal digits of its key, or the whole key should those ever be taken.
    static let v1Tables = """
        CREATE TABLE run_spec (
            run_id TEXT NOT NULL PRIMARY KEY CHECK (length(run_id) IN (12, 64)),
            run_key TEXT NOT NULL UNIQUE CHECK (length(run_key) = 64 AND run_key NOT GLOB '*[^0-9a-f]*'),
            group_key TEXT NOT NULL CHECK (length(group_key) = 64 AND group_key NOT GLOB '*[^0-9a-f]*'),
            spec TEXT NOT NULL CHECK (json_valid(spec)),
            size TEXT NOT NULL GENERATED ALWAYS AS (json_extract(spec, '$.model.name')) VIRTUAL
                CHECK (typeof(size) = 'text' AND size <> ''),
            method TEXT NOT NULL GENERATED ALWAYS AS (json_extract(spec, '$.method')) VIRTUAL
                CHECK (typeof(method) = 'text' AND method <> ''),
            rank INTEGER GENERATED ALWAYS AS (json_extract(spec, '$.options.rank')) VIRTUAL
                CHECK (rank IS NULL OR (typeof(rank) = 'integer' AND rank >= 1)),
            seed INTEGER NOT NULL GENERATED ALWAYS AS (json_extract(spec, '$.seed')) VIRTUAL
                CHECK (typeof(seed) = 'integer' AND seed >= 0),
            CHECK (substr(run_key, 1, length(run_id)) = run_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_spec_group ON run_spec (group_key);

        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            created_at TEXT NOT NULL CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
            planned_at TEXT NOT NULL CHECK (planned_at IS strftime('%Y-%m-%dT%H:%M:%fZ', planned_at))
        ) STRICT;

        CREATE TABLE sweep_run (
            sweep_id INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
            run_id TEXT NOT NULL REFERENCES run_spec (run_id),
            position INTEGER NOT NULL CHECK (position >= 0),
            PRIMARY KEY (sweep_id, run_id),
            UNIQUE (sweep_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sweep_run_run ON sweep_run (run_id);

        CREATE TABLE run (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES run_spec (run_id),
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'diverged', 'failed', 'interrupted')),
            failure_reason TEXT CHECK (failure_reason IN (
                'nan_loss', 'loss_bound', 'out_of_memory', 'crashed', 'bad_data', 'io_error', 'interrupted', 'other')),
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

        CREATE TABLE environment (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES run (run_id) ON DELETE CASCADE,
            program_version TEXT NOT NULL,
            commit_sha TEXT,
            commit_is_dirty INTEGER CHECK (commit_is_dirty IN (0, 1)),
            host TEXT NOT NULL,
            operating_system TEXT NOT NULL,
            cpu TEXT NOT NULL,
            cores INTEGER NOT NULL CHECK (cores >= 0),
            memory_bytes INTEGER NOT NULL CHECK (memory_bytes >= 0),
            blas TEXT NOT NULL,
            blas_core TEXT NOT NULL,
            threads INTEGER NOT NULL CHECK (threads >= 0),
            swift_version TEXT NOT NULL,
            sqlite_version TEXT
        ) STRICT, WITHOUT ROWID;
        """
}
