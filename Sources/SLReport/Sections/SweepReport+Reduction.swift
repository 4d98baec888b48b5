import SLSpec

extension SweepReport {
    /// What each cell saves against full-rank bf16 Adam of its size, beside the published savings. Empty when no size has
    /// such a reference.
    static func memoryReduction(
        _ groups: [SizeGroup], _ predictions: [PredictionRecord], _ methods: [MethodDescriptor]
    ) -> [ReportDocument.Block] {
        let sizes = groups.map { $0.cells.compactMap { ReductionEntry($0) } }
            + PredictedCell.groups(of: predictions).map { $0.cells.map { ReductionEntry($0) } }
        let references = ReductionEntry.references(sizes, methods: methods)
        let pairs = zip(sizes, references).flatMap { entries, reference in
            reference.map { reference in entries.map { ReductionPair(entry: $0, reference: reference) } } ?? []
        }
        guard !pairs.isEmpty else { return [] }
        let entries = pairs.map(\.entry)
        let published = entries.map { PublishedMemory.figure($0.spec) }
        let columns = [
            ReportColumn(words: "model", entries.map { MarkdownText.inline($0.spec.model.name) }),
            ReportColumn(words: "cell", entries.map { MarkdownText.inline($0.label) }),
            ReportColumn(words: "how", entries.map { $0.isPredicted ? notRun : "measured" }),
            bytes("tracked", "tracked_bytes", entries.map(\.trackedBytes)), bytes("resident", "peak_rss_bytes", entries.map(\.residentBytes)),
            reduction("tracked", "tracked", pairs, \.trackedBytes), reduction("resident", "peak_rss", pairs, \.residentBytes),
            ReportColumn(
                "published [\(unit.rawValue)]", published.map { NumberFormat.fixed($0?.gigabytes, decimals: 1) },
                figures: .real("published_gb", published.map { $0?.gigabytes })),
            ReportColumn(
                "published reduction",
                zip(pairs, published).map { $0.isReference && $1 != nil ? "reference" : wholePercent($1?.reduction) },
                figures: .real("published_reduction_share", published.map { $0?.reduction })),
        ]
        let compared = zip(sizes, references).filter { $0.1 != nil }.flatMap(\.0)
        return [
            .subsection("Reduction against full-rank bf16 Adam", anchor: "memory reduction"), .paragraph(note(compared)),
            .table("memory reduction", "What each cell saves against full-rank bf16 Adam of its size.", columns),
        ]
    }

    private static let unit = ByteUnit.gigabytes

    private static func note(_ entries: [ReductionEntry]) -> String {
        let batches = MarkdownText.joined(entries.map { "\($0.spec.training.microBatchSize) × \($0.spec.training.sequenceLength)" })
        let short = entries.count { $0.spec.training.memory.precision == .bf16 }
        let arithmetic = short == 0
            ? "the arithmetic and the gradients are fp32 and only what is stored between the steps is bf16 or 8-bit"
            : "sums and gradients are fp32, and operands of products bf16" + (short == entries.count ? "" : " in the cells that say so")
        return """
            Each cell against the cell of its size with every weight dense, weights and moments in bf16 and plain Adam. Published: \
            \(PublishedMemory.source), at batch \(PublishedMemory.batch); read off that figure, and shown where method, rank, optimizer and update are the same. \
            What differs: here \(arithmetic), there all is \
            bf16\(batches == PublishedMemory.batch ? "" : "; here the batch is \(batches)").\
            \(entries.contains(where: \.isPredicted) ? " A row marked *\(notRun)* has the planner's figure in place of the tracked one." : "")
            """
    }

    private static func bytes(_ title: String, _ name: String, _ bytes: [Int?]) -> ReportColumn {
        ReportColumn("\(title) [\(unit.rawValue)]", bytes.map { NumberFormat.bytes($0, in: unit) }, figures: .whole(name, bytes))
    }

    private static func reduction(_ title: String, _ name: String, _ pairs: [ReductionPair], _ bytes: (ReductionEntry) -> Int?) -> ReportColumn {
        let shares = pairs.map { pair -> Double? in
            guard !pair.isReference, let value = bytes(pair.entry), let reference = bytes(pair.reference), reference > 0 else { return nil }
            return 1 - Double(value) / Double(reference)
        }
        let texts = zip(pairs, shares).map { $0.isReference ? "reference" : NumberFormat.share($1) }
        return ReportColumn("reduction, \(title)", texts, figures: .real("\(name)_reduction_share", shares))
    }

    /// As the papers round it.
    private static func wholePercent(_ share: Double?) -> String {
        share.map { NumberFormat.fixed($0 * 100, decimals: 0) + " %" } ?? NumberFormat.missing
    }
}

/// A cell beside the one that it is set against.
struct ReductionPair {
    var entry: ReductionEntry
    var reference: ReductionEntry

    var isReference: Bool { entry.spec == reference.spec }
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

    /// The one of each list that the others are set against: by the rule of every reference, over all sizes at once.
    static func references(_ sizes: [[ReductionEntry]], methods: [MethodDescriptor]) -> [ReductionEntry?] {
        let able = sizes.map { $0.filter(\.isReference) }
        let known = able.indices.filter { !able[$0].isEmpty }
        let rule = ReferenceRule(
            known.compactMap { place in able[place].first.map { ReferenceRule.Size(model: $0.spec.model, candidates: able[place].map(\.spec)) } }, methods: methods)
        return able.indices.map { place in
            known.firstIndex(of: place).flatMap { number in able[place].first { $0.spec == rule.spec(at: number) } }
        }
    }

    /// Full-rank, weights and moments in bf16, plain Adam, nothing consumed early and nothing computed twice.
    var isReference: Bool {
        let memory = spec.training.memory
        return spec.method == ReferenceRule.method && memory.storage == .bf16 && memory.states == .likeWeights && memory.update == .wholeModel
            && memory.recompute == .none && spec.training.activations == nil
    }
}
