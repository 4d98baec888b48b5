import SLSpec

extension SweepReport {
    /// The main table: a row a cell over all sizes, with intervals, and below each size what counting alone reaches.
    package static func results(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        guard !groups.isEmpty else { return [] }
        let hasIntervals = groups.flatMap(\.cells).contains { $0.evalLoss?.interval95 != nil }
        let hasBest = groups.contains { group in group.cells.count { !$0.finished.isEmpty } > 1 }
        let guide = (hasBest ? "The best of a size is bold. " : "")
            + (hasIntervals ? intervalGuide + (significance(groups).isEmpty ? "" : pairedGuide) : singleGuide(groups))
        let rows = groups.flatMap(ResultRow.all)
        return [
            .section("Results"), .paragraph(guide + (groups.allSatisfy(\.counted.isEmpty) ? "" : countedGuide) + familyGuide(groups)),
            .table("results", "\(SeedEvidence.capitalized(groups.lossName)) and perplexity of every cell.", columns(rows, hasIntervals), note: lossNote(groups)),
        ] + (thinNote(groups).map { [.list([$0])] } ?? []) + nearTies(groups)
    }

    private static let intervalGuide = """
        Intervals are 95 % t-intervals of the mean over the seeds, which assume normally distributed values and are \
        not corrected for the number of methods; that of the perplexity is the exponential of the loss interval's ends.
        """

    private static let pairedGuide = """
         Whether two rows differ is not read off their intervals but off the paired differences under *Differences seed by seed*.
        """

    private static func singleGuide(_ groups: [SizeGroup]) -> String {
        let isOneRun = groups.flatMap(\.cells).allSatisfy { $0.runs.count == 1 }
        return "\(isOneRun ? "Each cell is one run" : "No cell has more than one finished run"): there is no interval, and small differences may be noise."
    }

    private static let countedGuide = """
         Rows marked *counted* are no trained models: *unigram* is the loss of the evaluated text if only the frequency of each token in the \
        training text is known, *bigram* if that of each pair is. A loss that is not clearly below them has learnt no more than that.
        """

    private static func columns(_ rows: [ResultRow], _ hasIntervals: Bool) -> [ReportColumn] {
        let (title, figure) = (rows.compactMap(\.cell).lossTitle, rows.compactMap(\.cell).lossFigure)
        let intervals = rows.map { $0.cell?.evalLoss?.interval95 }
        let perplexities = rows.map { $0.cell?.perplexity == nil ? nil : $0.cell?.evalLoss?.interval95.map(exponentials) }
        let lossInterval = ReportColumn("95 % interval", intervals.map { span($0, NumberFormat.loss) }, figures: .interval(figure, intervals))
        let perplexityInterval = ReportColumn(
            "95 % interval of perplexity", perplexities.map { span($0, NumberFormat.perplexity) }, figures: .interval("perplexity", perplexities))
        return [
            ReportColumn(words: "model", rows.map { MarkdownText.inline($0.model) }),
        ] + families(rows.map(\.cell)) + [
            ReportColumn(words: "method", rows.map { MarkdownText.inline($0.label) }),
            ReportColumn("rank", rows.map { $0.cell?.rankText ?? NumberFormat.missing }, figures: .whole("rank", rows.map { $0.cell?.rank })),
            rate(rows.map(\.cell)),
            seeds(rows.map(\.cell)),
            ReportColumn(
                "tokens", rows.map { $0.cell.map(tokensText) ?? NumberFormat.missing },
                figures: .real("tokens_mean", rows.map { $0.cell?.summary { Double($0.tokens) }?.mean })),
            ReportColumn(title, rows.map(\.lossText), figures: .summary(figure, rows.map(\.loss)) + .words("status", rows.map(\.status))),
        ] + (hasIntervals ? [lossInterval] : []) + [
            ReportColumn("perplexity", rows.map(\.perplexityText), figures: .real("perplexity", rows.map(\.perplexity))),
        ] + (hasIntervals ? [perplexityInterval] : []) + [
            ReportColumn(
                "bits/byte", rows.map { NumberFormat.bitsPerByte($0.bitsPerByte?.mean) }, figures: .summary("bits_per_byte", rows.map(\.bitsPerByte))),
            ReportColumn(
                "parameters", rows.map { NumberFormat.parameters($0.cell?.totalParameters) },
                figures: .whole("total_parameters", rows.map { $0.cell?.totalParameters })),
        ]
    }

