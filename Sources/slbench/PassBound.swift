import SLReport
import SLSpec

/// Refuses runs that go over their training text more often than their config allows. What repeated text is worth falls with every
/// pass, so that a long budget on a short text says little of one on enough text.
struct PassBound {
    let data: DataSpec

    /// - Throws: `DataError` that says how many passes the longest run would make, and how to allow it.
    func check(_ specs: [RunSpec]) throws {
        // Made, not written: a test of the program, in which nothing is learnt of language anyway.
        guard data.corpus != "synthetic" else { return }
        let passes = specs.compactMap { spec in spec.trainingPasses.map { (spec: spec, passes: $0) } }
        guard let most = passes.max(by: { $0.passes < $1.passes }), most.passes > data.maxPasses * (1 + 1e-9) else { return }
        let over = passes.count { $0.passes > data.maxPasses * (1 + 1e-9) }
        let (spec, text) = (most.spec, most.spec.data)
        throw DataError(
            file: data.corpus,
            problem: "\(NumberText.fixed(most.passes, decimals: 1)) passes over a training text of \(NumberFormat.tokens(text.trainTokens)) tokens: "
                + "\(spec.model.name) \(spec.method) would train on \(NumberFormat.tokens(Int(spec.expectedTargets.rounded()))) tokens, and "
                + "data.max_passes is \(NumberFormat.general(data.maxPasses))" + (over > 1 ? " (\(over) runs are above it)" : ""),
            fix: "give more text (scripts/fetch-corpus core has 34 MB, a folder of your own any amount) or a smaller budget; or allow it: "
                + "\"max_passes\": \(Int(most.passes.rounded(.up))) in \"data\". Beyond about \(NumberFormat.general(DataSpec.standardMaxPasses)) passes repeated text is worth less than new")
    }
}
