import Foundation
import SLData
import SLHarness
import SLMethodKit
import SLNumerics
import SLReport
import SLSpec

/// From a checked config to a plan: the data is prepared, so that its identity is known.
struct SweepPreparation {
    let config: SweepConfig
    let threads: Int
    /// Which part of the cells is run here; `nil` for all.
    var shard: ShardArgument?
    /// Whether the runs are this machine's to make; what limits it says nothing of others.
    var runsHere = true

    func specs() throws -> [(spec: RunSpec, origin: String)] { try specs(identities()) }

    /// The data of the cells, prepared.
    func identities() throws -> DataIdentities {
        // Before any text is read.
        if runsHere { _ = try Program.checked(threads: threads) }
        return try DataIdentities(config)
    }

    func specs(_ identities: DataIdentities) throws -> [(spec: RunSpec, origin: String)] {
        try config.cells.map { (probed($0.spec(data: try identities.of($0))), $0.origin) }
    }

    /// The same for a plan: where the text is not on this machine the runs can be sized but not named.
    ///
    /// - Returns: what the text is like, in sentences; the error that says what is missing, if something is.
    func specsForPlan() throws -> (specs: [(spec: RunSpec, origin: String)], text: [String], missing: DataError?) {
        if runsHere { _ = try Program.checked(threads: threads) }
        do {
            let identities = try DataIdentities(
                config, announcing: "The text is prepared first: its digest is part of what names a run. It stays, and the sweep finds it.")
            if !identities.hadToWork { Talk.say("data: prepared, nothing left to do") }
            return (try specs(identities), identities.facts, nil)
        } catch let error as DataError where error.isMissingFile {
            let unknown = DataIdentity(
                name: config.data.corpus, packing: config.data.packing, corpusSHA256: "", tokenizer: config.data.tokenizer,
                tokenizerSHA256: "", vocabularySize: 0, trainTokens: 0, validationTokens: config.evaluation.tokens)
            return (config.cells.map { (probed($0.spec(data: unknown)), $0.origin) }, [], error)
        }
    }

    private func probed(_ spec: RunSpec) -> RunSpec {
        var spec = spec
        spec.probes = config.probes
        return spec
    }

    /// - Parameters:
    ///   - mayBeNone: see ``RunChoice/selected(_:mayBeNone:)``.
    ///   - calibrates: whether the machine is timed where no run's speed is known; not while runs are at work.
    func plan(
        _ specs: [(spec: RunSpec, origin: String)], ledger: any RunLedger, choice: RunChoice, mayBeNone: Bool = false, calibrates: Bool = true
    ) throws -> SweepPlan {
        let chosen = try choice.selected(specs, mayBeNone: mayBeNone)
        return try SweepPlanner(
            registry: Program.registry, threads: threads, retriesFailed: choice.retryFailed, rerunsAll: choice.rerun,
            checkpoint: config.checkpoint, program: Program.identity
        ).plan(
            name: config.name, cells: shard?.dealt(chosen) ?? chosen, predicted: config.predicted, data: config.data, ledger: ledger,
            rate: { calibrates ? rate() : ThroughputModel.defaultRate })
    }
}

extension SweepPreparation {
    /// FLOP/s of a run. Of another machine no more is known than that a core of it is about one of this.
    private func rate() -> Double {
        let measured = runsHere ? threads : min(threads, MachineProbe.usableCores)
        return Calibration.productRate(threads: measured) * Double(threads) / Double(max(1, measured))
    }
}

/// The data of a config's cells, prepared. One text can serve models of several vocabularies; it is prepared once for each.
struct DataIdentities {
    private let known: [String: DataIdentity]
    /// What the text is like and how often the cells go over it, in sentences.
    let facts: [String]

    /// Whether anything had to be read or tokenized.
    let hadToWork: Bool

    /// Says what was left out of the text and what weakens the figures of the cells, too.
    ///
    /// - Parameter announcement: said before the first word about work, if there is any to do.
    init(_ config: SweepConfig, announcing announcement: String? = nil) throws {
        var prepared: [String: PreparedData] = [:]
        var records: [DataRecord] = []
        var measured: Set<[String]> = []
        var hadToWork = false
        let bound = PassBound(data: config.data)
        for cell in config.cells {
            let key = Self.key(cell)
            let isNew = prepared[key] == nil
            let data = try prepared[key] ?? DataPreparation.prepare(
                config.data, sequenceLength: cell.training.sequenceLength, modelVocabularySize: cell.model.vocabularySize,
                batchSize: cell.training.batchSize, directory: .standard(),
                progress: { text in
                    if !hadToWork, let announcement { Talk.say("data: \(announcement)") }
                    hadToWork = true
                    Talk.say("data: \(text)")
                })
            prepared[key] = data
            if isNew { try bound.check(config.cells.filter { Self.key($0) == key }.map { $0.spec(data: data.identity) }) }
            // Measured here, so that no run's memory holds the counts; once for all cells that evaluate the same tokens.
            let spec = cell.spec(data: data.identity)
            let what = [key, String(spec.training.sequenceLength), String(spec.evaluation.tokens), String(describing: spec.trainingPasses)]
            guard measured.insert(what).inserted else { continue }
            let record = try data.record(of: spec)
            if !records.contains(record) { records.append(record) }
        }
        self.hadToWork = hadToWork
        known = prepared.mapValues(\.identity)
        facts = Self.distinct(records.flatMap { DataWords($0).facts })
        for note in Self.distinct(prepared.sorted { $0.key < $1.key }.flatMap(\.value.notes)) { Talk.say("data: \(note)") }
        for concern in Self.distinct(records.flatMap { DataWords($0).concerns }) { Talk.say("data: \(concern)") }
    }

    private static func distinct(_ words: [String]) -> [String] {
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }
    }

    private static func key(_ cell: CellDraft) -> String {
        "\(cell.model.vocabularySize) \(cell.training.sequenceLength) \(cell.training.batchSize)"
    }

    /// - Throws: `DataError` for a cell that is none of the config's.
    func of(_ cell: CellDraft) throws -> DataIdentity {
        guard let identity = known[Self.key(cell)] else { throw DataError(file: cell.origin, problem: "its data was not prepared") }
        return identity
    }
}

/// How fast this machine multiplies matrices, for estimates of time.
enum Calibration {
    /// FLOP/s of the best of a few 2048 × 1024 × 1024 products.
    static func productRate(threads: Int) -> Double {
        Compute.configure(threads: threads)
        let ledger = MemoryLedger()
        guard let a = try? Matrix<Float>(rows: 2048, columns: 1024, category: .workspace, ledger: ledger),
            let b = try? Matrix<Float>(rows: 1024, columns: 1024, category: .workspace, ledger: ledger),
            let c = try? Matrix<Float>(rows: 2048, columns: 1024, category: .workspace, ledger: ledger)
        else { return ThroughputModel.defaultRate }
        a.fill(0.5)
        b.fill(0.25)
        var best = Double.infinity
        for _ in 0..<4 {
            let start = MonotonicClock.seconds
            c.setProduct(a, transposing: b)
            best = min(best, MonotonicClock.seconds - start)
        }
        return 2 * 2048 * 1024 * 1024 / best
    }
}
