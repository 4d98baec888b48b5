import SLSpec

/// The pictures of what was measured on the way.
extension ReportPicture {
    private static let subjects: [ProbeSpectrum.Subject] = [.gradient, .weight, .distance, .update]
    private static let spectra: [ProbeSpectrum.Subject] = [.gradient, .weight]

    static let probeSuffixes = subjects.map { "probe-rank-\($0.rawValue)" } + spectra.map { "probe-spectra-\($0.rawValue)" }
        + ["probe-updates", "probe-factors", "probe-overlap"]

    static func probes(_ history: SweepHistory) -> [ReportPicture] {
        guard history.runs.contains(where: { !$0.probes.isEmpty }) else { return [] }
        let seeds = " Means over layers and seeds."
        let ranks = subjects.compactMap { subject in
            PlotGrid.script(ProbeGrids.ranks(history, of: subject)).map { script in
                ReportPicture(
                    suffix: "probe-rank-\(subject.rawValue)", alternative: "Effective rank of the \(ProbeText.name(subject)) over tokens by role",
                    caption: "Effective rank, the exponential of the entropy of σ/Σσ, of the \(ProbeText.name(subject)) over the tokens, by role." + seeds, script: script)
            }
        }
        let spectra = spectra.compactMap { subject in
            PlotGrid.script(ProbeGrids.spectra(history, of: subject)).map { script in
                ReportPicture(
                    suffix: "probe-spectra-\(subject.rawValue)", alternative: "Singular values of the \(ProbeText.name(subject)) at the start and at the end",
                    caption: "Singular values of the \(ProbeText.name(subject)) by their place, both axes logarithmic: thin at the first moment, thick at the last."
                        + seeds.replacing("Means", with: "Geometric means"), script: script)
            }
        }
        let updates = PlotGrid.script(ProbeGrids.updates(history)).map { script in
            ReportPicture(
                suffix: "probe-updates", alternative: "Training loss, spectral norm of the updates and distance from the start",
                caption: "The training loss, and below it how long single updates of the dense weights are and how far these have come." + seeds, script: script)
        }
        let factors = PlotGrid.script(ProbeGrids.factors(history)).map { script in
            ReportPicture(
                suffix: "probe-factors", alternative: "Training loss and norms of the factors",
                caption: "The training loss of methods with factors, updates whose loss stands more than four standard deviations above the 32 before marked by dotted lines, and below it "
                    + "the factors' norms." + seeds, script: script)
        }
        let overlap = PlotScript.script(OverlapPanel.panels(history)).map { script in
            ReportPicture(
                suffix: "probe-overlap", alternative: "Overlap of each subspace with the one before, by linear and refresh",
                caption: "‖PᵀP′‖² / r of every subspace and the one before it: 1 where nothing changed, r/n where the two have nothing to do with each other.",
                script: script)
        }
        return ranks + spectra + [updates, factors, overlap].compactMap(\.self)
    }
}
