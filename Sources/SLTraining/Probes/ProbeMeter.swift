import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLSpec

/// Measures what a run's ``ProbeSpec`` asks for: at its moments spectra of the dense matrices that the linears equal, and in between what is cheap.
///
/// Everything is allocated apart from the run and nothing of the run is written, so that its bits and its tracked memory are those of a run without
/// probes. What is needed to go on after a checkpoint follows from the run itself: moments and spikes from its steps and losses, first values from
/// its seed, subspaces from its optimizer.
final class ProbeMeter {
    private let batch: ProbeBatch
    private let pieceRows: Int
    private let sequenceLength: Int
    private let threads: Int
    private let moments: Set<Int>
    private let interval: Int
    private let start: StartWeights
    /// Of what is held all the while.
    private let held = MemoryLedger()
    private let subspaces: SubspaceWatch
    /// The weights before an update that will be looked at, and the book of that moment.
    private var before: (weights: [Matrix<Float>?], ledger: MemoryLedger)?

    /// - Parameter initial: the weights that the run started from, if they were given.
    init(_ probes: ProbeSpec, of spec: RunSpec, method: any PretrainingMethod, data: PreparedData, threads: Int, initial: InitialWeights?) throws {
        sequenceLength = spec.training.sequenceLength
        pieceRows = spec.training.microBatchSize
        batch = try ProbeBatch(data, sequenceLength: sequenceLength, tokens: probes.tokens, piece: pieceRows)
        self.threads = threads
        moments = Set(probes.steps(of: spec.training.steps))
        interval = ProbeSpec.interval(of: spec.training.steps)
        start = try StartWeights(spec, method: method, initial: initial)
        subspaces = SubspaceWatch(ledger: held)
    }

    /// Bytes of tensors that are held now, while nothing is measured.
    var heldBytes: Int { held.current.total + (before?.ledger.current.total ?? 0) }

    func isMoment(_ step: Int) -> Bool { moments.contains(step) }

    /// Before the first update of a process.
    func begin(_ loop: TrainingLoop<Float>) throws { try subspaces.look(at: loop.optimizer) }

    /// Before an update that ends at a moment.
    func prepare(_ loop: TrainingLoop<Float>) throws {
        let ledger = MemoryLedger()
        let model = loop.model
        before = (
            try model.shape.modules.map { module in
                let weight = try Matrix<Float>(rows: module.outFeatures, columns: module.inFeatures, category: .workspace, ledger: ledger)
                return try model.writeDenseEquivalent(layer: module.layer, role: module.role, into: weight) ? weight : nil
            }, ledger
        )
        // Of rules whose subspace moves with every update nobody is told.
        try subspaces.look(at: loop.optimizer)
    }

    /// Before the first update of the run: no gradient of its own yet, and no step made.
    func measureStart(_ loop: TrainingLoop<Float>) throws -> ProbeRecord {
        try measure(loop, .moment, overlaps: [:])
    }

    /// Why something may be to be measured after an update; `nil` where nothing is.
    func occasion(after update: UpdateReport, _ loop: TrainingLoop<Float>) -> ProbeRecord.Occasion? {
        if isMoment(loop.step) { return .moment }
        if LossSpike.isLast(of: loop.losses) { return .spike }
        if update.events.contains(where: { $0.kind == "refresh" }) { return .refresh }
        return loop.step % interval == 0 ? .interval : nil
    }

    /// After an update.
    ///
    /// - Returns: `nil` where a refresh left nothing to compare, as the first does.
    func measure(_ occasion: ProbeRecord.Occasion, after update: UpdateReport, _ loop: TrainingLoop<Float>) throws -> ProbeRecord? {
        let began = MonotonicClock.seconds
        let isCompared = occasion == .moment || update.events.contains { $0.kind == "refresh" }
        let overlaps = isCompared ? try subspaces.changes(of: loop.optimizer) : [:]
        var occasion = occasion
        if occasion == .refresh, overlaps.isEmpty {
            guard loop.step % interval == 0 else { return nil }
            occasion = .interval
        }
        var record = try measure(loop, occasion, overlaps: overlaps)
        record.seconds = MonotonicClock.seconds - began
        return record
    }

