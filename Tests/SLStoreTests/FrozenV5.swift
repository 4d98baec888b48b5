/// A database as schema version 5 wrote it, with a run whose subspaces were found anew: its tables and rows, unchanged by later versions.
enum FrozenV5 {
    static let sql = #"""
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES('v1');
        INSERT INTO grdb_migrations VALUES('v2');
        INSERT INTO grdb_migrations VALUES('v3');
        INSERT INTO grdb_migrations VALUES('v4');
        INSERT INTO grdb_migrations VALUES('v5');
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
        INSERT INTO run_spec VALUES('4574ab397c88','4574ab397c8862dd994ca80995429da305670da732cca3a6ed75fc553120d195','e21b486e2c532c4da8867552495fce7583afeaa11b82b833a666c68ed43ee873','{"data":{"corpus_sha256":"5daea70750970d843fcf8294cb3be9256f78f7ec30d454ee3759c29a3667d2c7","name":"synthetic","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"5999af14cd58843b4c8b209287674858a7a2839825de13a36b80bcf94c9b6b00","train_tokens":1948464,"validation_tokens":51621,"vocabulary_size":259},"evaluation":{"every":0,"mode":"token-weighted","tokens":256},"method":"galore","model":{"hidden_size":8,"initializer_range":0.02,"intermediate_size":16,"name":"tiny","num_attention_heads":2,"num_hidden_layers":1,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":300},"options":{"moments":"keep","projection":"std","rank":2,"refresh":"together","scale":0.25,"subspace":"automatic","update_interval":2},"seed":1,"spec_version":1,"training":{"batch_size":2,"beta1":0.9,"beta2":0.999,"epsilon":1e-06,"gradient_accumulation":1,"lr":0.01,"min_lr_ratio":0.1,"sequence_length":16,"steps":3,"warmup_steps":0,"weight_decay":0}}');
        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            created_at TEXT NOT NULL CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
            planned_at TEXT NOT NULL CHECK (planned_at IS strftime('%Y-%m-%dT%H:%M:%fZ', planned_at))
        ) STRICT;
        INSERT INTO sweep VALUES(1,'fifth','2026-11-28T03:33:58.304Z','2026-11-28T03:33:58.304Z');
        CREATE TABLE sweep_run (
            sweep_id INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
            run_id TEXT NOT NULL REFERENCES run_spec (run_id),
            position INTEGER NOT NULL CHECK (position >= 0),
            PRIMARY KEY (sweep_id, run_id),
            UNIQUE (sweep_id, position)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO sweep_run VALUES(1,'4574ab397c88',0);
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
        , vector_units TEXT) STRICT, WITHOUT ROWID;
        INSERT INTO environment VALUES('4574ab397c88','0.1.0',NULL,NULL,'x','x','x',2,25276502016,'x','Cooperlake',1,'6.3.1','3.40.1','avx512');
        CREATE TABLE step_sample (
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 1),
            loss REAL,
            learning_rate REAL NOT NULL CHECK (learning_rate >= 0),
            gradient_norm REAL CHECK (gradient_norm >= 0),
            tokens INTEGER NOT NULL CHECK (tokens >= 0),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            lifecycle_seconds REAL NOT NULL CHECK (lifecycle_seconds >= 0),
            PRIMARY KEY (run_id, step)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO step_sample VALUES('4574ab397c88',1,5.71869541704654693603e+00,0.01,7.73836116000007567805e-01,32,6.803094998758751899e-03,6.23255601385608315467e-03);
        INSERT INTO step_sample VALUES('4574ab397c88',2,5.68873476982116699218e+00,7.75000000000000081185e-03,8.27776075958825852119e-01,32,2.81468004686757922172e-04,0.0);
        INSERT INTO step_sample VALUES('4574ab397c88',3,5.65529909729957580566e+00,3.25000000000000115185e-03,8.75124476453374433582e-01,32,6.9361100031528621912e-04,5.54693011508788913488e-04);
        CREATE TABLE evaluation (
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            loss REAL,
            perplexity REAL,
            bits_per_byte REAL,
            tokens INTEGER NOT NULL CHECK (tokens >= 0),
            seconds REAL NOT NULL CHECK (seconds >= 0), bytes INTEGER CHECK (bytes >= 0),
            PRIMARY KEY (run_id, step)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO evaluation VALUES('4574ab397c88',0,5.70313952304422855377e+00,2.99807176511137299709e+02,8.22789110739375750824e+00,256,5.8145500224782153964e-04,256);
        INSERT INTO evaluation VALUES('4574ab397c88',3,5.63561779819428920745e+00,2.80231990660506198771e+02,8.13047784980048,256,3.93685004382859915494e-04,256);
        CREATE TABLE lifecycle_event (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            kind TEXT NOT NULL CHECK (kind <> ''),
            measurements TEXT NOT NULL CHECK (json_valid(measurements) AND json_type(measurements) = 'object')
        ) STRICT;
        INSERT INTO lifecycle_event VALUES(1,'4574ab397c88',1,'refresh','{"captured_energy":0.8092872181829543,"matrices":7,"seconds":0.006232556013856083}');
        INSERT INTO lifecycle_event VALUES(2,'4574ab397c88',3,'refresh','{"captured_energy":0.8578119039082377,"matrices":7,"seconds":0.0005546930115087889}');
        CREATE TABLE memory (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES run (run_id) ON DELETE CASCADE,
            paper_memory_bytes INTEGER NOT NULL CHECK (paper_memory_bytes >= 0),
            predicted_bytes INTEGER NOT NULL CHECK (predicted_bytes >= 0),
            peak_tracked_bytes INTEGER NOT NULL CHECK (peak_tracked_bytes >= 0),
            peak_rss_bytes INTEGER CHECK (peak_rss_bytes >= 0),
            peak_phase TEXT NOT NULL,
            peak_weight_bytes INTEGER NOT NULL CHECK (peak_weight_bytes >= 0),
            peak_gradient_bytes INTEGER NOT NULL CHECK (peak_gradient_bytes >= 0),
            peak_optimizer_bytes INTEGER NOT NULL CHECK (peak_optimizer_bytes >= 0),
            peak_index_bytes INTEGER NOT NULL CHECK (peak_index_bytes >= 0),
            peak_activation_bytes INTEGER NOT NULL CHECK (peak_activation_bytes >= 0),
            peak_workspace_bytes INTEGER NOT NULL CHECK (peak_workspace_bytes >= 0)
        , process_constant_bytes INTEGER CHECK (process_constant_bytes >= 0)) STRICT, WITHOUT ROWID;
        INSERT INTO memory VALUES('4574ab397c88',31088,141668,141668,52908032,'refresh',21856,21856,40320,0,11904,45732,44756992);
        CREATE TABLE run_result (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES run (run_id) ON DELETE CASCADE,
            steps INTEGER NOT NULL CHECK (steps >= 0),
            tokens INTEGER NOT NULL CHECK (tokens >= 0),
            train_loss REAL,
            evaluation_step INTEGER NOT NULL,
            total_parameters INTEGER NOT NULL CHECK (total_parameters >= 0),
            trainable_parameters INTEGER NOT NULL CHECK (trainable_parameters BETWEEN 0 AND total_parameters),
            optimizer_bytes INTEGER NOT NULL CHECK (optimizer_bytes >= 0),
            tokens_per_second REAL CHECK (tokens_per_second >= 0),
            wall_seconds REAL NOT NULL CHECK (wall_seconds >= 0), refresh_seconds REAL CHECK (refresh_seconds >= 0), train_seconds REAL CHECK (train_seconds >= 0), weights_sha256 TEXT
            CHECK (length(weights_sha256) = 64 AND weights_sha256 NOT GLOB '*[^0-9a-f]*'), training_flops REAL CHECK (training_flops >= 0), foreign_processor_share REAL CHECK (foreign_processor_share BETWEEN 0 AND 1),
            FOREIGN KEY (run_id, evaluation_step) REFERENCES evaluation (run_id, step)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO run_result VALUES('4574ab397c88',3,96,5.65529909729957580566e+00,3,5464,5464,40320,6.56357071290503663475e+04,4.17361849977169185876e-02,6.78724902536487206816e-03,7.77817400376079604029e-03,'eea5c198342934ded34e7140dd2866b68df575179aee8f690c889f84e97152e2',1898496.0,NULL);
        CREATE TABLE student_t (
            degrees_of_freedom INTEGER PRIMARY KEY CHECK (degrees_of_freedom >= 1),
            quantile_975 REAL NOT NULL CHECK (quantile_975 > 0)
        ) STRICT;
        INSERT INTO student_t VALUES(1,1.27062047361746941474e+01);
        INSERT INTO student_t VALUES(2,4.30265272974946189066e+00);
        INSERT INTO student_t VALUES(3,3.18244630528370775479e+00);
        INSERT INTO student_t VALUES(4,2.77644510519779341706e+00);
        INSERT INTO student_t VALUES(5,2.57058183563631459378e+00);
        INSERT INTO student_t VALUES(6,2.44691185114497855579e+00);
        INSERT INTO student_t VALUES(7,2.36462425159278399888e+00);
        INSERT INTO student_t VALUES(8,2.30600413520416580581e+00);
        INSERT INTO student_t VALUES(9,2.2621571627982048902e+00);
        INSERT INTO student_t VALUES(10,2.22813885198627392725e+00);
        INSERT INTO student_t VALUES(11,2.20098516009163880369e+00);
        INSERT INTO student_t VALUES(12,2.17881282966722844562e+00);
        INSERT INTO student_t VALUES(13,2.16036865646279130359e+00);
        INSERT INTO student_t VALUES(14,2.14478668791780391345e+00);
        INSERT INTO student_t VALUES(15,2.13144954555977594878e+00);
        INSERT INTO student_t VALUES(16,2.11990529922125459094e+00);
        INSERT INTO student_t VALUES(17,2.10981557783331563626e+00);
        INSERT INTO student_t VALUES(18,2.10092204024103823556e+00);
        INSERT INTO student_t VALUES(19,2.09302405440830874283e+00);
        INSERT INTO student_t VALUES(20,2.0859634472658639126e+00);
        INSERT INTO student_t VALUES(21,2.07961384472767951692e+00);
        INSERT INTO student_t VALUES(22,2.07387306790402536904e+00);
        INSERT INTO student_t VALUES(23,2.06865761041904860917e+00);
        INSERT INTO student_t VALUES(24,2.06389856162802454164e+00);
        INSERT INTO student_t VALUES(25,2.05953855275329722473e+00);
        INSERT INTO student_t VALUES(26,2.05552943864287351871e+00);
        INSERT INTO student_t VALUES(27,2.05183051648028458302e+00);
        INSERT INTO student_t VALUES(28,2.04840714179524541194e+00);
        INSERT INTO student_t VALUES(29,2.04522964213270297406e+00);
        INSERT INTO student_t VALUES(30,2.04227245630123777075e+00);
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
        CREATE TABLE "run" (
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
            ended_at TEXT CHECK (ended_at IS strftime('%Y-%m-%dT%H:%M:%fZ', ended_at)), companion_runs INTEGER CHECK (companion_runs >= 0),
            CHECK ((status = 'running') = (ended_at IS NULL)),
            CHECK ((status IN ('diverged', 'failed', 'interrupted')) = (failure_reason IS NOT NULL)),
            CHECK ((failure_reason IS NULL) = (failure_message IS NULL)),
            CHECK ((failure_reason IS NULL) = (failure_step IS NULL))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO run VALUES('4574ab397c88',1,'finished',NULL,NULL,NULL,'h',1,1,'2026-11-28T03:33:58.581Z','2026-11-28T03:33:58.640Z','2026-11-28T03:33:58.640Z',0);
        CREATE TABLE resumption (
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            attempt INTEGER NOT NULL CHECK (attempt >= 2),
            step INTEGER NOT NULL CHECK (step >= 1),
            resumed_at TEXT NOT NULL CHECK (resumed_at IS strftime('%Y-%m-%dT%H:%M:%fZ', resumed_at)),
            host TEXT NOT NULL,
            threads INTEGER NOT NULL CHECK (threads >= 0),
            blas_core TEXT NOT NULL, vector_units TEXT,
            PRIMARY KEY (run_id, attempt)
        ) STRICT, WITHOUT ROWID;
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
        INSERT INTO run_data VALUES('4574ab397c88',1948464,1948460,0,0,51621,51618,0,0,0,24,0,0,4.9269578498755943626e-05,2.81700269235136069312e+00,2.02816337190024631453e+00);
        CREATE TABLE run_note (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            kind TEXT NOT NULL CHECK (kind <> ''),
            message TEXT NOT NULL CHECK (message <> '')
        ) STRICT;
        CREATE TABLE rerun (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES run (run_id) ON DELETE CASCADE,
            host TEXT NOT NULL,
            process_id INTEGER NOT NULL CHECK (process_id > 0),
            process_start_ticks INTEGER,
            started_at TEXT NOT NULL CHECK (started_at IS strftime('%Y-%m-%dT%H:%M:%fZ', started_at)),
            heartbeat_at TEXT NOT NULL CHECK (heartbeat_at IS strftime('%Y-%m-%dT%H:%M:%fZ', heartbeat_at))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_spec_group ON run_spec (group_key);
        CREATE INDEX sweep_run_run ON sweep_run (run_id);
        CREATE INDEX lifecycle_event_run ON lifecycle_event (run_id, step);
        CREATE INDEX run_note_run ON run_note (run_id, step);
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
        CREATE VIEW summary AS
        WITH
            cell AS (
                SELECT
                    sweep_id, sweep, group_key, min(position) AS position, size, method, rank, max(steps) AS steps,
                    iif(min(tokens) = max(tokens), max(tokens), avg(tokens)) AS tokens,
                    count(eval_loss) AS n, avg(eval_loss) AS mean,
                    avg(train_loss) AS train_loss, avg(bits_per_byte) AS bits_per_byte,
                    max(total_parameters) AS total_parameters, max(trainable_parameters) AS trainable_parameters,
                    max(paper_memory_bytes) AS paper_memory_bytes, max(peak_tracked_bytes) AS peak_tracked_bytes,
                    max(peak_rss_bytes) AS peak_rss_bytes, max(optimizer_bytes) AS optimizer_bytes,
                    avg(tokens_per_second) AS tokens_per_second, avg(wall_seconds) AS wall_seconds,
                    max(learning_rate) AS learning_rate, max(options) AS options, max(training) AS training,
                    min(unigram_loss) AS unigram_loss, min(bigram_loss) AS bigram_loss
                FROM finished_run
                GROUP BY sweep_id, group_key
                UNION ALL
                SELECT
                    sweep_run.sweep_id, sweep.name, group_key, min(position), size, method, rank, max(json_extract(spec, '$.training.steps')),
                    NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                    json_extract(spec, '$.training.lr'), json_extract(spec, '$.options'), json_extract(spec, '$.training'), NULL, NULL
                FROM run_spec
                JOIN run ON run.run_id = run_spec.run_id
                LEFT JOIN sweep_run ON sweep_run.run_id = run.run_id
                LEFT JOIN sweep ON sweep.id = sweep_run.sweep_id
                WHERE run.status = 'diverged' AND NOT EXISTS (
                    SELECT 1 FROM finished_run AS f WHERE f.sweep_id IS sweep_run.sweep_id AND f.group_key = run_spec.group_key)
                GROUP BY sweep_run.sweep_id, group_key
            ),
            spread AS MATERIALIZED (
                SELECT
                    cell.*,
                    CASE WHEN n > 1 THEN (
                        SELECT sqrt(sum((f.eval_loss - cell.mean) * (f.eval_loss - cell.mean)) / (cell.n - 1))
                        FROM finished_run AS f
                        WHERE f.sweep_id IS cell.sweep_id AND f.group_key = cell.group_key
                    ) END AS sd,
                    CASE WHEN n > 1 THEN coalesce(
                        (SELECT quantile_975 FROM student_t WHERE degrees_of_freedom = cell.n - 1),
                        1.959963984540054 + 2.372271230298562 / (n - 1) + 2.8224986157396112 / ((n - 1) * (n - 1))
                            + 2.555849679507722 / ((n - 1) * (n - 1) * (n - 1))
                    ) END AS t
                FROM cell
            ),
            interval AS (SELECT *, mean - t * sd / sqrt(n) AS low, mean + t * sd / sqrt(n) AS high FROM spread)
        SELECT
            sweep, size, method, rank, substr(group_key, 1, 12) AS group_id, steps, tokens, n,
            (
                SELECT count(*)
                FROM run_spec
                JOIN run ON run.run_id = run_spec.run_id
                LEFT JOIN sweep_run ON sweep_run.run_id = run.run_id
                WHERE run_spec.group_key = interval.group_key AND run.status = 'diverged'
                    AND sweep_run.sweep_id IS interval.sweep_id
            ) AS n_diverged,
            mean AS eval_loss_mean, sd AS eval_loss_sd, low AS eval_loss_low, high AS eval_loss_high,
            iif(mean < 709, exp(mean), NULL) AS perplexity,
            iif(low < 709, exp(low), NULL) AS perplexity_low,
            iif(high < 709, exp(high), NULL) AS perplexity_high,
            train_loss, bits_per_byte, total_parameters, trainable_parameters, paper_memory_bytes, peak_tracked_bytes,
            peak_rss_bytes, optimizer_bytes, tokens_per_second, wall_seconds, learning_rate, options, training, unigram_loss, bigram_loss
        FROM interval
        ORDER BY sweep_id IS NULL, sweep_id, position;
        PRAGMA application_id = 1397506638;
        PRAGMA user_version = 5;
        """#
}
