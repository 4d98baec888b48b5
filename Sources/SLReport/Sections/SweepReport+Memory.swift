import SLSpec

extension SweepReport {
    /// The split of the tracked memory at its peak, and the three ways to know the peak.
    static func memory(_ groups: [SizeGroup]) -> String {
        let tables = groups.compactMap(memoryTable)
        guard !tables.isEmpty else { return "" }
        let intro = """
            ## Memory at the peak

            The split of the program's own tensors at the moment their sum was largest, and the phase of the step that it happened in. *Predicted* \
            was computed before the first step; *resident* is the whole process, with the runtime, the libraries and the mapped data. Of several \
            seeds the one with the highest tracked peak is shown.

            """
        return ([intro] + tables).joined(separator: "\n")
    }

    private static func memoryTable(_ group: SizeGroup) -> String? {
        let entries = group.cells.compactMap { cell in
            cell.runs.compactMap { $0.memory ?? $0.result?.memory }.max { $0.peakTrackedBytes < $1.peakTrackedBytes }.map { (cell, $0) }
        }
        guard !entries.isEmpty else { return nil }
        // Always the small unit: indices or a workspace of some megabytes must not round to nothing.
        let unit = ByteUnit.megabytes
        let columns = [TextTable.Column("\(group.model.name) [\(unit.rawValue)]", .left)]
            + ["weights", "gradients", "optimizer", "indices", "activations", "workspace"].map { TextTable.Column($0) }
            + [.init("phase", .left)]
            + ["predicted", "tracked", "tracked vs predicted", "resident"].map { TextTable.Column($0) }
        let rows = entries.map { cell, memory in
            let split = memory.peak
            let bytes = [split.weights, split.gradients, split.optimizer, split.indices, split.activations, split.workspace]
            return [MarkdownText.inline(cell.label)] + bytes.map { NumberFormat.bytes($0, in: unit) } + [
                MarkdownText.inline(memory.peakPhase), NumberFormat.bytes(memory.predictedBytes, in: unit),
                NumberFormat.bytes(memory.peakTrackedBytes, in: unit),
                NumberFormat.relative(Double(memory.peakTrackedBytes), to: Double(memory.predictedBytes)),
                NumberFormat.bytes(memory.peakResidentBytes, in: unit),
            ]
        }
        return TextTable(columns: columns, rows: rows).markdown()
    }
}
