extension Schema {
    /// What was measured of a run's matrices on the way, and its means by role.
    static let v6Tables = """
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

        CREATE VIEW probe_by_role AS
        SELECT
            run_spec.run_id, run_spec.size, run_spec.method, run_spec.rank, run_spec.seed, probe_spectrum.step, probe_spectrum.role,
            probe_spectrum.subject, count(effective_rank) AS n, avg(spectral_norm) AS spectral_norm, avg(frobenius_norm) AS frobenius_norm,
            avg(nuclear_norm) AS nuclear_norm, avg(stable_rank) AS stable_rank, avg(effective_rank) AS effective_rank
        FROM probe_spectrum
        JOIN run_spec ON run_spec.run_id = probe_spectrum.run_id
        GROUP BY run_spec.run_id, probe_spectrum.step, probe_spectrum.role, probe_spectrum.subject
        ORDER BY run_spec.run_id, probe_spectrum.subject, probe_spectrum.role, probe_spectrum.step;

        """
}
