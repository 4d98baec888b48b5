extension Schema {
    /// What is queried.
    ///
    /// `comparison` has a row per finished run for every sweep that plans it, in the order of the plans; a finished run
    /// that no plan holds any more comes last, with a NULL sweep. `summary` groups the same rows over the seeds:
    ///
    /// - `n` counts the evaluation losses that went in, `n_diverged` the runs of the group that diverged instead;
    /// - `eval_loss_sd` has n − 1 below the line and is summed from deviations, since Σx² − n·x̄² cancels;
    /// - `eval_loss_low` and `eval_loss_high` are the two-sided 95 % interval by Student's t: exact quantiles up to
    ///   n = 31, then their expansion around the normal quantile, right to 3·10⁻⁶;
    /// - the perplexities are exp of the mean loss and of its interval;
    /// - of the peaks the largest is shown, of speed and time the mean, of tokens the mean where padding makes them differ.
    ///
    /// One seed has neither standard deviation nor interval.
    static let v1Views = v1RowViews + summaryView

    private static let v1RowViews = """
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

        """

    /// The same in versions 1 to 4.
    static let summaryView = makeSummaryView(cells: summaryCells())

    /// A row for every group of which a run finished.
    ///
    /// - Parameter further: columns over the runs of a group that follow the usual ones, each behind a comma.
    static func summaryCells(further: String = "") -> String {
        """
                SELECT
                    sweep_id, sweep, group_key, min(position) AS position, size, method, rank, max(steps) AS steps,
                    iif(min(tokens) = max(tokens), max(tokens), avg(tokens)) AS tokens,
                    count(eval_loss) AS n, avg(eval_loss) AS mean,
                    avg(train_loss) AS train_loss, avg(bits_per_byte) AS bits_per_byte,
                    max(total_parameters) AS total_parameters, max(trainable_parameters) AS trainable_parameters,
                    max(paper_memory_bytes) AS paper_memory_bytes, max(peak_tracked_bytes) AS peak_tracked_bytes,
                    max(peak_rss_bytes) AS peak_rss_bytes, max(optimizer_bytes) AS optimizer_bytes,
                    avg(tokens_per_second) AS tokens_per_second, avg(wall_seconds) AS wall_seconds\(further)
                FROM finished_run
                GROUP BY sweep_id, group_key
        """
    }

    /// - Parameters:
    ///   - cells: the groups with their means.
    ///   - further: columns of the groups that follow the usual ones, each behind a comma.
    static func makeSummaryView(cells: String, further: String = "") -> String {
        """
        CREATE VIEW summary AS
        WITH
            cell AS (
        \(cells)
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
            peak_rss_bytes, optimizer_bytes, tokens_per_second, wall_seconds\(further)
        FROM interval
        ORDER BY sweep_id IS NULL, sweep_id, position;
        """
    }
}
