package import SLSpec

/// A column of a report's table: the texts that people read, and behind them the bare figures for a spreadsheet, every kind
/// in a column of its own.
package struct ReportColumn: Sendable, Hashable {
    /// A column of a spreadsheet.
    package struct Figures: Sendable, Hashable {
        /// As the results database calls the same, with its unit: `eval_loss_mean`, `paper_memory_bytes`.
        package var name: String
        package var values: [ValueTable.Cell]
    }

    package var head: TextTable.Column
    /// With markup.
    package var texts: [String]
    package var figures: [Figures]

    package init(_ title: String, _ texts: [String], _ alignment: TextTable.Alignment = .right, figures: [Figures]) {
        head = TextTable.Column(title, alignment)
        self.texts = texts
        self.figures = figures
    }

    /// Words, which a spreadsheet has without their markup.
    ///
    /// - Parameter name: in a spreadsheet; the title if not given.
    package init(words title: String, _ texts: [String], _ alignment: TextTable.Alignment = .left, name: String? = nil) {
        let plain = texts.map { $0 == NumberFormat.missing ? ValueTable.Cell.null : .text(InlineText.plain($0)) }
        self.init(title, texts, alignment, figures: [Figures(name: name ?? InlineText.plain(title), values: plain)])
    }
}

extension [ReportColumn.Figures] {
    package static func whole(_ name: String, _ values: [Int?]) -> Self { [.init(name: name, values: values.map { .init($0) })] }

    package static func real(_ name: String, _ values: [Double?]) -> Self { [.init(name: name, values: values.map { .init($0) })] }

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
