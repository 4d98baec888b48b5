/// A database as schema version 7 wrote it, with the processes that made a run: its tables and rows, unchanged by later versions.
enum FrozenV7 {
    /// Version 7 left the views as they were.
    static let sql = tables + FrozenV6.views + "\nPRAGMA user_version = 7;"

    private static let tables = #"""
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES('v1');
        INSERT INTO grdb_migrations VALUES('v2');
        INSERT INTO grdb_migrations VALUES('v3');
        INSERT INTO grdb_migrations VALUES('v4');
        INSERT INTO grdb_migrations VALUES('v5');
        INSERT INTO grdb_migrations VALUES('v6');
        INSERT INTO grdb_migrations VALUES('v7');
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
        INSERT INTO run_spec VALUES('83914e18ffbe','83914e18ffbebb2964033d6842fd22f421d20845df4930c159677fcd18f1e16c','22f1e2506e545d31e0aaf2b65f5668aa75489ef3ccad852fa3d9a240b003316b','{"data":{"corpus_sha256":"5daea70750970d843fcf8294cb3be9256f78f7ec30d454ee3759c29a3667d2c7","name":"synthetic","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"5999af14cd58843b4c8b209287674858a7a2839825de13a36b80bcf94c9b6b00","train_tokens":1948464,"validation_tokens":51621,"vocabulary_size":259},"evaluation":{"every":2,"mode":"token-weighted","tokens":256},"method":"galore","model":{"hidden_size":16,"initializer_range":0.02,"intermediate_size":32,"name":"t","num_attention_heads":2,"num_hidden_layers":1,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":300},"options":{"moments":"keep","projection":"std","rank":4,"refresh":"staggered","scale":0.25,"subspace":"automatic","update_interval":2},"seed":1,"spec_version":1,"training":{"batch_size":2,"beta1":0.9,"beta2":0.999,"epsilon":1e-06,"gradient_accumulation":1,"lr":0.01,"min_lr_ratio":0.1,"sequence_length":16,"steps":3,"warmup_steps":1,"weight_decay":0}}');
        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            created_at TEXT NOT NULL CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
            planned_at TEXT NOT NULL CHECK (planned_at IS strftime('%Y-%m-%dT%H:%M:%fZ', planned_at))
        ) STRICT;
        INSERT INTO sweep VALUES(1,'seventh','2026-11-28T18:08:42.568Z','2026-11-28T18:08:42.568Z');
        CREATE TABLE sweep_run (
            sweep_id INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
            run_id TEXT NOT NULL REFERENCES run_spec (run_id),
            position INTEGER NOT NULL CHECK (position >= 0),
            PRIMARY KEY (sweep_id, run_id),
            UNIQUE (sweep_id, position)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO sweep_run VALUES(1,'83914e18ffbe',0);
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
        , vector_units TEXT, ranks INTEGER CHECK (ranks >= 1), exclusive INTEGER CHECK (exclusive IN (0, 1))) STRICT, WITHOUT ROWID;
        INSERT INTO environment VALUES('83914e18ffbe','0.1.0',NULL,NULL,'x','x','x',2,25276502016,'x','Cooperlake',1,'6.3.1','3.40.1','avx512_bf16',NULL,NULL);
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
        INSERT INTO step_sample VALUES('83914e18ffbe',1,5.7089651525020599365,0.0,1.138569039113586756,32,0.0014235190010367659851,0.00088661099835007917135);
        INSERT INTO step_sample VALUES('83914e18ffbe',2,5.7050953805446624755,0.010000000000000000208,1.100317645142255829,32,0.00079049700070754624903,0.00036398199881659820675);
        INSERT INTO step_sample VALUES('83914e18ffbe',3,5.6386607736349105834,0.0055000000000000005481,1.1848274632903699199,32,0.00073472399890306405723,0.0003974019982706522569);
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
        INSERT INTO evaluation VALUES('83914e18ffbe',0,5.7143025621771812438,303.17268546002173934,8.2439959685921166965,256,0.00088657999913266394287,256);
        INSERT INTO evaluation VALUES('83914e18ffbe',2,5.6310656722635030746,278.95923841125772923,8.1239105202946326755,256,0.00039997599924390669912,256);
        INSERT INTO evaluation VALUES('83914e18ffbe',3,5.5798144061118364334,265.02241468119268575,8.0499705727783439357,256,0.00071924100120668299496,256);
        CREATE TABLE lifecycle_event (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            kind TEXT NOT NULL CHECK (kind <> ''),
            measurements TEXT NOT NULL CHECK (json_valid(measurements) AND json_type(measurements) = 'object')
        ) STRICT;
        INSERT INTO lifecycle_event VALUES(1,'83914e18ffbe',1,'refresh','{"captured_energy":0.9267523496430863,"matrices":7,"seconds":0.0008866109983500792}');
        INSERT INTO lifecycle_event VALUES(2,'83914e18ffbe',2,'refresh','{"captured_energy":0.858025940826121,"matrices":3,"seconds":0.0003639819988165982}');
        INSERT INTO lifecycle_event VALUES(3,'83914e18ffbe',3,'refresh','{"captured_energy":0.9598626867837525,"matrices":4,"seconds":0.00039740199827065226}');
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
        INSERT INTO memory VALUES('83914e18ffbe',66464,261060,261060,119128064,'refresh',48832,48832,84096,0,23168,56132,52002816);
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
            CHECK (length(weights_sha256) = 64 AND weights_sha256 NOT GLOB '*[^0-9a-f]*'), training_flops REAL CHECK (training_flops >= 0), foreign_processor_share REAL CHECK (foreign_processor_share BETWEEN 0 AND 1), communication_seconds REAL CHECK (communication_seconds >= 0),
            FOREIGN KEY (run_id, evaluation_step) REFERENCES evaluation (run_id, step)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO run_result VALUES('83914e18ffbe',3,96,5.6386607736349105834,3,12208,12208,84096,41961.132200736305092,0.022692796001138049177,0.001647994995437329635,0.0029487400006473762914,'72b3e1e22e8a72705d4a4dcbfe8d4168a3f9054a5d0d806000a2a9bcb34e10c8',4534272.0,NULL,NULL);
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
        INSERT INTO run VALUES('83914e18ffbe',1,'finished',NULL,NULL,NULL,'x',14700,1467296,'2026-11-28T18:08:42.779Z','2026-11-28T18:08:42.807Z','2026-11-28T18:08:42.807Z',0);
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
        INSERT INTO run_data VALUES('83914e18ffbe',1948464,1948460,0,0,51621,51618,0,0,0,24,0,0,4.9269578498755943626e-05,2.8170026923513606931,2.0281633719002463145);
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
        CREATE TABLE probe (
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            occasion TEXT NOT NULL CHECK (occasion IN ('moment', 'spike', 'refresh', 'interval')),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            tokens INTEGER CHECK (tokens >= 0),
            loss REAL,
            tracked_bytes INTEGER NOT NULL CHECK (tracked_bytes >= 0),
            PRIMARY KEY (run_id, step)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE probe_spectrum (
            run_id TEXT NOT NULL,
            step INTEGER NOT NULL,
            layer INTEGER NOT NULL CHECK (layer >= 0),
            role TEXT NOT NULL CHECK (role IN ('query', 'key', 'value', 'output', 'gate', 'up', 'down')),
            subject TEXT NOT NULL CHECK (subject IN ('weight', 'distance', 'gradient', 'update')),
            value_count INTEGER CHECK (value_count >= 0),
            frobenius_norm REAL CHECK (frobenius_norm >= 0),
            spectral_norm REAL CHECK (spectral_norm >= 0),
            nuclear_norm REAL CHECK (nuclear_norm >= 0),
            stable_rank REAL CHECK (stable_rank >= 0),
            effective_rank REAL CHECK (effective_rank >= 0),
            singular_values TEXT CHECK (singular_values IS NULL OR (json_valid(singular_values) AND json_type(singular_values) = 'array')),
            PRIMARY KEY (run_id, step, layer, role, subject),
            FOREIGN KEY (run_id, step) REFERENCES probe (run_id, step) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE probe_value (
            run_id TEXT NOT NULL,
            step INTEGER NOT NULL,
            layer INTEGER NOT NULL CHECK (layer >= 0),
            role TEXT NOT NULL CHECK (role IN ('query', 'key', 'value', 'output', 'gate', 'up', 'down')),
            tensor TEXT NOT NULL CHECK (tensor <> ''),
            quantity TEXT NOT NULL CHECK (quantity <> ''),
            value REAL,
            PRIMARY KEY (run_id, step, layer, role, tensor, quantity),
            FOREIGN KEY (run_id, step) REFERENCES probe (run_id, step) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
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
        INSERT INTO attempt VALUES('83914e18ffbe',1,'x','x','Cooperlake','avx512_bf16',1,NULL,NULL,14700,'2026-11-28T18:08:42.785Z','2026-11-28T18:08:42.806Z',0,3,41961.132200736305092);
        CREATE TABLE disagreement (
            run_id TEXT NOT NULL REFERENCES run_spec (run_id),
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            file TEXT NOT NULL CHECK (file <> ''),
            found_at TEXT NOT NULL CHECK (found_at IS strftime('%Y-%m-%dT%H:%M:%fZ', found_at)),
            difference TEXT NOT NULL CHECK (difference <> ''),
            PRIMARY KEY (run_id, attempt)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_spec_group ON run_spec (group_key);
        CREATE INDEX sweep_run_run ON sweep_run (run_id);
        CREATE INDEX lifecycle_event_run ON lifecycle_event (run_id, step);
        CREATE INDEX run_note_run ON run_note (run_id, step);

        """#
}
