import Foundation
import SLSpec

/// A row that a claim may mean: a cell that was run, or one that was only planned.
struct ClaimCandidate {
    var spec: PredictionSpec
    var label: String
    /// `nil` for one that was planned.
    var cell: ReportCell?
    var record: PredictionRecord?

    init?(_ cell: ReportCell, label: String) {
        guard cell.evalLoss != nil else { return nil }
        (spec, self.label, self.cell) = (cell.prediction, label, cell)
    }

    /// The finished cells of a size, called as their ladders are: the budget stands beside the name.
    static func all(_ group: SizeGroup) -> [ClaimCandidate] {
        let named = BudgetLadder.ladders(group).flatMap { ladder in ladder.rungs.map { ($0.cell.spec, ladder.label) } }
        let labels = Dictionary(named) { first, _ in first }
        return group.cells.compactMap { ClaimCandidate($0, label: labels[$0.spec] ?? $0.label) }
    }

    init(_ cell: PredictedCell) { (spec, label, record) = (cell.spec, cell.label, cell.record) }

    var isPredicted: Bool { cell == nil }

    /// What no seed changes; `nil` where nobody knows.
    func value(_ quantity: ClaimTest.Quantity) -> Double? {
        switch quantity {
        case .loss, .gradientRank: nil
        case .paperMemory: (cell?.paperBytes ?? record?.paperBytes).map(Double.init)
        case .trackedMemory: (cell?.peakTrackedBytes ?? record?.predictedBytes).map(Double.init)
        case .flops: cell?.summary { $0.trainingFloatingPointOperations }?.mean
        }
    }

    /// ln of the mean effective rank of the gradients at the last probe over that at the first, by seed.
    var gradientRankChanges: [UInt64: Double] {
        let runs = cell?.finished ?? []
        return Dictionary(
            runs.compactMap { run -> (UInt64, Double)? in
                let ranks = run.probes.compactMap(\.meanGradientRank)
                guard ranks.count > 1, let first = ranks.first, let last = ranks.last, first > 0, last > 0 else { return nil }
                return (run.spec.seed, log(last / first))
            }) { first, _ in first }
    }
}

extension ProbeRecord {
    /// Over the linears whose gradient has one.
    fileprivate var meanGradientRank: Double? {
        SampleSummary(spectra.filter { $0.subject == .gradient }.compactMap { $0.spectrum?.effectiveRank })?.mean
    }
}

extension ClaimRow {
    /// Whether a row is one of those that are meant.
    ///
    /// - Parameter methods: what is known of methods: the values of options that specs leave out.
    func means(_ spec: PredictionSpec, methods known: [MethodDescriptor]) -> Bool {
        guard methods.contains(spec.method) else { return false }
        guard let match else { return spec.model.match == nil && holds(spec, known) }
        return spec.model.match?.all.contains { $0.quantity == match } == true && holds(spec, known)
    }

    private func holds(_ spec: PredictionSpec, _ known: [MethodDescriptor]) -> Bool {
        let options = known.first { $0.name == spec.method }.map { spec.options.filled(from: $0.options, model: spec.model) } ?? spec.options
        let fields = CellFields(size: spec.model.name, method: spec.method, seed: 0, options: options, training: spec.training)
        return conditions.allSatisfy { condition in
            if let above = condition.above { return (fields.values[condition.key]?.real ?? -.infinity) > above }
            return condition.values.contains { wanted in
                let given = fields.values[condition.key] ?? MemoryOptions.ordinaryFields["training.\(condition.key)"].map { .text($0) }
                guard let given, given != .null else { return wanted == .null }
                return fields.holds(condition.key, wanted) || given.description == wanted.description
            }
        }
    }
}
