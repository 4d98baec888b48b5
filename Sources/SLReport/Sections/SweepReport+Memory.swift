package import SLSpec

extension SweepReport {
    /// The split of the memory at its peak, the three figures of it, and how well they and the plan agree.
    package static func memory(_ groups: [SizeGroup], _ predictions: [PredictionRecord], _ methods: [MethodDescriptor] = []) -> [ReportDocument.Block] {
        let measured = groups.map { ($0.model.name, $0.cells.compactMap { MemoryEntry($0) }) }
        let planned = PredictedCell.groups(of: predictions).map { ("\($0.model.name), \(notRun)", $0.cells.map { MemoryEntry($0) }) }
        let parts = (measured + planned).filter { !$0.1.isEmpty }.flatMap { [splitTable($0.0, $0.1), figureTable($0.0, $0.1)] }
        guard !parts.isEmpty else { return [] }
        let hasSeeds = groups.flatMap(\.cells).contains { $0.runs.count > 1 }
        let intro = """
            The split of the program's own tensors at the moment their sum was largest, and the stage of the step that it happened in; then the \
            figures of every cell. *Predicted* was computed before the first step. *Resident* is the peak of what the system kept in memory for \
            the run; *program and libraries* is what it kept besides tensors: the program, the libraries with their buffers and the code that they make for each shape of product, the mapped data. The columns in per cent say how \
            far the first figure lies above the second.\(hasSeeds ? " Of several seeds the one with the highest tracked peak is shown." : "")
            """
        return [.section("Memory at the peak"), .paragraph(intro)] + parts + memoryReduction(groups, predictions, methods)
    }

    /// How rows and tables of cells that were only planned are marked.
    static let notRun = "predicted, not run"

    // Always the small unit: indices or a workspace of some megabytes must not round to nothing.
    private static let unit = ByteUnit.megabytes

    private static func splitTable(_ title: String, _ entries: [MemoryEntry]) -> ReportDocument.Block {
        let title = MarkdownText.inline(title)
        let parts: [(String, (MemoryBreakdown) -> Int)] = [
            ("weights", \.weights), ("gradients", \.gradients), ("optimizer", \.optimizer), ("indices", \.indices), ("activations", \.activations),
            ("workspace", \.workspace), ("sum", \.total),
        ]
        let columns = [cells(title, entries)] + parts.map { name, bytes in column(name, name, entries) { bytes($0.split) } }
            + [ReportColumn(words: "stage", entries.map { MarkdownText.inline($0.stage) })]
        return .table("memory split \(title)", "The tracked tensors at their peak, \(title).", columns)
    }

    private static func cells(_ title: String, _ entries: [MemoryEntry]) -> ReportColumn {
        ReportColumn(words: "\(title) [\(unit.rawValue)]", entries.map { MarkdownText.inline($0.label) }, name: "cell")
    }

    private static func column(_ title: String, _ name: String, _ entries: [MemoryEntry], _ bytes: (MemoryEntry) -> Int?) -> ReportColumn {
        ReportColumn(title, entries.map { NumberFormat.bytes(bytes($0), in: unit) }, figures: .whole("\(name)_bytes", entries.map(bytes)))
    }

    private static func figureTable(_ title: String, _ entries: [MemoryEntry]) -> ReportDocument.Block {
        let title = MarkdownText.inline(title)
        func agreements(_ title: String, _ name: String, _ value: (MemoryEntry) -> Int?, _ reference: (MemoryEntry) -> Int?) -> ReportColumn {
            let ratios = entries.map { entry in value(entry).flatMap { value in reference(entry).flatMap { $0 == 0 ? nil : Double(value) / Double($0) } } }
            return ReportColumn(title, entries.map { agreement(value($0), reference($0)) }, figures: .real(name, ratios))
        }
        return .table("memory \(title)", "The memory figures beside each other, \(title).", [
            cells(title, entries), column("paper", "paper_memory", entries, \.paperBytes), column("predicted", "predicted", entries, \.predictedBytes),
            column("tracked", "peak_tracked", entries, \.trackedBytes),
            agreements("predicted vs tracked", "predicted_to_tracked_ratio", \.predictedBytes, \.trackedBytes),
            column("program and libraries", "process_constant", entries, \.constantBytes),
            column("tracked + program", "tracked_plus_constant", entries, \.explainedBytes),
            column("resident", "peak_rss", entries, \.residentBytes),
            agreements("tracked + program vs resident", "tracked_plus_constant_to_resident_ratio", \.explainedBytes, \.residentBytes),
        ])
    }

    private static func agreement(_ value: Int?, _ reference: Int?) -> String {
        NumberFormat.relative(value.map(Double.init), to: reference.map(Double.init))
    }
}
