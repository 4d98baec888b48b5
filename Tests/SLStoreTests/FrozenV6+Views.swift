extension FrozenV6 {
    static let views = #"""
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
        CREATE VIEW probe_by_role AS
        SELECT
            run_spec.run_id, run_spec.size, run_spec.method, run_spec.rank, run_spec.seed, probe_spectrum.step, probe_spectrum.role,
            probe_spectrum.subject, count(effective_rank) AS n, avg(spectral_norm) AS spectral_norm, avg(frobenius_norm) AS frobenius_norm,
            avg(nuclear_norm) AS nuclear_norm, avg(stable_rank) AS stable_rank, avg(effective_rank) AS effective_rank
        FROM probe_spectrum
        JOIN run_spec ON run_spec.run_id = probe_spectrum.run_id
        GROUP BY run_spec.run_id, probe_spectrum.step, probe_spectrum.role, probe_spectrum.subject
        ORDER BY run_spec.run_id, probe_spectrum.subject, probe_spectrum.role, probe_spectrum.step;
        PRAGMA application_id = 1397506638;
        PRAGMA user_version = 6;
        """#
}
