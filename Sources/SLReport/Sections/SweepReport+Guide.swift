import SLSpec

extension SweepReport {
    /// How to read the tables, for someone who sees one for the first time.
    static func guide(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        guard !groups.isEmpty else { return [] }
        let seeded = groups.flatMap(\.cells).contains { ($0.evalLoss?.count ?? 0) > 1 }
        let words = """
            Every method trained a model of the same shape; runs of one seed saw the same tokens in the same order, unless the table of differences \
            says otherwise. \
            *Eval loss* is the mean negative log-likelihood in nats per token on \(DataWords.evaluatedText(groups.flatMap(\.runs).filter { $0.result != nil }.map(\.data))); \
            lower is better. *Perplexity* is \
            exp(eval loss). *Bits/byte* is the same loss per byte of text, which compares across tokenizers. *Parameters* counts all that the \
            model stores, *trainable* those that training changes. The three memory figures answer different questions and are never mixed: \
            *paper* is weights and optimizer state at 2 bytes a value and indices at 8, the convention of the published tables; *tracked* is the \
            high-water mark of the program's own tensors, everything included; *resident* is the peak of the whole process as the system saw it. \
            1 GB is 10⁹ bytes. *Tokens/s* is training throughput without evaluation. The columns *vs full_rank* give the difference in loss and \
            the quotients of memory and speed: 0.50× memory is half, 2.00× speed is twice as fast. Best values are bold; "—" means that there \
            is no value. \(seeded ? seedsGuide : singleSeedGuide)
            """
        return [.section("How to read this"), .paragraph(words)]
    }

    private static let seedsGuide = """
        Where several seeds finished, values are means, ± is the sample standard deviation (n − 1) over that many seeds, and perplexity is \
        exp of the mean loss; a cell with one seed has no ±.
        """

    private static let singleSeedGuide = """
        Each cell is one run with one seed: there is no ±, and small differences may be noise.
        """
}
