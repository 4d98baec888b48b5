import SLSpec

extension SweepReport {
    /// How to read the tables, for someone who sees one for the first time. What is not in the tables is not explained.
    package static func guide(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        guard !groups.isEmpty else { return [] }
        let words = [
            shapeGuide(groups), pairingGuide(groups), lossGuide(groups), memoryGuide, referenceGuide(groups), bestGuide(groups),
            "\"—\" means that there is no value.", seedsGuide(groups),
        ]
        return [.section("How to read this"), .paragraph(words.compactMap(\.self).joined(separator: " "))]
    }

    private static func shapeGuide(_ groups: [SizeGroup]) -> String? {
        guard groups.contains(where: { $0.cells.count > 1 }) else { return nil }
        return groups.count == 1 ? "Every row is a model of the same shape." : "Rows of one size are models of the same shape."
    }

    /// What runs of one seed share.
    private static func pairingGuide(_ groups: [SizeGroup]) -> String? {
        let compared = groups.filter { $0.cells.count > 1 }
        guard !compared.isEmpty else { return nil }
        guard compared.allSatisfy(\.sharesBatches) else {
            return "Runs of one seed did **not** all see the same tokens in the same order: see the table of differences."
        }
        return "Runs of one seed saw the same tokens in the same order."
    }

    private static func lossGuide(_ groups: [SizeGroup]) -> String {
        let runs = groups.flatMap(\.runs)
        let areTested = groups.areTested
        let isPerToken = runs.allSatisfy { $0.spec.evaluation.mode == .tokenWeighted }
        let tested = "*Test loss* is the mean negative log-likelihood in nats per token on \(DataWords.testText(runs.filter { $0.result != nil }.map(\.data))); "
            + "nothing was chosen by it; lower is better. Settings are chosen, and curves on the way are drawn, by the loss on the validation text."
        var words = areTested ? tested : "*Eval loss* is the mean negative log-likelihood in nats \(isPerToken ? "per token " : "")on \(DataWords.evaluatedText(runs.filter { $0.result != nil }.map(\.data))); lower is better."
        words += " *Perplexity* is exp(\(groups.lossTitle))."
        if runs.contains(where: { $0.result?.reported.bitsPerByte != nil }) {
            words += " *Bits/byte* is the same loss per byte of text, which compares across tokenizers."
        }
        return words + " *Parameters* counts all that the model stores, *trainable* those that training changes."
    }

    private static let memoryGuide = """
        The three memory figures answer different questions and are never mixed: \
        *paper* is weights and optimizer state at 2 bytes a value and indices at 8, the convention of the published tables; *tracked* is the \
        high-water mark of the program's own tensors, everything included; *resident* is the peak of the whole process as the system saw it. \
        1 GB is 10⁹ bytes. *Tokens/s* is training throughput without evaluation.
        """

    private static func referenceGuide(_ groups: [SizeGroup]) -> String? {
        let reference = ReferenceWords(groups).sentences
        guard !reference.isEmpty else { return nil }
        return "The columns *vs full_rank* give the difference in loss from the reference of the size and the quotients of memory and speed: 0.50× "
            + "memory is half, 2.00× speed is twice as fast. " + reference.joined(separator: " ")
    }

    private static func bestGuide(_ groups: [SizeGroup]) -> String? {
        groups.contains { $0.cells.count { !$0.finished.isEmpty } > 1 } ? "Best values are bold." : nil
    }

    private static func seedsGuide(_ groups: [SizeGroup]) -> String? {
        let counts = groups.flatMap(\.cells).map(\.finished.count).filter { $0 > 0 }
        guard let most = counts.max() else { return nil }
        guard most > 1 else {
            return "Each cell has one finished run: there is no ±, and small differences may be noise."
        }
        return "Values are means over the seeds that finished, ± is the sample standard deviation (n − 1) over them, and perplexity is exp of the mean loss"
            + (counts.contains(1) ? "; a cell with one seed has no ±." : ".")
    }
}

extension SizeGroup {
    /// Whether runs of one seed are given the same batches in the same order.
    var sharesBatches: Bool {
        Set(cells.map { cell in
            let (spec, training) = (cell.spec, cell.spec.training)
            return [
                spec.data.corpusSHA256, spec.data.tokenizerSHA256, spec.data.packing.rawValue, String(spec.data.trainTokens),
                String(training.batchSize), String(training.sequenceLength),
            ]
        }).count == 1
    }
}
