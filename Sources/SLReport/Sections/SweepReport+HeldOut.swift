import Foundation
import SLSpec

extension SweepReport {
    /// What the models reach on corpora of other sources than they were trained on, so that luck of the domain shows.
    package static func heldOut(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let tables = groups.compactMap(heldOutTable)
        guard !tables.isEmpty else { return [] }
        let words = """
            Bits per byte after the last update, on text that is of the training corpus and on corpora of other sources, none of whose text was \
            trained on; lower is better. The text differs in difficulty, so columns do not compare; the order of the rows does. τ is Kendall's rank \
            correlation with the first column: 1 where the order is the same, −1 where it is turned round. Losses in nats per token are in the table \
            `text_evaluation` of the database, with those on the way.
            """
        return [.section("Corpora of other sources"), .paragraph(words)] + tables.flatMap { [$0.table] + $0.notes.map { .paragraph($0) } }
    }

    private static func heldOutTable(_ group: SizeGroup) -> (table: ReportDocument.Block, notes: [String])? {
        let cells = group.cells.filter { !$0.finished.isEmpty }
        let corpora = MarkdownText.distinct(cells.flatMap(\.finished).flatMap(\.texts).filter { $0.kind == .heldOut }.map(\.corpus))
        guard !corpora.isEmpty else { return nil }
        let name = MarkdownText.inline(group.model.name)
        let own = cells.map(\.bitsPerByte)
        func column(_ title: String, _ figure: String, _ values: [SampleSummary?]) -> ReportColumn {
            let texts = values.map { plusMinus($0, NumberFormat.bitsPerByte) }
            return ReportColumn(title, best(texts, .lowest, values.map { $0?.mean }), figures: .summary(figure, values))
        }
        let ownTitle = cells.areTested ? "test text" : "validation text"
        let others = corpora.map { corpus in (corpus, cells.map { $0.heldOutBits(corpus) }) }
        let columns = [
            ReportColumn(words: name, cells.map { MarkdownText.inline($0.label) }, name: "cell"), column(ownTitle, "bits_per_byte", own),
        ] + others.map { column(MarkdownText.inline($0.0), "bits_per_byte, \($0.0)", $0.1) }
        let notes = others.compactMap { corpus, values in
            orderWords(zip(own, values).compactMap { one, other in one.flatMap { one in other.map { (one.mean, $0.mean) } } }).map {
                "\(MarkdownText.inline(corpus)): \($0)"
            }
        }
        return (.table("held out \(group.model.name)", "Bits per byte on corpora of other sources at \(name).", columns), notes)
    }

    /// How far two orders agree; `nil` for fewer than three rows, which have next to none.
    private static func orderWords(_ pairs: [(Double, Double)]) -> String? {
        guard pairs.count > 2, let tau = KendallTau(pairs).tau else { return nil }
        let best = pairs.indices.min { pairs[$0].0 < pairs[$1].0 }
        let otherBest = pairs.indices.min { pairs[$0].1 < pairs[$1].1 }
        return "τ = \(NumberFormat.fixed(tau, decimals: 2)) over \(pairs.count) rows; the best row is \(best == otherBest ? "the same." : "another one.")"
    }
}

extension ReportCell {
    /// After the last update; `nil` unless every finished run has it.
    func heldOutBits(_ corpus: String) -> SampleSummary? {
        let values = finished.map { run in
            run.texts.last { $0.kind == .heldOut && $0.corpus == corpus && $0.evaluation.step == run.spec.training.steps }?.evaluation.bitsPerByte
        }
        let present = values.compactMap(\.self)
        return present.count == values.count ? SampleSummary(present) : nil
    }
}
