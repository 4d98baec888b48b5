public import SLSpec

/// What the seeds of a sweep will be able to show, said before it runs.
public enum PlannedEvidence {
    /// A sentence for each size with rows to compare; sizes of which the same can be said share one.
    ///
    /// - Parameters:
    ///   - specs: every run of the sweep.
    ///   - methods: what is known of methods, for the rule that says which cell is the reference.
    ///   - evidence: what the runs are to be held against.
    ///   - finished: runs of the specs' experiments that a database holds, whatever their seed: what the noise of seeds is known by.
    public static func sentences(
        _ specs: [RunSpec], predictions: [PredictionRecord] = [], methods: [MethodDescriptor] = [], evidence: EvidenceSpec = EvidenceSpec(),
        finished: [ComparisonRow] = []
    ) -> [String] {
        let runs = specs.map {
            RunHistory(
                runID: "", spec: $0, status: .running, failure: nil, result: nil, memory: nil, steps: [], evaluations: [], events: [],
                environment: nil)
        }
        let history = SweepHistory(name: "", runs: runs, predictions: predictions, methods: methods, evidence: evidence, otherSeeds: finished)
        let said = SizeGroup.groups(of: history).filter { $0.cells.count > 1 }.map { (size: $0.model.name, words: words($0, evidence)) }
        return MarkdownText.distinct(said.map(\.words)).map { words in
            said.filter { $0.words == words }.map(\.size).joined(separator: ", ") + ": " + words
        }
    }

    private static func words(_ group: SizeGroup, _ evidence: EvidenceSpec) -> String {
        guard let reference = group.cells.first(where: { $0.prediction == group.reference }) else {
            return "without a full_rank cell to compare with, the report sets no row against another"
        }
        let seeds = Set(reference.runs.map(\.spec.seed))
        let pairs = group.cells.filter { $0.spec != reference.spec }.map { Set($0.runs.map(\.spec.seed)).intersection(seeds).count }
        let rivals = pairs.count == 1 ? "1 row" : "\(pairs.count) rows"
        let fewest = pairs.min() ?? 0
        let power = NoiseWords.power(
            seeds: fewest, rows: pairs.count, floor: reference.noiseFloor, label: reference.label, margin: evidence.equivalenceMargin)
        return "\(rivals) against \(reference.label): \(SeedEvidence.words(seeds: fewest))" + (power.map { ". " + SeedEvidence.capitalized($0) } ?? "")
    }
}
