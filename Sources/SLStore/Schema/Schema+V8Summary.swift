extension Schema {
    /// A group whose runs were not all tested has no mean of the test.
    static let v8SummaryView = makeSummaryView(cells: v8SummaryCells, further: """
        , learning_rate, options, training, unigram_loss, bigram_loss,
            test_loss AS test_loss_mean,
            CASE WHEN n > 1 THEN (
                SELECT sqrt(sum((f.test_loss - interval.test_loss) * (f.test_loss - interval.test_loss)) / (interval.n - 1))
                FROM finished_run AS f
                WHERE f.sweep_id IS interval.sweep_id AND f.group_key = interval.group_key
            ) END AS test_loss_sd,
            iif(test_loss < 709, exp(test_loss), NULL) AS test_perplexity, test_bits_per_byte, training_passes
        """)

    private static let v8SummaryCells = summaryCells(further: """
        ,
                    max(learning_rate) AS learning_rate, max(options) AS options, max(training) AS training,
                    min(unigram_loss) AS unigram_loss, min(bigram_loss) AS bigram_loss,
                    iif(count(test_loss) = count(eval_loss), avg(test_loss), NULL) AS test_loss,
                    iif(count(test_bits_per_byte) = count(eval_loss), avg(test_bits_per_byte), NULL) AS test_bits_per_byte,
                    max(training_passes) AS training_passes
        """) + """

                UNION ALL
                SELECT
                    sweep_run.sweep_id, sweep.name, group_key, min(position), size, method, rank, max(json_extract(spec, '$.training.steps')),
                    NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                    json_extract(spec, '$.training.lr'), json_extract(spec, '$.options'), json_extract(spec, '$.training'), NULL, NULL,
                    NULL, NULL, NULL
                FROM run_spec
                JOIN run ON run.run_id = run_spec.run_id
                LEFT JOIN sweep_run ON sweep_run.run_id = run.run_id
                LEFT JOIN sweep ON sweep.id = sweep_run.sweep_id
                WHERE run.status = 'diverged' AND NOT EXISTS (
                    SELECT 1 FROM finished_run AS f WHERE f.sweep_id IS sweep_run.sweep_id AND f.group_key = run_spec.group_key)
                GROUP BY sweep_run.sweep_id, group_key
        """
}