    private func measure(_ loop: TrainingLoop<Float>, _ occasion: ProbeRecord.Occasion, overlaps: [String: Double]) throws -> ProbeRecord {
        let began = MonotonicClock.seconds
        let ledger = before?.ledger ?? MemoryLedger()
        var record = ProbeRecord(step: loop.step, occasion: occasion, seconds: 0)
        record.values = self.overlaps(overlaps, loop)
        // Refreshes of single tensors may come with every update.
        if occasion != .refresh { record.values += gradientNorms(loop) + (try factors(loop, ledger)) }
        if occasion == .moment { try takeSpectra(loop, ledger, into: &record) }
        before = nil
        record.trackedBytes = ledger.peak.total + held.peak.total
        record.seconds = MonotonicClock.seconds - began
        return record
    }

    // MARK: Spectra

    private func takeSpectra(_ loop: TrainingLoop<Float>, _ ledger: MemoryLedger, into record: inout ProbeRecord) throws {
        let twin = try DenseTwin(of: loop.model, sequences: pieceRows, sequenceLength: sequenceLength, threads: threads, ledger: ledger)
        let measuring = ModuleSpectra(modules: twin.modules, ledger: ledger)
        let (weights, start) = (twin.weights, start)
        record.spectra = try measuring.spectra(.weight) { index, space, _ in
            guard let weight = weights[index] else { return false }
            space.copy(from: weight)
            return true
        }
        record.spectra += try measuring.spectra(.distance) { index, space, ledger in
            guard let weight = weights[index], try start.write(twin.modules[index], into: space, ledger: ledger) else { return false }
            space.subtract(from: weight)
            return true
        }
        if let old = before?.weights {
            record.spectra += try measuring.spectra(.update) { index, space, _ in
                guard let weight = weights[index], let former = old[index] else { return false }
                space.copy(from: former)
                space.subtract(from: weight)
                return true
            }
        }
        // Makes room for the passes.
        before = nil
        guard twin.isComplete else {
            record.spectra += twin.modules.map { ProbeSpectrum(layer: $0.layer, role: $0.role, subject: .gradient, spectrum: nil) }
            return
        }
        let (loss, gradients) = try twin.gradients(of: batch.pieces)
        (record.tokens, record.loss) = (batch.targetCount, loss)
        record.spectra += try measuring.spectra(.gradient) { index, space, _ in
            guard let gradient = gradients[index] else { return false }
            space.copy(from: gradient)
            return true
        }
        for (module, gradient) in zip(twin.modules, gradients) {
            guard let gradient, let basis = subspaces.basis(of: "\(module.name).weight") else { continue }
            let share = try SubspaceWatch.energy(of: gradient, inside: basis, ledger: ledger)
            guard let share else { continue }
            record.values.append(ProbeValue(layer: module.layer, role: module.role, tensor: "weight", quantity: .energyInside, value: share))
        }
    }

    // MARK: What is cheap

    private func gradientNorms(_ loop: TrainingLoop<Float>) -> [ProbeValue] {
        loop.optimizer.view.compactMap { tensor in
            tensor.place.module.map {
                ProbeValue(
                    layer: $0.layer, role: $0.role, tensor: tensor.place.name, quantity: .gradientNorm,
                    value: tensor.gradientNorm.isFinite ? tensor.gradientNorm : nil)
            }
        }
    }

    private func overlaps(_ overlaps: [String: Double], _ loop: TrainingLoop<Float>) -> [ProbeValue] {
        loop.model.parameters.compactMap { entry in
            guard let module = entry.module, let overlap = overlaps[entry.parameter.name] else { return nil }
            return ProbeValue(layer: module.layer, role: module.role, tensor: entry.declaredName, quantity: .subspaceOverlap, value: overlap)
        }
    }

    private func factors(_ loop: TrainingLoop<Float>, _ ledger: MemoryLedger) throws -> [ProbeValue] {
        let all = Dictionary(grouping: loop.model.parameters.filter { $0.module != nil }) { $0.module }
        return try loop.model.shape.modules.flatMap { module in
            try FactorPair(all[module] ?? [], at: module)?.values(ledger: ledger) ?? []
        }
    }
}
