import SLSpec

extension SweepReport {
    /// Remarks under the main table.
    static func footnotes(_ group: SizeGroup) -> [String] {
        var notes: [String] = []
        if let baseline = group.baseline {
            if let better = ReferenceWords.better(group) { notes.append(SeedEvidence.capitalized(better)) }
            for cell in group.cells where cell.spec != baseline.spec && !cell.finished.isEmpty {
                let unpaired = PairedDifference(cell, against: baseline).unpairedSeeds
                guard !unpaired.isEmpty else { continue }
                let seeds = (unpaired.count == 1 ? "seed " : "seeds ") + unpaired.map(String.init).joined(separator: ", ")
                notes.append(
                    "\(MarkdownText.inline(cell.label)): \(seeds) finished on one side only; "
                        + "the loss difference is over the seeds that both have.")
            }
        } else if !group.cells.allSatisfy(\.finished.isEmpty) {
            notes += [ReferenceWords([group]).lack(group)].compactMap(\.self)
        }
        if Set(group.cells.flatMap(\.speedTerms)).count > 1 {
            notes.append(
                "**Tokens/s and resident memory do not compare here:** the runs were made on differing processors, threads, BLAS cores or vector "
                    + "units, or not equally alone on their machines (see Environment).")
        }
        notes += [Disturbance(group.cells).note].compactMap(\.self)
        notes += group.notes([.silentEvent, .changedConditions]).map(\.words)
        let evaluated = group.cells.flatMap(\.results).contains { !$0.reported.loss.isFinite }
        if evaluated { notes.append("A finished run with a loss that is not a finite number has no mean.") }
        return notes
    }
}
