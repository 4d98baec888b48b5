import SLSpec

/// A column of a report's table: the texts that people read, and behind them the bare figures for a spreadsheet, every kind
/// in a column of its own.
struct ReportColumn: Sendable, Hashable {
    /// A column of a spreadsheet.
    struct Figures: Sendable, Hashable {
        /// As the results database calls the same, with its unit: `eval_loss_mean`, `paper_memory_bytes`.
        var name: String
        var values: [ValueTable.Cell]
    }

    var head: TextTable.Column
    /// With markup.
    var texts: [String]
    var figures: [Figures]

    init(_ title: String, _ texts: [String], _ alignment: TextTable.Alignment = .right, figures: [Figures]) {
        head = TextTable.Column(title, alignment)
        self.texts = texts
        self.figures = figures
    }

    /// Words, which a spreadsheet has without their markup.
    ///
    /// - Parameter name: in a spreadsheet; the title if not given.
    init(words title: String, _ texts: [String], _ alignment: TextTable.Alignment = .left, name: String? = nil) {
        let plain = texts.map { $0 == NumberFormat.missing ? ValueTable.Cell.null : .text(InlineText.plain($0)) }
        self.init(title, texts, alignment, figures: [Figures(name: name ?? InlineText.plain(title), values: plain)])
    }
}

extension [ReportColumn.Figures] {
    static func whole(_ name: String, _ values: [Int?]) -> Self { [.init(name: name, values: values.map { .init($0) })] }

    static func real(_ name: String, _ values: [Double?]) -> Self { [.init(name: name, values: values.map { .init($0) })] }

    static func words(_ name: String, _ values: [String?]) -> Self { [.init(name: name, values: values.map { .init($0) })] }

    /// Mean and sample standard deviation (n − 1).
    static func summary(_ name: String, _ values: [SampleSummary?]) -> Self {
        real(name + "_mean", values.map { $0?.mean }) + real(name + "_sd", values.map { $0?.standardDeviation })
    }

    /// Both ends of an interval.
    static func interval(_ name: String, _ values: [ClosedRange<Double>?]) -> Self {
        real(name + "_low", values.map { $0?.lowerBound }) + real(name + "_high", values.map { $0?.upperBound })
    }
}
