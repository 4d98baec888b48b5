public import SLSpec

/// Two runs side by side: in what they were to differ, and in what they do.
public struct RunComparison: Sendable {
    private let first: RunHistory
    private let second: RunHistory
    private let finished: [ComparisonRow]

    /// - Parameter finished: runs that differ from one of the two in nothing but the seed: what the noise of seeds is known by.
    public init(_ first: RunHistory, _ second: RunHistory, finished: [ComparisonRow] = []) {
        self.first = first
        self.second = second
        self.finished = finished
    }

    /// What makes two runs unequal, as sentences; empty for runs with the same losses, evaluations and weights. Times, hosts
    /// and resident memory are not looked at.
    public var inequalities: [String] {
        var found: [String] = []
        if first.status != second.status { found.append("one is \(first.status.rawValue), the other \(second.status.rawValue)") }
        let (a, b) = (first.steps, second.steps)
        if a.count != b.count { found.append("\(a.count) and \(b.count) updates are recorded") }
        if let step = firstDifference(a, b, facts) { found.append("the curves part at update \(step)") }
        let (c, d) = (first.evaluations, second.evaluations)
        if c.count != d.count || !zip(c, d).allSatisfy({ $0.step == $1.step && same($0.loss, $1.loss) && $0.tokens == $1.tokens }) {
            found.append("the evaluations differ")
        }
        let (e, f) = (first.texts, second.texts)
        let texts = { (text: TextSample) in (text.kind, text.evaluation.step, text.evaluation.tokens) }
        if e.count != f.count || !zip(e, f).allSatisfy({ texts($0) == texts($1) && same($0.evaluation.loss, $1.evaluation.loss) }) {
            found.append("the evaluations on other texts differ")
        }
        if let one = first.result?.weightsSHA256, let other = second.result?.weightsSHA256, one != other {
            found.append("the final weights differ")
        }
        return found
    }

    /// Whether the final weights of both were recorded, so that their equality means something.
    public var knowsWeights: Bool { first.result?.weightsSHA256 != nil && second.result?.weightsSHA256 != nil }

    private func facts(_ sample: StepSample) -> [Double] { [sample.loss, sample.learningRate, sample.gradientNorm, Double(sample.tokens)] }

    private func same(_ a: Double, _ b: Double) -> Bool { a == b || (a.isNaN && b.isNaN) }

    private func firstDifference(_ a: [StepSample], _ b: [StepSample], _ facts: (StepSample) -> [Double]) -> Int? {
        for (one, other) in zip(a, b) where one.step != other.step || !zip(facts(one), facts(other)).allSatisfy(same) { return one.step }
        return nil
    }

