import Foundation
package import SLSpec

/// What was measured of one cell's matrices on the way: means over linears and seeds, moment by moment.
package struct ProbeSeries {
    /// A mean at one moment.
    package struct Point: Equatable {
        package var step: Int
        /// Tokens trained on until there, as far as the first run of the cell goes.
        package var tokens: Double
        package var value: Double
    }

    package let label: String
    package let style: CellStyle
    private let runs: [RunHistory]
    private let tokens: [Double]

    /// `nil` for a cell that was not probed. Of a cell whose runs have not finished the longest stands alone.
    package init?(_ cell: ReportCell, style: CellStyle) {
        let finished = cell.finished.filter { !$0.probes.isEmpty }
        runs = finished.isEmpty ? Array(cell.runs.filter { !$0.probes.isEmpty }.max { $0.probes.count < $1.probes.count }.map { [$0] } ?? []) : finished
        guard let first = runs.first else { return nil }
        label = cell.legendLabel
        self.style = style
        var sum = 0.0
        tokens = [0] + first.steps.map { sample in
            sum += Double(sample.tokens)
            return sum
        }
    }

    package static func all(_ groups: [SizeGroup]) -> [(title: String, series: [ProbeSeries])] {
        PicturePart.all(groups).compactMap { part in
            let series = zip(part.group.cells, part.styles).compactMap { ProbeSeries($0, style: $1) }
            return series.isEmpty ? nil : (part.title, series)
        }
    }

    package func tokens(at step: Int) -> Double { tokens[min(max(0, step), tokens.count - 1)] }
    /// Of the first update.
    var tokensPerStep: Double { tokens.count > 1 ? tokens[1] : 1 }

    // MARK: Spectra

    /// The mean over layers and seeds at every moment at which all linears of the role have the value.
    ///
    /// - Parameter role: `nil` for all linears together.
    package func curve(_ subject: ProbeSpectrum.Subject, role: LinearRole?, _ value: (Spectrum) -> Double?) -> [Point] {
        mean { probe in
            let own = probe.spectra.filter { $0.subject == subject && (role == nil || $0.role == role) }
            let values = own.compactMap { $0.spectrum.flatMap(value) }
            return values.count == own.count && !own.isEmpty ? values.reduce(0, +) / Double(values.count) : nil
        }
    }

    /// Moments of a run, first and last, at which there is a spectrum of the subject.
    func ends(_ subject: ProbeSpectrum.Subject) -> (first: Int, last: Int)? {
        let steps = curve(subject, role: nil) { $0.spectralNorm > 0 ? $0.spectralNorm : nil }.map(\.step)
        guard let first = steps.first, let last = steps.last, first < last else { return nil }
        return (first, last)
    }

    /// The geometric mean over layers and seeds of every recorded singular value of a role's matrices, which are of one shape.
    func spectrum(_ subject: ProbeSpectrum.Subject, role: LinearRole, at step: Int) -> [(place: Int, value: Double)] {
        let all = runs.flatMap { run in
            run.probes.filter { $0.step == step }.flatMap(\.spectra).filter { $0.subject == subject && $0.role == role }.compactMap(\.spectrum)
        }
        guard let first = all.first else { return [] }
        return first.values.indices.compactMap { index in
            let values = all.compactMap { $0.values.indices.contains(index) ? $0.values[index].value : nil }
            guard values.count == all.count, values.allSatisfy({ $0 > 0 }) else { return nil }
            return (first.values[index].place, ProbeText.geometricMean(values))
        }
    }

    /// Of linears at a step, by seed, layer and role.
    func values(_ subject: ProbeSpectrum.Subject, role: LinearRole?, at step: Int, _ value: (Spectrum) -> Double?) -> [Double?] {
        runs.flatMap { run in
            run.probes.filter { $0.step == step }.flatMap(\.spectra).filter { $0.subject == subject && (role == nil || $0.role == role) }
                .map { $0.spectrum.flatMap(value) }
        }
    }

    // MARK: Single numbers

    /// The mean over the tensors and seeds that have the quantity.
    func curve(_ quantity: ProbeValue.Quantity, role: LinearRole? = nil, where isMeant: (ProbeValue) -> Bool = { _ in true }) -> [Point] {
        mean { probe in
            let values = probe.values.filter { $0.quantity == quantity && (role == nil || $0.role == role) && isMeant($0) }.compactMap(\.value)
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
    }

    /// Overlaps of successive subspaces, by layer and role and then refresh by refresh, means over seeds.
    var overlaps: [(layer: Int, role: LinearRole, values: [Double])] {
        let all = runs.map { run in
            Dictionary(
                grouping: run.probes.flatMap { probe in
                    probe.values.filter { $0.quantity == .subspaceOverlap }.map { (place: Place(layer: $0.layer, role: $0.role), value: $0.value) }
                }, by: \.place)
        }
        let places = Set(all.flatMap(\.keys)).sorted()
        return places.map { place in
            let lists = all.map { ($0[place] ?? []).compactMap(\.value) }.filter { !$0.isEmpty }
            let length = lists.map(\.count).min() ?? 0
            return (place.layer, place.role, (0..<length).map { index in lists.reduce(0) { $0 + $1[index] } / Double(lists.count) })
        }
    }

    /// Names of the factors B, under which balances are noted.
    var balanced: Set<String> {
        Set(runs.flatMap(\.probes).flatMap(\.values).filter { $0.quantity == .factorBalance }.map(\.tensor))
    }

    /// Updates after which the loss stood far out.
    var spikes: [Int] { runs.flatMap { run in run.probes.filter { $0.occasion == .spike }.map(\.step) }.sorted() }

    private struct Place: Hashable, Comparable {
        var layer: Int
        var role: LinearRole

        static func < (left: Place, right: Place) -> Bool {
            (left.layer, LinearRole.allCases.firstIndex(of: left.role) ?? 0) < (right.layer, LinearRole.allCases.firstIndex(of: right.role) ?? 0)
        }
    }

    /// The mean over the runs at each step that all of them have.
    private func mean(_ value: (ProbeRecord) -> Double?) -> [Point] {
        let curves = runs.map { run in
            Dictionary(run.probes.compactMap { probe in value(probe).flatMap { $0.isFinite ? (probe.step, $0) : nil } }) { first, _ in first }
        }
        guard let first = curves.first else { return [] }
        return first.keys.sorted().compactMap { step in
            let values = curves.compactMap { $0[step] }
            guard values.count == curves.count else { return nil }
            return Point(step: step, tokens: tokens(at: step), value: values.reduce(0, +) / Double(values.count))
        }
    }
}

/// Words and sums that tables and pictures of probes share.
enum ProbeText {
    static func geometricMean(_ values: [Double]) -> Double {
        let parts = values.map { log($0) }
        return exp(parts.reduce(0, +) / Double(values.count))
    }

    static func name(_ subject: ProbeSpectrum.Subject) -> String {
        switch subject {
        case .weight: "weight W"
        case .distance: "distance from the start W − W₀"
        case .gradient: "gradient by W on the fixed batch"
        case .update: "update of W"
        }
    }
}
