import SLSpec

/// A cell against the baseline, seed by seed: runs of one seed see the same tokens in the same order, so their
/// difference is steadier than the difference of the means.
struct PairedDifference {
    /// Loss minus the baseline's, over the seeds that both finished.
    let loss: SampleSummary?
    /// The differences themselves, by seed.
    let differences: [UInt64: Double]
    /// Seeds that only one of the two finished, ascending.
    let unpairedSeeds: [UInt64]

    init(_ cell: ReportCell, against baseline: ReportCell) {
        let own = cell.lossesBySeed
        let reference = baseline.lossesBySeed
        let common = Set(own.keys).intersection(reference.keys).sorted()
        let pairs = common.compactMap { seed in
            if let mine = own[seed], let theirs = reference[seed] { (seed, mine - theirs) } else { nil }
        }
        differences = Dictionary(pairs) { first, _ in first }
        loss = SampleSummary(pairs.map(\.1))
        unpairedSeeds = Set(own.keys).symmetricDifference(reference.keys).sorted()
    }
}
