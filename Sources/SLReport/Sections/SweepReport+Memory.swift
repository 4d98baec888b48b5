import SLSpec

extension SweepReport {
    /// The split of the memory at its peak, the three figures of it, and how well they and the plan agree.
    static func memory(_ groups: [SizeGroup], _ predictions: [PredictionRecord]) -> [ReportDocument.Block] {
        let measured = groups.map { ($0.model.name, $0.cells.compactMap { MemoryEntry($0) }) }
        let planned = PredictedCell.groups(of: predictions).map { ("\($0.model.name), \(notRun)", $0.cells.map { MemoryEntry($0) }) }
        let parts = (measured + planned).filter { !$0.1.isEmpty }.flatMap { [splitTable($0.0, $0.1), figureTable($0.0, $0.1)] }
        guard !parts.isEmpty else { return [] }
        let intro = """
            The split of the program's own tensors at the moment their sum was largest, and the phase of the step that it happened in; then the \
            figures of every cell. *Predicted* was computed before the first step. *Resident* is the whole process; the *process constant* is \
            what it held before its first tensor: the program, the libraries with their buffers, the mapped data. The columns in per cent say how \
            far the first figure lies above the second. Of several seeds the one with the highest tracked peak is shown.
            """
        return [.section("Memory at the peak"), .paragraph(intro)] + parts + memoryReduction(groups, predictions)
    }

    /// How rows and tables of cells that were only planned are marked.
    static let notRun = "predicted, not run"

    // Always the small unit: indices or a workspace of some megabytes must not round to nothing.
    private static let unit = ByteUnit.megabytes

    private static func splitTable(_ title: String, _ entries: [MemoryEntry]) -> ReportDocument.Block {
        let title = MarkdownText.inline(title)
        let columns = [TextTable.Column("\(title) [\(unit.rawValue)]", .left)]
            + ["weights", "gradients", "optimizer", "indices", "activations", "workspace", "sum"].map { TextTable.Column($0) }
            + [.init("phase", .left)]
        let rows = entries.map { entry in
            let split = entry.split
            let bytes = [
                split.weights, split.gradients, split.optimizer, split.indices, split.activations, split.workspace, split.total,
            ]
            return [MarkdownText.inline(entry.label)] + bytes.map { NumberFormat.bytes($0, in: unit) } + [MarkdownText.inline(entry.phase)]
        }
        return .table("memory split \(title)", "The tracked tensors at their peak, \(title).", TextTable(columns: columns, rows: rows))
    }

    private static func figureTable(_ title: String, _ entries: [MemoryEntry]) -> ReportDocument.Block {
        let title = MarkdownText.inline(title)
        let names = [
            "paper", "predicted", "tracked", "predicted vs tracked", "process constant", "tracked + constant", "resident",
            "tracked + constant vs resident",
        ]
        let columns = [TextTable.Column("\(title) [\(unit.rawValue)]", .left)] + names.map { TextTable.Column($0) }
        let rows = entries.map { entry in
            [
                MarkdownText.inline(entry.label), NumberFormat.bytes(entry.paperBytes, in: unit),
                NumberFormat.bytes(entry.predictedBytes, in: unit), NumberFormat.bytes(entry.trackedBytes, in: unit),
                agreement(entry.predictedBytes, entry.trackedBytes), NumberFormat.bytes(entry.constantBytes, in: unit),
                NumberFormat.bytes(entry.explainedBytes, in: unit), NumberFormat.bytes(entry.residentBytes, in: unit),
                agreement(entry.explainedBytes, entry.residentBytes),
            ]
        }
        return .table("memory \(title)", "The memory figures beside each other, \(title).", TextTable(columns: columns, rows: rows))
    }

    private static func agreement(_ value: Int?, _ reference: Int?) -> String {
        NumberFormat.relative(value.map(Double.init), to: reference.map(Double.init))
    }
}
