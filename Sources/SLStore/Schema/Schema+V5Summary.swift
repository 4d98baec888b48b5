extension Schema {
    /// A group of which every run diverged is a result: it has a row too, with `n` 0 and without figures. What tells rows of one
    /// method apart stands at the end, with the losses of the counted models.
    static let v5SummaryView = makeSummaryView(cells: v5SummaryCells, further: ", learning_rate, options, training, unigram_loss, bigram_loss")

    private static let v5SummaryCells = summaryCells(further: """
        ,
                    max(learning_rate) AS learning_rate, max(options) AS options, max(training) AS training,
                    min(unigram_loss) AS unigram_loss, min(bigram_loss) AS bigram_loss
        """) + """

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
        """
}