    private static func exponentials(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        Perplexity.of(loss: range.lowerBound)...Perplexity.of(loss: range.upperBound)
    }

    /// `5.8294 … 8.3706`
    static func span(_ range: ClosedRange<Double>?, _ format: (Double?) -> String) -> String {
        guard let range else { return NumberFormat.missing }
        return "\(format(range.lowerBound)) … \(format(range.upperBound))"
    }

    /// The peak learning rate: what most often tells cells of one method apart.
    package static func rate(_ cells: [ReportCell?]) -> ReportColumn {
        let rates = cells.map { $0?.spec.training.learningRate }
        return ReportColumn("lr", rates.map { NumberFormat.general($0) }, figures: .real("learning_rate", rates))
    }

    package static func seeds(_ cells: [ReportCell?]) -> ReportColumn {
        ReportColumn(
            "seeds", cells.map { $0?.seedCount ?? NumberFormat.missing },
            figures: .whole("seeds_finished", cells.map { $0?.finished.count }) + .whole("seeds", cells.map { $0?.runs.count }))
    }
}

/// A row of the main table: a cell, or a model that was counted.
struct ResultRow {
    var model: String
    var label: String
    /// `nil` for a counted model.
    var cell: ReportCell?
    var loss: SampleSummary?
    var lossText: String
    var perplexity: Double?
    var perplexityText: String
    var bitsPerByte: SampleSummary?
    /// `finished`, `counted`, or how the runs stand.
    var status: String

    /// The cells of a size, the best bold, and then its counted models.
    static func all(_ group: SizeGroup) -> [ResultRow] {
        let cells = group.cells
        let losses = SweepReport.best(cells, .lowest, \.evalLoss?.mean) {
            $0.finished.isEmpty ? $0.unfinishedStatus : NumberFormat.loss($0.evalLoss?.mean) + $0.evaluationMark
        }
        let perplexities = SweepReport.best(cells, .lowest, \.perplexity) { NumberFormat.perplexity($0.perplexity) }
        let trained = cells.indices.map { index in
            let cell = cells[index]
            return ResultRow(
                model: group.model.name, label: cell.methodLabel, cell: cell, loss: cell.evalLoss, lossText: losses[index], perplexity: cell.perplexity,
                perplexityText: perplexities[index], bitsPerByte: cell.bitsPerByte, status: cell.finished.isEmpty ? cell.unfinishedStatus : "finished")
        }
        return trained + group.counted.map { ResultRow($0, model: group.model.name) }
    }

    private init(_ counted: CountedModel, model: String) {
        self.init(
            model: model, label: counted.label, cell: nil, loss: SampleSummary([counted.loss]), lossText: NumberFormat.loss(counted.loss),
            perplexity: counted.perplexity, perplexityText: NumberFormat.perplexity(counted.perplexity),
            bitsPerByte: counted.bitsPerByte.flatMap { SampleSummary([$0]) }, status: "counted")
    }

    private init(
        model: String, label: String, cell: ReportCell?, loss: SampleSummary?, lossText: String, perplexity: Double?, perplexityText: String,
        bitsPerByte: SampleSummary?, status: String
    ) {
        self.model = model
        self.label = label
        self.cell = cell
        self.loss = loss
        self.lossText = lossText
        self.perplexity = perplexity
        self.perplexityText = perplexityText
        self.bitsPerByte = bitsPerByte
        self.status = status
    }
}
