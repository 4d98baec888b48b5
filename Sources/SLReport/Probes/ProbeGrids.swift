import SLSpec

/// The grids of small panels that probes are drawn in, one grid for each model size.
enum ProbeGrids {
    // MARK: Ranks over tokens

    /// The effective rank over the tokens, a panel for each role and one for all linears.
    static func ranks(_ history: SweepHistory, of subject: ProbeSpectrum.Subject) -> [PlotGrid] {
        ProbeSeries.all(SizeGroup.groups(of: history)).compactMap { title, all in
            // A cell without dense matrices has no line and no place in the legend.
            let series = all.filter { !$0.curve(subject, role: nil, \.effectiveRank).isEmpty }
            let roles: [LinearRole?] = LinearRole.allCases + [nil]
            let curves = roles.map { role in series.map { $0.curve(subject, role: role, \.effectiveRank) } }
            guard let axis = TokenAxis(series, curves.flatMap(\.self).flatMap(\.self).map(\.step)),
                let vertical = Axis(linear: curves.flatMap(\.self).flatMap(\.self).map(\.value), wantedTicks: 4)
            else { return nil }
            let panels = zip(roles, curves).map { role, curves in
                PlotGrid.Panel(
                    title: role.map(\.moduleName) ?? "all linears", vertical: vertical, isLogarithmic: false,
                    lines: zip(series, curves).map { PlotGrid.Line(points: axis.points($1, of: $0), style: $0.style) })
            }
            return axis.grid(
                "\(title): effective rank of the \(ProbeText.name(subject))", columns: 4, panels, series)
        }
    }

    // MARK: Spectra

    /// The singular values at the first moment and at the last, a panel for each role.
    static func spectra(_ history: SweepHistory, of subject: ProbeSpectrum.Subject) -> [PlotGrid] {
        ProbeSeries.all(SizeGroup.groups(of: history)).compactMap { title, all in
            let series = all.filter { $0.ends(subject) != nil }
            let panels = LinearRole.allCases.map { role in
                series.flatMap { one -> [(style: CellStyle, isLast: Bool, points: [(x: Double, y: Double)])] in
                    guard let ends = one.ends(subject) else { return [] }
                    return [(ends.first, false), (ends.last, true)].map { step, isLast in
                        (one.style, isLast, one.spectrum(subject, role: role, at: step).map { (Double($0.place), $0.value) })
                    }
                }
            }
            let points = panels.flatMap(\.self).flatMap(\.points)
            // What falls off at rounding's level says nothing and would press the rest together.
            let largest = points.map(\.y).max() ?? 0
            let shown = points.map(\.y).filter { $0 >= 1e-4 * largest }
            guard let horizontal = Axis(logarithmic: points.map(\.x), padding: 0.01, wantedTicks: 4), let vertical = Axis(logarithmic: shown, wantedTicks: 4)
            else { return nil }
            return PlotGrid(
                title: "\(title): singular values of the \(ProbeText.name(subject)), at the start (thin) and at the end", columns: 4,
                panels: zip(LinearRole.allCases, panels).map { role, lines in
                    PlotGrid.Panel(
                        title: role.moduleName, vertical: vertical, isLogarithmic: true,
                        lines: lines.map { PlotGrid.Line(points: $0.points, style: $0.style, width: $0.isLast ? 2 : 0.8, isMarked: false) })
                }, horizontal: horizontal, horizontalTitle: "place", legend: series.map { ($0.label, $0.style) })
        }
    }

    // MARK: Under the loss

    /// The training loss and below it the spectral norm of the updates.
    static func updates(_ history: SweepHistory) -> [PlotGrid] {
        underLoss(history, title: "the training loss, and the updates' spectral norm below it") { series in
            [("‖ΔW‖₂, mean over all linears", { $0.curve(.update, role: nil) { $0.spectralNorm > 0 ? $0.spectralNorm : nil } }),
             ("‖W − W₀‖_F, mean over all linears", { $0.curve(.distance, role: nil) { $0.frobeniusNorm > 0 ? $0.frobeniusNorm : nil } })]
        }
    }

    /// The training loss, its spikes, and the norms of factors below it.
    static func factors(_ history: SweepHistory) -> [PlotGrid] {
        underLoss(history, title: "the training loss with its spikes, and the factors' norms below it", factorsOnly: true) { _ in
            [("‖A‖₂, mean over all linears", { one in one.curve(.spectralNorm) { !one.balanced.contains($0.tensor) } }),
             ("‖B‖₂, mean over all linears", { one in one.curve(.spectralNorm) { one.balanced.contains($0.tensor) } }),
             ("‖B‖_F ÷ ‖A‖_F, mean over all linears", { $0.curve(.factorBalance) })]
        }
    }

