import GRDB

extension Schema {
    /// What was measured. A loss, perplexity or gradient norm that was not a finite number is NULL: SQLite has no NaN,
    /// and an infinity would spoil every mean it enters. Nothing else may be missing unless it was not measured.
    static let v1Samples = """
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

        CREATE TABLE lifecycle_event (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            kind TEXT NOT NULL CHECK (kind <> ''),
            measurements TEXT NOT NULL CHECK (json_valid(measurements) AND json_type(measurements) = 'object')
        ) STRICT;
        CREATE INDEX lifecycle_event_run ON lifecycle_event (run_id, step);

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

        CREATE TABLE student_t (
            degrees_of_freedom INTEGER PRIMARY KEY CHECK (degrees_of_freedom >= 1),
            quantile_975 REAL NOT NULL CHECK (quantile_975 > 0)
        ) STRICT;
        """

    /// The 0.975 quantiles of Student's t distribution for 1 to 30 degrees of freedom.
    package static let v1StudentT: [Double] = [
        12.706204736174694, 4.302652729749462, 3.1824463052837078, 2.7764451051977934, 2.5705818356363146,
        2.4469118511449786, 2.364624251592784, 2.306004135204166, 2.262157162798205, 2.228138851986274,
        2.200985160091639, 2.1788128296672284, 2.1603686564627913, 2.144786687917804, 2.131449545559776,
        2.1199052992212546, 2.1098155778333156, 2.1009220402410382, 2.0930240544083087, 2.085963447265864,
        2.0796138447276795, 2.0738730679040254, 2.0686576104190486, 2.0638985616280245, 2.0595385527532972,
        2.0555294386428735, 2.0518305164802846, 2.0484071417952454, 2.045229642132703, 2.0422724563012378,
    ]

    static func v1FillStudentT(_ db: Database) throws {
        for (index, quantile) in v1StudentT.enumerated() {
            try db.execute(sql: "INSERT INTO student_t VALUES (?, ?)", arguments: [index + 1, quantile])
        }
    }
}
