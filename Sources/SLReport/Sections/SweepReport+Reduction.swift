import SLSpec

extension SweepReport {
    /// What each cell saves against full-rank bf16 Adam of its size, beside the published savings. Empty when no size has
    /// such a reference.
    static func memoryReduction(_ groups: [SizeGroup], _ predictions: [PredictionRecord]) -> [ReportDocument.Block] {
        let sizes = groups.map { $0.cells.compactMap { ReductionEntry($0) } }
            + PredictedCell.groups(of: predictions).map { $0.cells.map { ReductionEntry($0) } }
        let rows = sizes.flatMap { entries in
            entries.first(where: \.isReference).map { reference in entries.map { row($0, against: reference) } } ?? []
        }
        guard !rows.isEmpty else { return [] }
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("cell", .left), .init("how", .left), .init("tracked [\(unit.rawValue)]"),
            .init("resident [\(unit.rawValue)]"), .init("reduction, tracked"), .init("reduction, resident"),
            .init("published [\(unit.rawValue)]"), .init("published reduction"),
        ]
        let compared = sizes.filter { $0.contains(where: \.isReference) }.flatMap(\.self)
        return [
            .subsection("Reduction against full-rank bf16 Adam", anchor: "memory reduction"), .paragraph(note(compared)),
            .table("memory reduction", "What each cell saves against full-rank bf16 Adam of its size.", TextTable(columns: columns, rows: rows)),
        ]
    }

    private static let unit = ByteUnit.gigabytes

    private static func note(_ entries: [ReductionEntry]) -> String {
        let batches = MarkdownText.joined(entries.map { "\($0.spec.training.microBatchSize) × \($0.spec.training.sequenceLength)" })
        return """
            Each cell against the cell of its size with every weight dense, weights and moments in bf16 and plain Adam. Published: \
            \(PublishedMemory.source), at batch 1 × 256; read off that figure, and shown where method, rank, optimizer and update are the same. \
            What differs: here the arithmetic and the gradients are fp32 and only what is stored between the steps is bf16 or 8-bit, there all is \
            bf16; here the batch is \(batches). A row marked *\(notRun)* has the planner's figure in place of the tracked one.
            """
    }

    private static func row(_ entry: ReductionEntry, against reference: ReductionEntry) -> [String] {
        let isReference = entry.isReference && entry.spec == reference.spec
        let published = PublishedMemory.figure(entry.spec)
        func saved(_ value: Int?, _ baseline: Int?) -> String {
            guard !isReference else { return "reference" }
            guard let value, let baseline, baseline > 0 else { return NumberFormat.missing }
            return NumberFormat.share(1 - Double(value) / Double(baseline))
        }
        return [
            MarkdownText.inline(entry.spec.model.name), MarkdownText.inline(entry.label), entry.isPredicted ? notRun : "measured",
            NumberFormat.bytes(entry.trackedBytes, in: unit), NumberFormat.bytes(entry.residentBytes, in: unit),
            saved(entry.trackedBytes, reference.trackedBytes), saved(entry.residentBytes, reference.residentBytes),
            NumberFormat.fixed(published?.gigabytes, decimals: 1),
            isReference && published != nil ? "reference" : wholePercent(published?.reduction),
        ]
    }

    /// As the papers round it.
    private static func wholePercent(_ share: Double?) -> String {
        share.map { NumberFormat.fixed($0 * 100, decimals: 0) + " %" } ?? NumberFormat.missing
    }
}

/// One cell in the table of reductions.
struct ReductionEntry {
    var spec: PredictionSpec
    var label: String
    /// The planner's figure where the cell was not run.
    var trackedBytes: Int?
    var residentBytes: Int?
    var isPredicted: Bool

    /// `nil` when no run of the cell finished: a peak cut short is no peak.
    init?(_ cell: ReportCell) {
        guard let tracked = cell.peakTrackedBytes else { return nil }
        let run = cell.spec
        spec = PredictionSpec(model: run.model, method: run.method, options: run.options, training: run.training)
        label = cell.label
        trackedBytes = tracked
        residentBytes = cell.peakResidentBytes
        isPredicted = false
    }

    init(_ cell: PredictedCell) {
        spec = cell.spec
        label = cell.label
        trackedBytes = cell.record.predictedBytes
        isPredicted = true
    }

    /// Full-rank, weights and moments in bf16, plain Adam, nothing consumed early and nothing computed twice.
    var isReference: Bool {
        let memory = spec.training.memory
        return spec.method == "full_rank" && memory.storage == .bf16 && memory.optimizer == .adamw && memory.update == .wholeModel
            && memory.recompute == .none
    }
}
