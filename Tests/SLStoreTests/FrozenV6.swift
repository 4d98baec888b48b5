/// A database as schema version 6 wrote it, with a run that was measured on the way: its tables and rows, unchanged by later versions.
enum FrozenV6 {
    static let sql = tables + views

    private static let tables = #"""
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES('v1');
        INSERT INTO grdb_migrations VALUES('v2');
        INSERT INTO grdb_migrations VALUES('v3');
        INSERT INTO grdb_migrations VALUES('v4');
        INSERT INTO grdb_migrations VALUES('v5');
        INSERT INTO grdb_migrations VALUES('v6');
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
        INSERT INTO run_spec VALUES('c8369d3fec94','c8369d3fec94b3458757039606620a828c765bc7a87df257bd0fd4bf9b13f42e','e1836565b53427decc47fcddcf5bbf0a2895c6667236256b7d7e20c775defae7','{"data":{"corpus_sha256":"5daea70750970d843fcf8294cb3be9256f78f7ec30d454ee3759c29a3667d2c7","name":"synthetic","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"5999af14cd58843b4c8b209287674858a7a2839825de13a36b80bcf94c9b6b00","train_tokens":1948464,"validation_tokens":51621,"vocabulary_size":259},"evaluation":{"every":0,"mode":"token-weighted","tokens":256},"method":"galore","model":{"hidden_size":8,"initializer_range":0.02,"intermediate_size":16,"name":"tiny","num_attention_heads":2,"num_hidden_layers":1,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":300},"options":{"moments":"keep","projection":"std","rank":2,"refresh":"staggered","scale":0.25,"subspace":"automatic","update_interval":2},"probes":{"moments":10,"tokens":32768},"seed":1,"spec_version":1,"training":{"batch_size":2,"beta1":0.9,"beta2":0.999,"epsilon":1e-06,"gradient_accumulation":1,"lr":0.01,"min_lr_ratio":0.1,"sequence_length":16,"steps":3,"warmup_steps":0,"weight_decay":0}}');
        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            created_at TEXT NOT NULL CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
            planned_at TEXT NOT NULL CHECK (planned_at IS strftime('%Y-%m-%dT%H:%M:%fZ', planned_at))
        ) STRICT;
        INSERT INTO sweep VALUES(1,'sixth','2026-11-28T14:40:14.302Z','2026-11-28T14:40:14.303Z');
        CREATE TABLE sweep_run (
            sweep_id INTEGER NOT NULL REFERENCES sweep (id) ON DELETE CASCADE,
            run_id TEXT NOT NULL REFERENCES run_spec (run_id),
            position INTEGER NOT NULL CHECK (position >= 0),
            PRIMARY KEY (sweep_id, run_id),
            UNIQUE (sweep_id, position)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO sweep_run VALUES(1,'c8369d3fec94',0);
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
        INSERT INTO environment VALUES('c8369d3fec94','0.1.0',NULL,NULL,'x','x','x',2,25276502016,'x','Cooperlake',1,'6.3.1','3.40.1','avx512_bf16');
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
        INSERT INTO step_sample VALUES('c8369d3fec94',1,5.7186954319477081298,0.010000000000000000208,0.77383613529754902149,32,0.0036390059999575896654,0.00063923199968485278077);
        INSERT INTO step_sample VALUES('c8369d3fec94',2,5.6887346804141998291,0.0077500000000000008118,0.82777607610238523871,32,0.00078639999992446973919,0.00037200399992798338644);
        INSERT INTO step_sample VALUES('c8369d3fec94',3,5.6552877277135848999,0.0032500000000000011518,0.87514426586404892027,32,0.00075584499973047059029,0.0003539379995345370844);
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
        INSERT INTO evaluation VALUES('c8369d3fec94',0,5.7031395304948091506,299.80717874487481822,8.2278911181426721554,256,0.009302905999902577605,256);
        INSERT INTO evaluation VALUES('c8369d3fec94',3,5.635599963366985321,280.22699281591570753,8.1304521195835732783,256,0.00071971099987422348931,256);
        CREATE TABLE lifecycle_event (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            kind TEXT NOT NULL CHECK (kind <> ''),
            measurements TEXT NOT NULL CHECK (json_valid(measurements) AND json_type(measurements) = 'object')
        ) STRICT;
        INSERT INTO lifecycle_event VALUES(1,'c8369d3fec94',1,'refresh','{"captured_energy":0.8092872583360896,"matrices":7,"seconds":0.0006392319996848528}');
        INSERT INTO lifecycle_event VALUES(2,'c8369d3fec94',2,'refresh','{"captured_energy":0.708272338854564,"matrices":3,"seconds":0.0003720039999279834}');
        INSERT INTO lifecycle_event VALUES(3,'c8369d3fec94',3,'refresh','{"captured_energy":0.9040856669156391,"matrices":4,"seconds":0.0003539379995345371}');
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
        INSERT INTO memory VALUES('c8369d3fec94',31088,141668,141668,118107712,'refresh',21856,21856,40320,0,11904,45732,50978816);
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
        INSERT INTO run_result VALUES('c8369d3fec94',3,96,5.6552877277135848999,3,5464,5464,40320,41497.94618515168986,1.970972171000084927,0.0013651739991473732516,0.0051812509996125299949,'a6568cc469e157d2f70ab68cbd44bb49cba41123313b811946f649829e37c4e0',1898496.0,NULL);
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
        INSERT INTO run VALUES('c8369d3fec94',1,'finished',NULL,NULL,NULL,'x',1,1,'2026-11-28T14:40:15.021Z','2026-11-28T14:40:16.999Z','2026-11-28T14:40:16.999Z',0);
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
        INSERT INTO run_data VALUES('c8369d3fec94',1948464,1948460,0,0,51621,51618,0,0,0,24,0,0,4.9269578498755943626e-05,2.8170026923513606931,2.0281633719002463145);
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
        INSERT INTO probe VALUES('c8369d3fec94',0,'moment',0.53848717299979398376,32768,5.7040912256634328514,91556);
        INSERT INTO probe VALUES('c8369d3fec94',1,'moment',0.447251888000209874,32768,5.6785891540785087272,91636);
        INSERT INTO probe VALUES('c8369d3fec94',2,'moment',0.4408555179998074891,32768,5.6507388698955764994,91636);
        INSERT INTO probe VALUES('c8369d3fec94',3,'moment',0.43561421799995514447,32768,5.6341367668937891721,91636);
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
        INSERT INTO probe_spectrum VALUES('c8369d3fec94',0,0,'query','weight',8,0.15278288265128844858,0.10010348260402679443,0.3386004754138411954,2.3294373038486266835,5.6094709854740605337,'[[1,0.1001034826040268],[2,0.08413659781217575],[3,0.05239987000823021],[4,0.04967416450381279],[5,0.02310498245060444],[6,0.020553557202219963],[7,0.0085658123716712],[8,6.200846110004932e-05]]');
        INSERT INTO probe_spectrum VALUES('c8369d3fec94',1,0,'query','weight',8,0.15245872602026436237,0.099914133548736572265,0.3383808140642940998,2.3283631629000089979,5.652057425831782389,'[[1,0.09991413354873657],[2,0.08405570685863495],[3,0.0518186055123806],[4,0.04962491616606712],[5,0.023771235719323158],[6,0.020317479968070984],[7,0.008336764760315418],[8,0.000541971530765295]]');
        INSERT INTO probe_spectrum VALUES('c8369d3fec94',2,0,'query','weight',8,0.15249863388496218141,0.099733181297779083251,0.33916798577411100268,2.338043362542862269,5.6735825622028093206,'[[1,0.09973318129777908],[2,0.08400890231132507],[3,0.05193014815449715],[4,0.049613017588853836],[5,0.02472715638577938],[6,0.0204399935901165],[7,0.007979401387274265],[8,0.0007361850584857166]]');
        INSERT INTO probe_spectrum VALUES('c8369d3fec94',3,0,'query','weight',8,0.15273153165874278625,0.099932290613651275634,0.33971503522479906678,2.3358541904726926041,5.681015681261700756,'[[1,0.09993229061365128],[2,0.08414146304130554],[3,0.05192163959145546],[4,0.04965534061193466],[5,0.0248507559299469],[6,0.020488295704126358],[7,0.007809900678694248],[8,0.000915349053684622]]');
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
        CREATE INDEX run_spec_group ON run_spec (group_key);
        CREATE INDEX sweep_run_run ON sweep_run (run_id);
        CREATE INDEX lifecycle_event_run ON lifecycle_event (run_id, step);
        CREATE INDEX run_note_run ON run_note (run_id, step);

        """#
}
