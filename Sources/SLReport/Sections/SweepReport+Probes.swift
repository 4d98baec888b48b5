import SLSpec

extension SweepReport {
    /// What was measured of weights, gradients and updates on the way: how ranks went from the first moment to the last.
    package static func probes(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let all = groups.compactMap { group -> (model: ModelShape, series: [ProbeSeries])? in
            // A table has no styles.
            let series = group.cells.compactMap { ProbeSeries($0, style: CellStyle(method: 0, variant: 0)) }
            return series.isEmpty ? nil : (group.model, series)
        }
        guard !all.isEmpty else { return [] }
        let intro = """
            Of the dense matrix W that each linear equals, at logarithmically spaced moments; a dash where no dense matrix does the same. Gradients are by W, in fp32, on one \
            fixed batch of training text that all runs share. *Effective rank* is the exponential of the entropy of σ/Σσ (Roy and Vetterli 2007), *stable rank* is \
            ‖·‖_F² / ‖·‖₂². Figures are means over linears and seeds, from the start to the end; ratios are geometric means over linears and seeds of the end over the start. Measuring \
            is in no speed and in none of the memory figures.
            """
        return [.section("Diagnostics"), .paragraph(intro)] + all.flatMap { [rankTable($0.model, $0.series), roleTable($0.model, $0.series)] }
            + all.compactMap { subspaceTable($0.model, $0.series) }
    }

    private static func cells(_ series: [ProbeSeries], _ name: String) -> ReportColumn {
        ReportColumn(words: name, series.map { MarkdownText.inline($0.label) }, name: "cell")
    }

    /// From the first moment to the last.
    private static func change(
        _ title: String, _ name: String, _ series: [ProbeSeries], _ subject: ProbeSpectrum.Subject, _ value: (Spectrum) -> Double?
    ) -> ReportColumn {
        let curves = series.map { $0.curve(subject, role: nil, value) }
        let texts = curves.map { curve in
            curve.first.map { first in
                let ends = [first.value] + (curve.count > 1 ? [curve[curve.count - 1].value] : [])
                return ends.map { NumberFormat.fixed($0, decimals: 1) }.joined(separator: " → ")
            } ?? NumberFormat.missing
        }
        return ReportColumn(
            title, texts, figures: .real("\(name)_start", curves.map { $0.first?.value }) + .real("\(name)_end", curves.map { $0.last?.value }))
    }

    /// What lies between two ends can be lower than both.
    private static func lowest(
        _ title: String, _ name: String, _ series: [ProbeSeries], _ subject: ProbeSpectrum.Subject, _ value: (Spectrum) -> Double?
    ) -> ReportColumn {
        let points = series.map { $0.curve(subject, role: nil, value).min { $0.value < $1.value } }
        let texts = points.map { point in
            point.map { "\(NumberFormat.fixed($0.value, decimals: 1)) after \(NumberFormat.tokens(Int($0.tokens))) tokens" } ?? NumberFormat.missing
        }
        return ReportColumn(title, texts, figures: .real(name, points.map { $0?.value }) + .real(name + "_tokens", points.map { $0?.tokens }))
    }

    private static func rankTable(_ model: ModelShape, _ series: [ProbeSeries]) -> ReportDocument.Block {
        let name = MarkdownText.inline(model.name)
        let grown = series.map { RankChange($0, role: nil) }
        let columns = [
            cells(series, name),
            change("effective rank, gradient", "gradient_effective_rank", series, .gradient, \.effectiveRank),
            lowest("its lowest", "gradient_effective_rank_lowest", series, .gradient, \.effectiveRank),
            change("stable rank, gradient", "gradient_stable_rank", series, .gradient, \.stableRank),
            ReportColumn(
                "linears whose gradient gained rank", grown.map { $0.map { "\($0.gained) of \($0.count)" } ?? NumberFormat.missing },
                figures: .whole("gradients_gained", grown.map { $0?.gained }) + .whole("gradients", grown.map { $0?.count })),
            change("effective rank, W", "weight_effective_rank", series, .weight, \.effectiveRank),
            change("effective rank, W − W₀", "distance_effective_rank", series, .distance, \.effectiveRank),
            change("effective rank, update", "update_effective_rank", series, .update, \.effectiveRank),
        ]
        return .table("probe ranks \(model.name)", "Ranks from the first moment to the last at \(name).", columns)
    }

    private static func roleTable(_ model: ModelShape, _ series: [ProbeSeries]) -> ReportDocument.Block {
        let name = MarkdownText.inline(model.name)
        let columns = LinearRole.allCases.map { role in
            let ratios = series.map { RankChange($0, role: role)?.ratio }
            return ReportColumn(
                role.moduleName, ratios.map { $0.map { "× " + NumberFormat.fixed($0, decimals: 2) } ?? NumberFormat.missing },
                figures: .real("gradient_effective_rank_ratio_\(role.rawValue)", ratios))
        }
        return .table(
            "probe gradients \(model.name)", "Effective rank of the gradient at the end over that at the start, by role, at \(name).", [cells(series, name)] + columns)
    }

    /// Of cells with subspaces.
    private static func subspaceTable(_ model: ModelShape, _ series: [ProbeSeries]) -> ReportDocument.Block? {
        let shown = series.filter { !$0.overlaps.isEmpty || !$0.curve(.energyInside).isEmpty }
        guard !shown.isEmpty else { return nil }
        let overlaps = shown.map { one -> Double? in
            let values = one.overlaps.flatMap(\.values)
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        let energies = shown.map { $0.curve(.energyInside) }
        return .table(
            "probe subspaces \(model.name)", "Subspaces at \(MarkdownText.inline(model.name)).", [
                cells(shown, MarkdownText.inline(model.name)),
                ReportColumn("overlap with the one before, mean", overlaps.map { NumberFormat.fixed($0, decimals: 3) }, figures: .real("subspace_overlap_mean", overlaps)),
                ReportColumn(
                    "gradient's energy inside", energies.map { curve in
                        curve.first.map { first in
                            ([first.value] + (curve.count > 1 ? [curve[curve.count - 1].value] : [])).map { NumberFormat.share($0) }.joined(separator: " → ")
                        } ?? NumberFormat.missing
                    }, figures: .real("energy_inside_start", energies.map { $0.first?.value }) + .real("energy_inside_end", energies.map { $0.last?.value })),
            ])
    }
}

/// How the effective rank of the linears' gradients changed from the first moment to the last, linear by linear.
private struct RankChange {
    var count: Int
    /// Linears, of every seed, whose rank is larger at the end.
    var gained: Int
    /// Geometric mean of end over start.
    var ratio: Double

    init?(_ series: ProbeSeries, role: LinearRole?) {
        let steps = series.curve(.gradient, role: nil, \.effectiveRank).map(\.step)
        guard let first = steps.first, let last = steps.last, first < last else { return nil }
        let ratios = zip(series.values(.gradient, role: role, at: last, \.effectiveRank), series.values(.gradient, role: role, at: first, \.effectiveRank)).compactMap {
            if let end = $0, let start = $1, start > 0, end > 0 { end / start } else { nil }
        }
        guard !ratios.isEmpty else { return nil }
        count = ratios.count
        gained = ratios.count { $0 > 1 }
        ratio = ProbeText.geometricMean(ratios)
    }
}