    private static func underLoss(
        _ history: SweepHistory, title: String, factorsOnly: Bool = false,
        _ figures: ([ProbeSeries]) -> [(title: String, curve: (ProbeSeries) -> [ProbeSeries.Point])]
    ) -> [PlotGrid] {
        PicturePart.all(history).compactMap { part in
            let cells = zip(part.group.cells, part.styles).compactMap { cell, style in
                ProbeSeries(cell, style: style).map { (series: $0, curve: LossCurve(cell, style: style, over: .tokens)) }
            }
            let shown = factorsOnly ? cells.filter { !$0.series.curve(.factorBalance).isEmpty } : cells
            let series = shown.map(\.series)
            let curves = figures(series).map { figure in (figure.title, series.map(figure.curve)) }
            let losses = shown.map { cell in (cell.curve?.training ?? []).map { (x: $0.amount, y: $0.mean) } }
            let steps = curves.flatMap(\.1).flatMap(\.self).filter { $0.step > 0 }.map(\.step)
            guard !steps.isEmpty, let axis = TokenAxis(series, steps), let top = Axis(logarithmic: losses.flatMap(\.self).map(\.y), wantedTicks: 5)
            else { return nil }
            var panels = [
                PlotGrid.Panel(
                    title: "training loss (nats, moving mean)", vertical: top, isLogarithmic: true,
                    lines: zip(series, losses).map { series, points in
                        PlotGrid.Line(points: points.map { ($0.x / axis.unit.scale, $0.y) }, style: series.style, isMarked: false)
                    }, marks: factorsOnly ? series.flatMap { one in one.spikes.map { one.tokens(at: $0) / axis.unit.scale } } : [])
            ]
            for (title, curves) in curves {
                let positive = curves.map { $0.filter { $0.step > 0 && $0.value > 0 } }
                guard let vertical = Axis(logarithmic: positive.flatMap(\.self).map(\.value), wantedTicks: 4) else { continue }
                panels.append(
                    PlotGrid.Panel(
                        title: title, vertical: vertical, isLogarithmic: true,
                        lines: zip(series, positive).map { PlotGrid.Line(points: axis.points($1, of: $0), style: $0.style) }))
            }
            guard panels.count > 1 else { return nil }
            var grid = axis.grid("\(part.title): \(title)", columns: 1, panels, series)
            grid.panelHeight = 200
            return grid
        }
    }
}

/// A logarithmic axis of tokens, with a place for the moment before the first of them.
struct TokenAxis {
    let axis: Axis
    let unit: (scale: Double, title: String)
    /// Where the start is drawn.
    private let start: Double?

    /// `nil` without anything but the start.
    init?(_ series: [ProbeSeries], _ steps: [Int]) {
        let largest = series.flatMap { one in steps.map { one.tokens(at: $0) } }.max() ?? 0
        let unit = LossAxis.tokens.unit(largest)
        self.unit = unit
        let positive = series.flatMap { one in steps.filter { $0 > 0 }.map { one.tokens(at: $0) / unit.scale } }
        guard let first = positive.min(), first > 0 else { return nil }
        let start = steps.contains(0) ? first / 3 : nil
        guard var axis = Axis(logarithmic: positive + [start].compactMap(\.self), padding: 0.02, wantedTicks: 4) else { return nil }
        if let start { axis.ticks = [start] + axis.ticks.filter { $0 > start * 1.8 } }
        // Room for their names in a narrow panel.
        while axis.ticks.count > 5 { axis.ticks = axis.ticks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) }
        (self.axis, self.start) = (axis, start)
    }

    func points(_ curve: [ProbeSeries.Point], of series: ProbeSeries) -> [(x: Double, y: Double)] {
        curve.compactMap { point in
            if point.step == 0 { return start.map { ($0, point.value) } }
            return (point.tokens / unit.scale, point.value)
        }
    }

    func grid(_ title: String, columns: Int, _ panels: [PlotGrid.Panel], _ series: [ProbeSeries]) -> PlotGrid {
        PlotGrid(
            title: title, columns: columns, panels: panels, horizontal: axis, tickNames: start.map { [($0, "start")] } ?? [],
            horizontalTitle: unit.title, legend: zip(PlotScript.shortened(series.map(\.label)), series).map { ($0, $1.style) })
    }
}
