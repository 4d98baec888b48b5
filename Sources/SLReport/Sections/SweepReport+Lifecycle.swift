import SLSpec

extension SweepReport {
    /// What the methods did between updates, with the self-checks they recorded.
    package static func lifecycle(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let rows = groups.flatMap { group in group.cells.flatMap { LifecycleRow.all($0, in: group) } }
        let refreshes = refreshShares(groups)
        guard !rows.isEmpty || !refreshes.isEmpty else { return [] }
        let measured = Set(groups.flatMap(\.runs).flatMap(\.events).flatMap(\.measurements.keys))
        let intro = "What was done between updates, over all runs of a cell."
            + (measured.contains("function_change")
                ? " *Function change* is the relative change of the model's output on a probe batch: a merge should leave it at the level of rounding."
                : "")
            + (measured.contains("zeroed_fraction") ? " *State zeroed* is the share of optimizer state that was really zero after a reset." : "")
        return [.section("Between the steps"), .paragraph(intro)]
            + (rows.isEmpty ? [] : [.table("lifecycle", "What the methods did between the updates.", columns(rows))])
            + (refreshes.isEmpty ? [] : [.paragraph(refreshes)])
    }

    /// The share of its training time that each finished run spent on finding subspaces anew.
    private static func refreshShares(_ groups: [SizeGroup]) -> String {
        let cells = groups.flatMap { group in
            group.cells.compactMap { cell -> String? in
                let runs = cell.finished.filter { run in
                    (run.result?.refreshSeconds ?? 0) > 0 || run.events.contains { $0.kind == "refresh" }
                }
                let shares = runs.compactMap { run in
                    run.result?.refreshShare.map { "seed \(run.spec.seed) \(NumberFormat.share($0))" }
                }
                return shares.isEmpty ? nil : MarkdownText.inline("\(group.model.name) \(cell.label): ") + shares.joined(separator: ", ")
            }
        }
        return cells.isEmpty ? "" : "Subspace refreshes, share of training time per run: \(cells.joined(separator: "; "))."
    }

    private static func columns(_ rows: [LifecycleRow]) -> [ReportColumn] {
        [
            ReportColumn(words: "model", rows.map { MarkdownText.inline($0.model) }),
            ReportColumn(words: "method", rows.map { MarkdownText.inline($0.cell.methodLabel) }),
            ReportColumn("rank", rows.map(\.cell.rankText), figures: .whole("rank", rows.map(\.cell.rank))),
            ReportColumn(words: "event", rows.map { MarkdownText.inline($0.kind) }),
            ReportColumn("count", rows.map { String($0.steps.count) }, figures: .whole("count", rows.map(\.steps.count))),
            ReportColumn(
                "steps", rows.map { span($0.steps) }, figures: .whole("first_step", rows.map { $0.steps.min() }) + .whole("last_step", rows.map { $0.steps.max() })),
            ReportColumn(
                "function change, largest", rows.map { NumberFormat.general($0.change?.high) }, figures: .real("function_change_max", rows.map { $0.change?.high })),
            ReportColumn(
                "state zeroed", rows.map { $0.zeroed.map(shareSpan) ?? NumberFormat.missing },
                figures: .real("zeroed_fraction_min", rows.map { $0.zeroed?.low }) + .real("zeroed_fraction_max", rows.map { $0.zeroed?.high })),
            ReportColumn("time", rows.map { NumberFormat.duration(seconds: $0.seconds) }, figures: .real("seconds", rows.map(\.seconds))),
            ReportColumn("share of training time", rows.map { NumberFormat.share($0.share) }, figures: .real("share_of_training", rows.map(\.share))),
            others(rows),
        ]
    }

    /// Whatever else was measured: one text for people, a column for each measurement in a spreadsheet.
    private static func others(_ rows: [LifecycleRow]) -> ReportColumn {
        let texts = rows.map { row in
            row.others.isEmpty
                ? NumberFormat.missing : row.others.map { "\(MarkdownText.inline($0.key)) \(NumberFormat.general($0.mean))" }.joined(separator: ", ")
        }
        let keys = Set(rows.flatMap(\.others).map(\.key)).sorted()
        return ReportColumn(
            "other measurements, means", texts, .left,
            figures: keys.flatMap { key in [ReportColumn.Figures].real("\(key)_mean", rows.map { $0.others.first { $0.key == key }?.mean }) })
    }

    private static func shareSpan(_ range: (low: Double, high: Double)) -> String {
        let (low, high) = (NumberFormat.share(range.low), NumberFormat.share(range.high))
        return low == high ? low : "\(low) … \(high)"
    }

    private static func span(_ steps: [Int]) -> String {
        guard let first = steps.min(), let last = steps.max() else { return NumberFormat.missing }
        return first == last ? String(first) : "\(first) … \(last)"
    }
}

/// What a cell's runs did of one kind.
private struct LifecycleRow {
    var model: String
    var cell: ReportCell
    var kind: String
    var steps: [Int]
    var change: (low: Double, high: Double)?
    var zeroed: (low: Double, high: Double)?
    var seconds: Double?
    var share: Double?
    var others: [(key: String, mean: Double)]

    static func all(_ cell: ReportCell, in group: SizeGroup) -> [LifecycleRow] {
        let events = cell.runs.flatMap(\.events)
        let training = cell.runs.flatMap(\.steps).reduce(0) { $0 + $1.seconds }
        return MarkdownText.distinct(events.map(\.kind)).map { kind in
            let alike = events.filter { $0.kind == kind }
            func values(_ key: String) -> [Double] { alike.compactMap { $0.measurements[key] } }
            let seconds = values("seconds").isEmpty ? nil : values("seconds").reduce(0, +)
            let known: Set = ["function_change", "zeroed_fraction", "seconds"]
            let others = Set(alike.flatMap(\.measurements.keys)).subtracting(known).sorted()
            return LifecycleRow(
                model: group.model.name, cell: cell, kind: kind, steps: alike.map(\.step), change: extremes(values("function_change")),
                zeroed: extremes(values("zeroed_fraction")), seconds: seconds, share: training > 0 ? seconds.map { $0 / training } : nil,
                others: others.map { key in (key, values(key).reduce(0, +) / Double(values(key).count)) })
        }
    }

    /// Lowest and highest; NaN as soon as one value is, since a failed check must not hide behind the others.
    private static func extremes(_ values: [Double]) -> (low: Double, high: Double)? {
        guard let low = values.min(), let high = values.max() else { return nil }
        return values.contains(where: \.isNaN) ? (.nan, .nan) : (low, high)
    }
}
