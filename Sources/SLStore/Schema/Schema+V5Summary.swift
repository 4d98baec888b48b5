extension Schema {
    /// A group of which every run diverged is a result: it has a row too, with `n` 0 and without figures.
    static let v5SummaryView = summaryView(cells: summaryCells + """

                UNION ALL
                SELECT
                    sweep_run.sweep_id, sweep.name, group_key, min(position), size, method, rank, max(json_extract(spec, '$.training.steps')),
                    NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
                FROM run_spec
                JOIN run ON run.run_id = run_spec.run_id
                LEFT JOIN sweep_run ON sweep_run.run_id = run.run_id
                LEFT JOIN sweep ON sweep.id = sweep_run.sweep_id
                WHERE run.status = 'diverged' AND NOT EXISTS (
                    SELECT 1 FROM finished_run AS f WHERE f.sweep_id IS sweep_run.sweep_id AND f.group_key = run_spec.group_key)
                GROUP BY sweep_run.sweep_id, group_key
        """)
}
