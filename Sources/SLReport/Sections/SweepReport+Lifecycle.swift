import SLSpec

extension SweepReport {
    /// What the methods did between updates, with the self-checks they recorded.
    static func lifecycle(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let rows = groups.flatMap { group in group.cells.flatMap { events(of: $0, in: group) } }
        let refreshes = refreshShares(groups)
        guard !rows.isEmpty || !refreshes.isEmpty else { return [] }
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("method", .left), .init("rank"), .init("event", .left), .init("count"), .init("steps"),
            .init("function change, largest"), .init("state zeroed"), .init("time"), .init("share of training time"),
            .init("other measurements, means", .left),
        ]
        let intro = """
            Merges, resets and subspace refreshes, over all runs of a cell. *Function change* is the relative change of the model's output on a \
            probe batch: a merge should leave it at the level of rounding. *State zeroed* is the share of optimizer state that was really \
            zero after a reset.
            """
        let table = TextTable(columns: columns, rows: rows)
        return [.section("Between the steps"), .paragraph(intro)]
            + (rows.isEmpty ? [] : [.table("lifecycle", "What the methods did between the updates.", table)])
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

    private static func events(of cell: ReportCell, in group: SizeGroup) -> [[String]] {
        let events = cell.runs.flatMap(\.events)
        let training = cell.runs.flatMap(\.steps).reduce(0) { $0 + $1.seconds }
        return MarkdownText.distinct(events.map(\.kind)).map { kind in
            let alike = events.filter { $0.kind == kind }
            func values(_ key: String) -> [Double] { alike.compactMap { $0.measurements[key] } }
            let seconds = values("seconds").isEmpty ? nil : values("seconds").reduce(0, +)
            let known: Set = ["function_change", "zeroed_fraction", "seconds"]
            let others = Set(alike.flatMap(\.measurements.keys)).subtracting(known).sorted().map { key in
                "\(MarkdownText.inline(key)) \(NumberFormat.general(values(key).reduce(0, +) / Double(values(key).count)))"
            }
            return [
                MarkdownText.inline(group.model.name), MarkdownText.inline(cell.methodLabel), cell.rankText,
                MarkdownText.inline(kind), String(alike.count), span(alike.map(\.step)),
                extremes(values("function_change")).map { NumberFormat.general($0.high) } ?? NumberFormat.missing,
                extremes(values("zeroed_fraction")).map(shareSpan) ?? NumberFormat.missing,
                NumberFormat.duration(seconds: seconds), NumberFormat.share(training > 0 ? seconds.map { $0 / training } : nil),
                others.isEmpty ? NumberFormat.missing : others.joined(separator: ", "),
            ]
        }
    }

    /// Lowest and highest; NaN as soon as one value is, since a failed check must not hide behind the others.
    private static func extremes(_ values: [Double]) -> (low: Double, high: Double)? {
        guard let low = values.min(), let high = values.max() else { return nil }
        return values.contains(where: \.isNaN) ? (.nan, .nan) : (low, high)
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
