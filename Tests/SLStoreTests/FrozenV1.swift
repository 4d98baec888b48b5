/// A database as schema version 1 wrote it, with data in every table: `sqlite3 FILE .dump`, unchanged by later versions.
enum FrozenV1 {
    static let sql = #"""
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES('v1');
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
        INSERT INTO run_spec VALUES('07f2c59bc545','07f2c59bc5453ab7c866aaca0f7312b5af2ca4fe78b3ce4730c1409267426689','ea188d2db485bb4a410c00fd498095aaed6406ab2113ab6dda29c280499b658b','{"data":{"corpus_sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","name":"sotu","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","train_tokens":1000000,"validation_tokens":50000,"vocabulary_size":32000},"evaluation":{"every":50,"mode":"token-weighted","tokens":65536},"method":"full_rank","model":{"hidden_size":128,"initializer_range":0.02,"intermediate_size":352,"name":"9m","num_attention_heads":4,"num_hidden_layers":4,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":32000},"options":{"scale":0.25},"seed":1,"spec_version":1,"training":{"batch_size":8,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"gradient_accumulation":1,"lr":0.01,"min_lr_ratio":0.1,"sequence_length":64,"steps":100,"warmup_steps":10,"weight_decay":0}}');
        INSERT INTO run_spec VALUES('2f39fbc733c4','2f39fbc733c47a9c15e2a905f1c9deb2af6a6c7c673ab119dbbb79f8f605e355','830f6a689138720dcbb030ef05dc133c94a1aa47a79352c674afbee45b749dee','{"data":{"corpus_sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","name":"sotu","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","train_tokens":1000000,"validation_tokens":50000,"vocabulary_size":32000},"evaluation":{"every":50,"mode":"token-weighted","tokens":65536},"method":"galore","model":{"hidden_size":128,"initializer_range":0.02,"intermediate_size":352,"name":"9m","num_attention_heads":4,"num_hidden_layers":4,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":32000},"options":{"rank":4,"scale":0.25},"seed":1,"spec_version":1,"training":{"batch_size":8,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"gradient_accumulation":1,"lr":0.01,"min_lr_ratio":0.1,"sequence_length":64,"steps":100,"warmup_steps":10,"weight_decay":0}}');
        INSERT INTO run_spec VALUES('d630979f2e0e','d630979f2e0edebd5c0552074ce541c1436ace0eaaf02e70231084b1094ebbef','830f6a689138720dcbb030ef05dc133c94a1aa47a79352c674afbee45b749dee','{"data":{"corpus_sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","name":"sotu","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","train_tokens":1000000,"validation_tokens":50000,"vocabulary_size":32000},"evaluation":{"every":50,"mode":"token-weighted","tokens":65536},"method":"galore","model":{"hidden_size":128,"initializer_range":0.02,"intermediate_size":352,"name":"9m","num_attention_heads":4,"num_hidden_layers":4,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":32000},"options":{"rank":4,"scale":0.25},"seed":2,"spec_version":1,"training":{"batch_size":8,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"gradient_accumulation":1,"lr":0.01,"min_lr_ratio":0.1,"sequence_length":64,"steps":100,"warmup_steps":10,"weight_decay":0}}');
        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            created_at TEXT NOT NULL CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
            planned_at TEXT NOT NULL CHECK (planned_at IS strftime('%Y-%m-%dT%H:%M:%fZ', planned_at))
        ) STRICT;
        INSERT INTO sweep VALUES(1,'Größen','2025-06-01T12:00:00.108Z','2025-06-01T12:00:00.108Z');
        CREATE TABLE sweep_run (
            sweep_id INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
            run_id TEXT NOT NULL REFERENCES run_spec (run_id),
            position INTEGER NOT NULL CHECK (position >= 0),
            PRIMARY KEY (sweep_id, run_id),
            UNIQUE (sweep_id, position)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO sweep_run VALUES(1,'07f2c59bc545',2);
        INSERT INTO sweep_run VALUES(1,'2f39fbc733c4',0);
        INSERT INTO sweep_run VALUES(1,'d630979f2e0e',1);
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
        INSERT INTO run VALUES('07f2c59bc545',1,'diverged','nan_loss','The loss is not a number.',1,'host',4711,269945,'2025-06-01T12:00:00.161Z','2025-06-01T12:00:00.163Z','2025-06-01T12:00:00.163Z');
        INSERT INTO run VALUES('2f39fbc733c4',1,'finished',NULL,NULL,NULL,'host',4711,269945,'2025-06-01T12:00:00.115Z','2025-06-01T12:00:00.135Z','2025-06-01T12:00:00.135Z');
        INSERT INTO run VALUES('d630979f2e0e',1,'finished',NULL,NULL,NULL,'host',4711,269945,'2025-06-01T12:00:00.138Z','2025-06-01T12:00:00.154Z','2025-06-01T12:00:00.154Z');
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
        INSERT INTO environment VALUES('07f2c59bc545','0.1.0','0123abc',1,'höst','Debian 12','x86-64, 2 cores',2,8000000000,'OpenBLAS 0.3.21','Haswell',2,'6.3','3.40.1');
        INSERT INTO environment VALUES('2f39fbc733c4','0.1.0','0123abc',1,'höst','Debian 12','x86-64, 2 cores',2,8000000000,'OpenBLAS 0.3.21','Haswell',2,'6.3','3.40.1');
        INSERT INTO environment VALUES('d630979f2e0e','0.1.0','0123abc',1,'höst','Debian 12','x86-64, 2 cores',2,8000000000,'OpenBLAS 0.3.21','Haswell',2,'6.3','3.40.1');
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
        INSERT INTO step_sample VALUES('07f2c59bc545',1,NULL,0.001,1.25,512,0.5,0.125);
        INSERT INTO step_sample VALUES('2f39fbc733c4',1,10.25,0.001,1.25,512,0.5,0.125);
        INSERT INTO step_sample VALUES('2f39fbc733c4',2,6.5,0.001,1.25,512,0.5,0.125);
        INSERT INTO step_sample VALUES('d630979f2e0e',1,10.25,0.001,1.25,512,0.5,0.125);
        INSERT INTO step_sample VALUES('d630979f2e0e',2,6.5,0.001,1.25,512,0.5,0.125);
        CREATE TABLE evaluation (
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            loss REAL,
            perplexity REAL,
            bits_per_byte REAL,
            tokens INTEGER NOT NULL CHECK (tokens >= 0),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            PRIMARY KEY (run_id, step)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO evaluation VALUES('2f39fbc733c4',0,10.5,36315.502674246636,2.625,4096,1.5);
        INSERT INTO evaluation VALUES('2f39fbc733c4',100,3.0,20.085536923187668,0.75,4096,1.5);
        INSERT INTO evaluation VALUES('d630979f2e0e',0,10.5,36315.502674246636,2.625,4096,1.5);
        INSERT INTO evaluation VALUES('d630979f2e0e',100,4.0,54.598150033144236,1.0,4096,1.5);
        CREATE TABLE lifecycle_event (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            kind TEXT NOT NULL CHECK (kind <> ''),
            measurements TEXT NOT NULL CHECK (json_valid(measurements) AND json_type(measurements) = 'object')
        ) STRICT;
        INSERT INTO lifecycle_event VALUES(1,'2f39fbc733c4',1,'refresh','{"matrices":28,"seconds":0.5}');
        INSERT INTO lifecycle_event VALUES(2,'d630979f2e0e',1,'refresh','{"matrices":28,"seconds":0.5}');
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
        ) STRICT, WITHOUT ROWID;
        INSERT INTO memory VALUES('07f2c59bc545',17000000,40000000,39500000,90000000,'backward',20000000,10000000,5000000,500000,3000000,1000000);
        INSERT INTO memory VALUES('2f39fbc733c4',17000000,40000000,39500000,90000000,'backward',20000000,10000000,5000000,500000,3000000,1000000);
        INSERT INTO memory VALUES('d630979f2e0e',17000000,40000000,39500000,90000000,'backward',20000000,10000000,5000000,500000,3000000,1000000);
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
            wall_seconds REAL NOT NULL CHECK (wall_seconds >= 0),
            FOREIGN KEY (run_id, evaluation_step) REFERENCES evaluation (run_id, step)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO run_result VALUES('2f39fbc733c4',100,51200,3.25,100,9000000,8000000,4800000,1000.0,52.5);
        INSERT INTO run_result VALUES('d630979f2e0e',100,51200,3.25,100,9000000,8000000,4800000,1000.0,52.5);
        CREATE TABLE student_t (
            degrees_of_freedom INTEGER PRIMARY KEY CHECK (degrees_of_freedom >= 1),
            quantile_975 REAL NOT NULL CHECK (quantile_975 > 0)
        ) STRICT;
        INSERT INTO student_t VALUES(1,12.706204736174694);
        INSERT INTO student_t VALUES(2,4.302652729749462);
        INSERT INTO student_t VALUES(3,3.1824463052837078);
        INSERT INTO student_t VALUES(4,2.7764451051977934);
        INSERT INTO student_t VALUES(5,2.5705818356363146);
        INSERT INTO student_t VALUES(6,2.4469118511449786);
        INSERT INTO student_t VALUES(7,2.364624251592784);
        INSERT INTO student_t VALUES(8,2.306004135204166);
        INSERT INTO student_t VALUES(9,2.262157162798205);
        INSERT INTO student_t VALUES(10,2.228138851986274);
        INSERT INTO student_t VALUES(11,2.200985160091639);
        INSERT INTO student_t VALUES(12,2.1788128296672284);
        INSERT INTO student_t VALUES(13,2.1603686564627913);
        INSERT INTO student_t VALUES(14,2.144786687917804);
        INSERT INTO student_t VALUES(15,2.131449545559776);
        INSERT INTO student_t VALUES(16,2.1199052992212546);
        INSERT INTO student_t VALUES(17,2.1098155778333156);
        INSERT INTO student_t VALUES(18,2.1009220402410382);
        INSERT INTO student_t VALUES(19,2.0930240544083087);
        INSERT INTO student_t VALUES(20,2.085963447265864);
        INSERT INTO student_t VALUES(21,2.0796138447276795);
        INSERT INTO student_t VALUES(22,2.0738730679040254);
        INSERT INTO student_t VALUES(23,2.0686576104190486);
        INSERT INTO student_t VALUES(24,2.0638985616280245);
        INSERT INTO student_t VALUES(25,2.0595385527532972);
        INSERT INTO student_t VALUES(26,2.0555294386428735);
        INSERT INTO student_t VALUES(27,2.0518305164802846);
        INSERT INTO student_t VALUES(28,2.0484071417952454);
        INSERT INTO student_t VALUES(29,2.045229642132703);
        INSERT INTO student_t VALUES(30,2.0422724563012378);
        CREATE INDEX run_spec_group ON run_spec (group_key);
        CREATE INDEX sweep_run_run ON sweep_run (run_id);
        CREATE INDEX lifecycle_event_run ON lifecycle_event (run_id, step);
        CREATE VIEW finished_run AS
        SELECT
            sweep.id AS sweep_id, sweep.name AS sweep, sweep_run.position, run_spec.group_key, run.run_id, run.started_at,
            run_spec.size, run_spec.method, run_spec.rank, run_spec.seed, run_result.steps, run_result.tokens,
            run_result.train_loss, evaluation.loss AS eval_loss, evaluation.perplexity, evaluation.bits_per_byte,
            run_result.total_parameters, run_result.trainable_parameters, memory.paper_memory_bytes,
            memory.peak_tracked_bytes, memory.peak_rss_bytes, run_result.optimizer_bytes,
            run_result.tokens_per_second, run_result.wall_seconds, run.status
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
            optimizer_bytes, tokens_per_second, wall_seconds, status
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
                    avg(tokens_per_second) AS tokens_per_second, avg(wall_seconds) AS wall_seconds
                FROM finished_run
                GROUP BY sweep_id, group_key
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
            peak_rss_bytes, optimizer_bytes, tokens_per_second, wall_seconds
        FROM interval
        ORDER BY sweep_id IS NULL, sweep_id, position;
        PRAGMA application_id = 1397506638;
        PRAGMA user_version = 1;
        """#
}
