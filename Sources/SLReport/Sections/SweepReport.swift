public import SLSpec

/// The report of a sweep. It depends on its arguments alone: no clock, no host, no paths; the same history gives
/// the same bytes.
public enum SweepReport {
    /// - Parameters:
    ///   - history: the sweep's runs in the order of its plan; any of them may be unfinished.
    ///   - catalog: titles and papers of the methods; a method that is missing here is shown by its name.
    ///   - published: figures to set beside the results, in a table of their own, where method and size occur in the sweep.
    ///   - pictures: the picture files to link; `nil` leaves the section out but for a sentence.
    public static func document(
        _ history: SweepHistory, catalog: [MethodDescriptor] = [], published: [PublishedFigure] = PublishedFigures.all,
        pictures: ReportPictures? = nil
    ) -> ReportDocument {
        var history = history
        if !catalog.isEmpty { history.methods = catalog }
        let catalog = history.methods
        let groups = SizeGroup.groups(of: history)
        let sections = [
            heading(history),
            setting(groups, catalog: catalog),
            guide(groups),
            results(groups),
            equalBudgets(groups),
            ladder(groups),
            effectiveData(groups),
            frontiers(groups),
            sizes(groups),
            ranks(groups),
            noise(groups),
            significance(groups),
            blocked(groups),
            equivalence(groups, margin: history.evidence.equivalenceMargin),
            unfinished(groups, history.tuning),
            curves(pictures, isEmpty: history.runs.isEmpty),
            evaluations(groups),
            heldOut(groups),
            memory(groups, history.predictions, history.methods),
            speed(groups),
            lifecycle(groups),
            probes(groups),
            differences(groups, catalog: catalog),
            tuning(history, groups),
            publishedFigures(published, groups),
            validity(history),
            environment(history),
            appendix(history, groups),
        ]
        return ReportDocument(title: InlineText.plain(title(history)), blocks: sections.flatMap(\.self))
    }

    /// ``document(_:catalog:published:pictures:)`` in Markdown.
    public static func markdown(
        _ history: SweepHistory, catalog: [MethodDescriptor] = [], published: [PublishedFigure] = PublishedFigures.all,
        pictures: ReportPictures? = nil
    ) -> String {
        document(history, catalog: catalog, published: published, pictures: pictures).markdown()
    }

    private static func title(_ history: SweepHistory) -> String {
        "Sweep \(MarkdownText.inline(history.name)): pretraining methods compared"
    }

    private static func heading(_ history: SweepHistory) -> [ReportDocument.Block] {
        let title = ReportDocument.Block.heading(level: 1, text: title(history), anchor: "top")
        guard !history.runs.isEmpty else { return [title, .paragraph("This sweep has no runs yet: there is nothing to compare.")] }
        let counts = RunStatus.allCases.sorted { order($0) < order($1) }.compactMap { status in
            let count = history.runs.filter { $0.status == status }.count
            return count == 0 ? nil : "\(count) \(status.rawValue)"
        }
        let runs = history.runs.count == 1 ? "1 run" : "\(history.runs.count) runs"
        let words = "\(runs): \(counts.joined(separator: ", ")). Written from the results database alone; every measured number is from "
            + "the runs listed in the appendix."
        return [title, .paragraph(words)]
    }

    private static func order(_ status: RunStatus) -> Int {
        switch status {
        case .finished: 0
        case .diverged: 1
        case .failed: 2
        case .interrupted: 3
        case .running: 4
        }
    }
}
