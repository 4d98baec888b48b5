/// A database as schema version 4 wrote it, with a tuned sweep: `sqlite3 FILE .dump`, unchanged by later versions.
enum FrozenV4 {
    static let sql = #"""
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES('v1');
        INSERT INTO grdb_migrations VALUES('v2');
        INSERT INTO grdb_migrations VALUES('v3');
        INSERT INTO grdb_migrations VALUES('v4');
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
        INSERT INTO run_spec VALUES('23df3a55d2ae','23df3a55d2ae36a37266cfd85d03cbd9b1ae199f6594307bc347a3984aaa5b7b','05b864ede90a33cd517d4e237d5b3b84e2017c809ad9766eefdc1fd22bea26ac','{"data":{"corpus_sha256":"5daea70750970d843fcf8294cb3be9256f78f7ec30d454ee3759c29a3667d2c7","name":"synthetic","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"5999af14cd58843b4c8b209287674858a7a2839825de13a36b80bcf94c9b6b00","train_tokens":1948464,"validation_tokens":51621,"vocabulary_size":259},"evaluation":{"every":0,"mode":"token-weighted","tokens":256},"method":"full_rank","model":{"hidden_size":8,"initializer_range":0.02,"intermediate_size":16,"name":"tiny","num_attention_heads":2,"num_hidden_layers":1,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":300},"options":{},"seed":7,"spec_version":1,"training":{"batch_size":2,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"gradient_accumulation":1,"lr":0.01,"min_lr_ratio":0.1,"sequence_length":16,"steps":2,"warmup_steps":0,"weight_decay":0}}');
        INSERT INTO run_spec VALUES('492c67e8652d','492c67e8652dceb1e0ef4313bd424361c848c40fe14cef1eb55e7d62fe94a862','c9f996f68388664ef7ea2ad05c6c466c2816a2d1cda8d4a2fcdbdd62e8986870','{"data":{"corpus_sha256":"5daea70750970d843fcf8294cb3be9256f78f7ec30d454ee3759c29a3667d2c7","name":"synthetic","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"5999af14cd58843b4c8b209287674858a7a2839825de13a36b80bcf94c9b6b00","train_tokens":1948464,"validation_tokens":51621,"vocabulary_size":259},"evaluation":{"every":0,"mode":"token-weighted","tokens":256},"method":"full_rank","model":{"hidden_size":8,"initializer_range":0.02,"intermediate_size":16,"name":"tiny","num_attention_heads":2,"num_hidden_layers":1,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":300},"options":{},"seed":7,"spec_version":1,"training":{"batch_size":2,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"gradient_accumulation":1,"lr":0.02,"min_lr_ratio":0.1,"sequence_length":16,"steps":2,"warmup_steps":0,"weight_decay":0}}');
        INSERT INTO run_spec VALUES('593add0865e1','593add0865e1fc51646e0632475472f15be3ac0426fe4f51686198fe64c70fd3','2b540a6e42766a04fce162ce75805bfbd7a048ca1fe496fd2d4dabba3650d2e3','{"data":{"corpus_sha256":"5daea70750970d843fcf8294cb3be9256f78f7ec30d454ee3759c29a3667d2c7","name":"synthetic","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"5999af14cd58843b4c8b209287674858a7a2839825de13a36b80bcf94c9b6b00","train_tokens":1948464,"validation_tokens":51621,"vocabulary_size":259},"evaluation":{"every":0,"mode":"token-weighted","tokens":256},"method":"full_rank","model":{"hidden_size":8,"initializer_range":0.02,"intermediate_size":16,"name":"tiny","num_attention_heads":2,"num_hidden_layers":1,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":300},"options":{},"seed":1,"spec_version":1,"training":{"batch_size":2,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"gradient_accumulation":1,"lr":0.02,"min_lr_ratio":0.1,"sequence_length":16,"steps":3,"warmup_steps":0,"weight_decay":0}}');
        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            created_at TEXT NOT NULL CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
            planned_at TEXT NOT NULL CHECK (planned_at IS strftime('%Y-%m-%dT%H:%M:%fZ', planned_at))
        ) STRICT;
        INSERT INTO sweep VALUES(1,'fourth.tuning','2026-11-27T13:37:39.585Z','2026-11-27T13:37:39.585Z');
        INSERT INTO sweep VALUES(2,'fourth','2026-11-27T13:37:40.782Z','2026-11-27T13:37:40.926Z');
        CREATE TABLE sweep_run (
            sweep_id INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
            run_id TEXT NOT NULL REFERENCES run_spec (run_id),
            position INTEGER NOT NULL CHECK (position >= 0),
            PRIMARY KEY (sweep_id, run_id),
            UNIQUE (sweep_id, position)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO sweep_run VALUES(1,'23df3a55d2ae',0);
        INSERT INTO sweep_run VALUES(1,'492c67e8652d',1);
        INSERT INTO sweep_run VALUES(2,'593add0865e1',0);
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
        INSERT INTO environment VALUES('23df3a55d2ae','0.1.0',NULL,NULL,'host','Debian 12','x86-64, 2 cores',2,8000000000,'OpenBLAS 0.3.21','Haswell',1,'6.3','3.40.1');
        INSERT INTO environment VALUES('492c67e8652d','0.1.0',NULL,NULL,'host','Debian 12','x86-64, 2 cores',2,8000000000,'OpenBLAS 0.3.21','Haswell',1,'6.3','3.40.1');
        INSERT INTO environment VALUES('593add0865e1','0.1.0',NULL,NULL,'host','Debian 12','x86-64, 2 cores',2,8000000000,'OpenBLAS 0.3.21','Haswell',1,'6.3','3.40.1');
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
        INSERT INTO step_sample VALUES('23df3a55d2ae',1,5.7059208601713180541,0.010000000000000000208,0.91181726294586518122,32,0.013932425999996667087,0.0);
        INSERT INTO step_sample VALUES('23df3a55d2ae',2,5.6912086904048919677,0.0055000000000000005481,0.75119721465960043182,32,0.013795631999983015703,0.0);
        INSERT INTO step_sample VALUES('492c67e8652d',1,5.7059208601713180541,0.020000000000000000416,0.91181726294586518122,32,0.015023356999904535769,0.0);
        INSERT INTO step_sample VALUES('492c67e8652d',2,5.70624600350856781,0.011000000000000001096,0.82963792882023468244,32,0.013980186000026151305,0.0);
        INSERT INTO step_sample VALUES('593add0865e1',1,5.7186954021453857421,0.020000000000000000416,0.77383603905351650009,32,0.013906397000027936883,0.0);
        INSERT INTO step_sample VALUES('593add0865e1',2,5.673206418752670288,0.015500000000000001623,0.95048666418405192146,32,0.01376416499999777443,0.0);
        INSERT INTO step_sample VALUES('593add0865e1',3,5.5840510725975036621,0.0065000000000000023037,1.0431507253966614268,32,0.013476276999995207006,0.0);
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
        INSERT INTO evaluation VALUES('23df3a55d2ae',0,5.7089543528854846954,301.55558264335439843,8.2367588293556348588,256,0.059421821999990243057);
        INSERT INTO evaluation VALUES('23df3a55d2ae',2,5.6647989768534898757,288.52997408317969531,8.1730523848976890377,256,0.057165908000001763866);
        INSERT INTO evaluation VALUES('492c67e8652d',0,5.7089543528854846954,301.55558264335439843,8.2367588293556348588,256,0.06116203900000982685);
        INSERT INTO evaluation VALUES('492c67e8652d',2,5.6454115957021713256,282.99000972701730915,8.14508068062307089,256,0.060330903000021862681);
        INSERT INTO evaluation VALUES('593add0865e1',0,5.7031395304948091506,299.80717874487481822,8.2283693263561374919,256,0.058597225000085018109);
        INSERT INTO evaluation VALUES('593add0865e1',3,5.5194126609712839126,249.48845983893042444,7.9632920773196493868,256,0.058124142999986361246);
        CREATE TABLE lifecycle_event (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            kind TEXT NOT NULL CHECK (kind <> ''),
            measurements TEXT NOT NULL CHECK (json_valid(measurements) AND json_type(measurements) = 'object')
        ) STRICT;
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
        INSERT INTO memory VALUES('23df3a55d2ae',32784,141088,141088,55832576,'backward',21856,21856,43712,0,11904,41760,47771648);
        INSERT INTO memory VALUES('492c67e8652d',32784,141088,141088,55865344,'backward',21856,21856,43712,0,11904,41760,47759360);
        INSERT INTO memory VALUES('593add0865e1',32784,141088,141088,55328768,'backward',21856,21856,43712,0,11904,41760,47067136);
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
            CHECK (length(weights_sha256) = 64 AND weights_sha256 NOT GLOB '*[^0-9a-f]*'), training_flops REAL CHECK (training_flops >= 0),
            FOREIGN KEY (run_id, evaluation_step) REFERENCES evaluation (run_id, step)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO run_result VALUES('23df3a55d2ae',2,64,5.6912086904048919677,2,5464,5464,43712,2319.5747755550014516,0.19121286499989764706,0.0,0.02772805799997968279,'d541d1f8370c3403af0127e1037c5f738d1c6ec0e62f8860bc5d5af88422342c',1265664.0);
        INSERT INTO run_result VALUES('492c67e8652d',2,64,5.70624600350856781,2,5464,5464,43712,2288.9538093370247224,0.22606656700008898042,0.0,0.029003542999930687074,'ce3b085c6716573d555cd5eeadb26815cf0743dda5ad81015b347daac4558ee5',1265664.0);
        INSERT INTO run_result VALUES('593add0865e1',3,96,5.5840510725975036621,3,5464,5464,43712,2349.4479274608133891,0.20298528900002565933,0.0,0.041146839000020918319,'3ae212e3857f195a43471dfa9322ff8b50aa4933da7942e1d227603b23cbdfbf',1898496.0);
        CREATE TABLE student_t (
            degrees_of_freedom INTEGER PRIMARY KEY CHECK (degrees_of_freedom >= 1),
            quantile_975 REAL NOT NULL CHECK (quantile_975 > 0)
        ) STRICT;
        INSERT INTO student_t VALUES(1,12.706204736174694147);
        INSERT INTO student_t VALUES(2,4.3026527297494618906);
        INSERT INTO student_t VALUES(3,3.1824463052837077547);
        INSERT INTO student_t VALUES(4,2.776445105197793417);
        INSERT INTO student_t VALUES(5,2.5705818356363145937);
        INSERT INTO student_t VALUES(6,2.4469118511449785557);
        INSERT INTO student_t VALUES(7,2.3646242515927839988);
        INSERT INTO student_t VALUES(8,2.3060041352041658058);
        INSERT INTO student_t VALUES(9,2.2621571627982048902);
        INSERT INTO student_t VALUES(10,2.2281388519862739272);
        INSERT INTO student_t VALUES(11,2.2009851600916388036);
        INSERT INTO student_t VALUES(12,2.1788128296672284456);
        INSERT INTO student_t VALUES(13,2.1603686564627913035);
        INSERT INTO student_t VALUES(14,2.1447866879178039134);
        INSERT INTO student_t VALUES(15,2.1314495455597759487);
        INSERT INTO student_t VALUES(16,2.1199052992212545909);
        INSERT INTO student_t VALUES(17,2.1098155778333156362);
        INSERT INTO student_t VALUES(18,2.1009220402410382355);
        INSERT INTO student_t VALUES(19,2.0930240544083087428);
        INSERT INTO student_t VALUES(20,2.0859634472658639126);
        INSERT INTO student_t VALUES(21,2.0796138447276795169);
        INSERT INTO student_t VALUES(22,2.073873067904025369);
        INSERT INTO student_t VALUES(23,2.0686576104190486091);
        INSERT INTO student_t VALUES(24,2.0638985616280245416);
        INSERT INTO student_t VALUES(25,2.0595385527532972247);
        INSERT INTO student_t VALUES(26,2.0555294386428735187);
        INSERT INTO student_t VALUES(27,2.051830516480284583);
        INSERT INTO student_t VALUES(28,2.0484071417952454119);
        INSERT INTO student_t VALUES(29,2.045229642132702974);
        INSERT INTO student_t VALUES(30,2.0422724563012377707);
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
        CREATE TABLE IF NOT EXISTS "run" (
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
        INSERT INTO run VALUES('23df3a55d2ae',1,'finished',NULL,NULL,NULL,'host',6440,73450,'2026-11-27T13:37:39.874Z','2026-11-27T13:37:40.032Z','2026-11-27T13:37:40.032Z',0);
        INSERT INTO run VALUES('492c67e8652d',1,'finished',NULL,NULL,NULL,'host',6445,73495,'2026-11-27T13:37:40.364Z','2026-11-27T13:37:40.531Z','2026-11-27T13:37:40.531Z',0);
        INSERT INTO run VALUES('593add0865e1',1,'finished',NULL,NULL,NULL,'host',6450,73584,'2026-11-27T13:37:41.177Z','2026-11-27T13:37:41.347Z','2026-11-27T13:37:41.347Z',0);
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
        INSERT INTO tuned_cell VALUES(2,0,'tiny','full_rank',NULL,2,'2b540a6e42766a04fce162ce75805bfbd7a048ca1fe496fd2d4dabba3650d2e3');
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
        INSERT INTO tuning_trial VALUES(2,0,0,'23df3a55d2ae','{"lr":0.01}',0);
        INSERT INTO tuning_trial VALUES(2,0,1,'492c67e8652d','{"lr":0.02}',1);
        CREATE INDEX run_spec_group ON run_spec (group_key);
        CREATE INDEX sweep_run_run ON sweep_run (run_id);
        CREATE INDEX lifecycle_event_run ON lifecycle_event (run_id, step);
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
        PRAGMA application_id = 1397506638;
        PRAGMA user_version = 4;
        """#
}
