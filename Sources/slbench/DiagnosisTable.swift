import SLReport
import SLSpec
import SLTraining

/// What `diagnose` found, as tables.
enum DiagnosisTable {
    private static let figures = ["spectral_norm", "frobenius_norm", "nuclear_norm", "stable_rank", "effective_rank"]

    private static func values(_ spectrum: Spectrum?) -> [Double?] {
        [spectrum?.spectralNorm, spectrum?.frobeniusNorm, spectrum?.nuclearNorm, spectrum?.stableRank, spectrum?.effectiveRank]
    }

    static func ofLinears(_ spectra: [ProbeSpectrum]) -> ValueTable {
        ValueTable(
            columns: ["subject", "layer", "role", "count"] + figures,
            rows: spectra.map { one in
                [.text(one.subject.rawValue), .integer(one.layer), .text(one.role.rawValue), .init(one.spectrum?.count)] + values(one.spectrum).map { .init($0) }
            })
    }

    /// Means over the layers, and over all linears. A mean is of all linears that it is said to be of, or missing.
    static func byRole(_ spectra: [ProbeSpectrum]) -> ValueTable {
        let groups = ProbeSpectrum.Subject.allCases.flatMap { subject in
            (LinearRole.allCases.map(Optional.some) + [nil]).map { role in
                (subject, role, spectra.filter { $0.subject == subject && (role == nil || $0.role == role) })
            }
        }
        return ValueTable(
            columns: ["subject", "role", "linears"] + figures,
            rows: groups.filter { !$0.2.isEmpty }.map { subject, role, own in
                let means = figures.indices.map { figure -> Double? in
                    let all = own.compactMap { values($0.spectrum)[figure] }
                    return all.count == own.count ? all.reduce(0, +) / Double(all.count) : nil
                }
                return [.text(subject.rawValue), .text(role?.rawValue ?? "all"), .integer(own.count)] + means.map { .init($0) }
            })
    }

    /// Rank against loss. Under the threshold's ranks stand those of the roles, means over layers.
    static func truncations(
        _ points: [(nonUniform: WeightDiagnosis.Truncated, uniform: WeightDiagnosis.Truncated)], modules: [LinearModule]
    ) -> ValueTable {
        let roles = LinearRole.allCases
        return ValueTable(
            columns: ["share", "threshold", "eval_loss", "parameters", "uniform_eval_loss", "uniform_parameters"] + roles.map { "rank_\($0.rawValue)" },
            rows: points.map { point in
                let (own, same) = (point.nonUniform, point.uniform)
                let ranks = roles.map { role -> ValueTable.Cell in
                    let all = zip(modules, own.truncation.ranks).filter { $0.0.role == role }.map(\.1)
                    return .init(all.isEmpty ? nil : Double(all.reduce(0, +)) / Double(all.count))
                }
                return [
                    .real(own.truncation.share), .init(own.truncation.threshold), .real(own.loss), .integer(own.truncation.parameters(modules)),
                    .real(same.loss), .integer(same.truncation.parameters(modules)),
                ] + ranks
            })
    }
}