    /// Settings that differ, curves at a few places, results.
    public func markdown() -> String {
        [heading, settings, notes, curve, results, verdict].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var heading: String {
        "# Run \(first.runID) beside \(second.runID)\n\n\(line(first))\n\(line(second))\n"
    }

    private func line(_ run: RunHistory) -> String {
        let rank = run.spec.rank.map { " r=\($0)" } ?? ""
        return "- \(run.runID): \(MarkdownText.inline("\(run.spec.model.name) \(run.spec.method)\(rank)")), seed \(run.spec.seed), \(run.status.rawValue)"
    }

    private var settings: String {
        let fields = [first, second].map { SpecFields($0.spec) }
        var rows = SpecDifferences(fields: fields).keys.map { ["`\($0)`", fields[0].value($0), fields[1].value($0)] }
        for key in ["method", "seed"] where fields[0].value(key) != fields[1].value(key) { rows.insert(["`\(key)`", fields[0].value(key), fields[1].value(key)], at: 0) }
        let places = [first, second].map { $0.environment.map { "\($0.host), \($0.threads) threads, \($0.blasCore), \($0.vectorUnits ?? "unknown vector units"), \($0.programVersion)" } ?? NumberFormat.missing }
        if places[0] != places[1] { rows.append(["host, threads, BLAS core, vector units, program"] + places) }
        guard !rows.isEmpty else { return "Settings, data, seed and environment are the same.\n" }
        return "## What differs in the settings\n\n" + table(["key", first.runID, second.runID], rows, leftColumns: 3)
    }

    /// What a reader of either run must know and no figure shows.
    private var notes: String {
        let lines = [first, second].flatMap { run in run.notes.map { "- \(run.runID): \(MarkdownText.inline($0.message))" } }
        return lines.isEmpty ? "" : "## Notes\n\n" + MarkdownText.distinct(lines).joined(separator: "\n") + "\n"
    }

    private var curve: String {
        let other = Dictionary(second.steps.map { ($0.step, $0) }) { first, _ in first }
        let common = first.steps.filter { other[$0.step] != nil }
        guard let last = common.last?.step, last > 0 else { return "" }
        // About ten places, evenly over the common part, both ends among them.
        let wanted = Set((0...10).map { max(1, Int((Double(last) * Double($0) / 10).rounded())) })
        let rows = common.filter { wanted.contains($0.step) }.compactMap { sample -> [String]? in
            guard let partner = other[sample.step] else { return nil }
            return [String(sample.step), NumberFormat.loss(sample.loss), NumberFormat.loss(partner.loss), NumberFormat.lossDifference(partner.loss - sample.loss)]
        }
        let largest = common.compactMap { sample in other[sample.step].map { abs($0.loss - sample.loss) } }.filter(\.isFinite).max() ?? 0
        return "## Training loss\n\n" + table(["update", first.runID, second.runID, "difference"], rows, leftColumns: 0)
            + "\nLargest difference over \(common.count) common updates: \(NumberFormat.general(largest)).\n"
    }

    private var results: String {
        func row(_ title: String, _ value: (RunHistory) -> String) -> [String] { [title, value(first), value(second)] }
        return "## Results\n\n"
            + table(
                ["", first.runID, second.runID],
                (first.result?.test == nil && second.result?.test == nil ? [] : [row("test loss") { NumberFormat.loss($0.result?.test?.loss) }]) + [
                    row("eval loss") { NumberFormat.loss($0.result?.evaluation.loss) },
                    row("perplexity") { run in
                        NumberFormat.perplexity(run.result.flatMap { EvaluationSize.isThin($0.evaluation.tokens) ? nil : $0.evaluation.perplexity })
                    },
                    row("train loss") { NumberFormat.loss($0.result?.trainLoss) },
                    row("tokens") { NumberFormat.tokens($0.result?.tokens) },
                    row("parameters") { NumberFormat.parameters($0.result?.totalParameters) },
                    row("evaluated tokens") { NumberFormat.tokens($0.result?.evaluation.tokens) },
                    row("tracked peak") { NumberFormat.bytes($0.memory?.peakTrackedBytes) },
                    row("resident peak") { NumberFormat.bytes($0.memory?.peakResidentBytes) },
                    row("tokens/s") { SweepReport.markedSpeed(ReportCell(spec: $0.spec, runs: [$0])) },
                    row("weights SHA-256") { $0.result?.weightsSHA256.map { String($0.prefix(16)) } ?? NumberFormat.missing },
                ], leftColumns: 1)
    }

    private var verdict: String {
        let found = inequalities
        guard found.isEmpty else { return "**Not equal:** \(found.joined(separator: "; ")).\n" + evidence + disturbance }
        let equal = knowsWeights ? "**Equal** in every loss, evaluation and weight.\n" : "**Equal** in every loss and evaluation; the weights were not recorded.\n"
        return equal + disturbance
    }

    /// Two runs that were to differ are one pair of a comparison.
    private var evidence: String {
        guard (try? first.spec.groupKey()) != (try? second.spec.groupKey()), first.result != nil, second.result != nil else { return "" }
        return first.spec.seed == second.spec.seed
            ? "\nAs a comparison of what the runs do: \(SeedEvidence.words(seeds: 1)).\n\(noise)"
            : "\nAs a comparison of what the runs do these are no pair: their seeds differ.\n\(noise)"
    }

    /// What another seed would change, of those of the two whose other seeds were run.
    private var noise: String {
        let cells = SizeGroup.groups(of: SweepHistory(name: "", runs: [first, second], otherSeeds: finished)).flatMap(\.cells)
        return cells.compactMap { cell in
            cell.noiseFloor.map { floor in
                "\nFrom seed to seed \(NoiseWords.floor(floor, of: MarkdownText.inline(cell.label))): a difference of single runs below "
                    + "\(NumberFormat.loss(floor.smallestDifference(1, 1))) nats is noise.\n"
            }
        }.joined()
    }

    private var disturbance: String {
        let cells = [first, second].map { ReportCell(spec: $0.spec, runs: [$0]) }
        return zip(cells, [first, second]).compactMap { cell, run in
            Disturbance([cell]).reasons.map { "\nRun \(run.runID): \($0): its speed does not compare.\n" }
        }.joined()
    }

    private func table(_ titles: [String], _ rows: [[String]], leftColumns: Int) -> String {
        TextTable(columns: titles.enumerated().map { .init($1, $0 < leftColumns ? .left : .right) }, rows: rows).markdown()
    }
}
