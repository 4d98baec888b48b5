import Foundation
public import SLSpec

extension PlotScript {
    /// Loss against tracked memory, and below it against operations, over all shapes of a sweep; `nil` where only one was run at one budget.
    public static func frontier(_ history: SweepHistory) -> String? { script(FrontierPanel.panels(history)) }
}

/// Every method at its best over its rates, shape by shape, with the line of dense models and the levels that a loss stands on.
struct FrontierPanel: PlotPanel {
    private struct Mark {
        var cost: Double
        var loss: SampleSummary
        var style: CellStyle
    }

    let title: String
    private let loss: String
    let cost: FrontierCost
    let labels: [String]
    private let marks: [Mark]
    /// A mark's label and style, one each.
    private let keys: [CellStyle]
    /// Marks without a name.
    private let others: [Mark]
    /// Dense models by cost.
    private let dense: [(x: Double, y: Double)]
    private let stairs: [(x: Double, y: Double)]
    /// The dense model of the largest shape, then what counting reaches.
    private let levels: [(loss: Double, dash: String)]
    private let unit: (scale: Double, title: String)
    private let horizontal: Axis
    private let vertical: Axis

    static func panels(_ history: SweepHistory) -> [FrontierPanel] {
        let sets = FrontierSet.all(SizeGroup.groups(of: history))
        return sets.enumerated().flatMap { number, set in
            [FrontierCost.trackedMemory, .operations].compactMap { FrontierPanel(set, $0, number: sets.count > 1 ? number + 1 : nil) }
        }
    }

    init?(_ set: FrontierSet, _ cost: FrontierCost, number: Int?) {
        let best = set.best(cost)
        let styled = Self.styles(best, isDense: set.isDense)
        let marks = zip(best, styled.styles).compactMap { member, style in
            if let price = cost.value(member.cell), let loss = member.cell.evalLoss { Mark(cost: price, loss: loss, style: style) } else { nil }
        }
        let (front, steps) = set.frontier(cost)
        let levels = set.levels(cost)
        let losses = marks.map(\.loss)
        let framed = IntervalFrame.values(losses.map(\.mean) + levels.map(\.loss), losses.compactMap(\.interval95), logarithmic: false)
        let unit = cost.unit(marks.map(\.cost))
        guard marks.count > 1, let vertical = Axis(linear: framed, wantedTicks: 8),
            let horizontal = Axis(logarithmic: marks.map { $0.cost / unit.scale }, padding: 0.1, wantedTicks: 6)
        else { return nil }
        self.cost = cost
        loss = set.members.map(\.cell).lossName
        title = "\(loss) and \(cost.words)\(number.map { ", text \($0)" } ?? ""), lower left is better"
        self.marks = marks.filter { $0.style != .other }
        others = marks.filter { $0.style == .other }
        keys = styled.keys.map(\.style)
        dense = set.dense(cost).map { ($0.cost / unit.scale, $0.loss) }
        stairs = ParetoFront.staircase(
            steps.map { ($0.cost / unit.scale, front[$0.best].cell.evalLoss?.mean ?? .nan) }, right: horizontal.range.upperBound,
            top: vertical.range.upperBound)
        self.levels = levels.map { ($0.loss, $0.dash) }
        self.unit = unit
        self.vertical = vertical
        self.horizontal = horizontal
        labels = PlotScript.shortened(
            styled.keys.map(\.label) + (others.isEmpty ? [] : ["other methods"]) + (dense.count > 1 ? ["dense models"] : []) + ["lowest mean for the cost"]
                + levels.map(\.label))
    }

    /// A style for every method and rank, whatever its shape; where there are too many to be told apart, for those on the frontier alone.
    private static func styles(
        _ best: [FrontierSet.Member], isDense: (FrontierSet.Member) -> Bool
    ) -> (styles: [CellStyle], keys: [(label: String, style: CellStyle)]) {
        let names = MarkdownText.distinct(best.map(\.method))
        let isMany = names.count > PictureColor.cells.count
        let front = ParetoFront.indices(best.map { (FrontierCost.trackedMemory.value($0.cell) ?? .nan, $0.cell.evalLoss?.mean ?? .nan) })
        let named = Set(front.map { best[$0].method })
        let shown = isMany ? names.filter { name in named.contains(name) || best.contains { $0.method == name && isDense($0) } } : names
        let methods = shown.compactMap { name in best.first { $0.method == name }?.cell.method }
        let places = MethodPalette.places(methods)
        var seen: [String: Int] = [:]
        let keys = zip(shown, methods).map { name, method in
            let variant = seen[method, default: 0]
            seen[method] = variant + 1
            return (label: name, style: CellStyle(method: places[method] ?? 0, variant: variant))
        }
        return (best.map { member in keys.first { $0.label == member.method }?.style ?? .other }, keys)
    }

    var innerHeight: Int { Self.innerHeight(400, labels: labels) }
    var numbers: [String] { vertical.ticks.map(PlotScript.tick) }
    var hasIntervals: Bool { marks.contains { $0.loss.interval95 != nil } }
    var hasLine: Bool { dense.count > 1 }

    func commands(_ index: Int, _ layout: PictureLayout) -> String {
        var (text, plots, legend) = ("", [String](), [String]())
        var titles = labels[...]
        func key(_ words: String) { if let title = titles.popFirst() { legend.append("keyentry with \(words) title \(PlotScript.quoted(title))") } }
        func line(_ name: String, _ points: [(x: Double, y: Double)], _ words: String) {
            text += PlotScript.dataBlock("\(name)_\(index)", points.map { [$0.x, $0.y] })
            plots.append("$\(name)_\(index) using 1:2 with lines \(words) notitle")
        }
        for style in keys { key("points \(style.pointWords(scale: 1.3)) linewidth 2") }
        let ends = [horizontal.range.lowerBound, horizontal.range.upperBound]
        let guide = "linecolor rgb \"\(PictureColor.guide)\""
        if !others.isEmpty {
            key("points \(CellStyle.other.pointWords(scale: 1.3))")
            text += PlotScript.dataBlock("others_\(index)", others.map { [$0.cost / unit.scale, $0.loss.mean] })
            plots += CellStyle.other.points("others_\(index)", scale: 1.3)
        }
        if dense.count > 1 {
            let words = "linecolor rgb \"\(PictureColor.cells[0])\" linewidth 1.5"
            key("lines \(words)")
            line("dense", dense, words)
        }
        key("lines \(guide) linewidth 1 dashtype (6,4)")
        line("stairs", stairs, "\(guide) linewidth 1 dashtype (6,4)")
        for (number, level) in levels.enumerated() {
            let words = "\(guide) linewidth 1.5 dashtype \(level.dash)"
            key("lines \(words)")
            line("level\(number)", ends.map { ($0, level.loss) }, words)
        }
        for (number, mark) in marks.enumerated() {
            let bounds = mark.loss.interval95.map { [$0.lowerBound, $0.upperBound] } ?? []
            let block = "mark_\(index)_\(number)"
            text += PlotScript.dataBlock(block, [[mark.cost / unit.scale, mark.loss.mean] + bounds])
            if !bounds.isEmpty { plots.append(mark.style.interval(block)) }
            plots += mark.style.points(block, scale: 1.3)
        }
        return text + """
            \(layout.frame(index, left: layout.left, right: layout.right))
            \(layout.key(index, sampleLength: 2.5))
            set title \(PlotScript.inked(title))
            set xlabel \(PlotScript.inked(unit.title))
            set ylabel \(PlotScript.inked("\(loss) (nats per token)"))
            unset logscale
            set logscale x
            \(PlotScript.axis("x", horizontal))
            \(PlotScript.axis("y", vertical))
            \(PlotScript.plot(plots + legend))
            """
    }
}

extension FrontierCost {
    /// The unit of an axis, and what it says.
    fileprivate func unit(_ costs: [Double]) -> (scale: Double, title: String) {
        guard self != .operations else {
            let unit = LossAxis.operations.unit(costs.max() ?? 0)
            return (unit.scale, unit.title + ", logarithmic")
        }
        let bytes = ByteUnit.suited(to: costs.map { Int($0) })
        return (bytes.bytes, "\(words) (\(bytes.rawValue), logarithmic)")
    }
}

extension FrontierSet.Member {
    /// What is not a rate: of cells that have this in common the best stands for all.
    fileprivate var besidesRates: [String: String] {
        let rates = ["training.lr", "training.weight_decay", "training.groups.", "training.warmup_steps", "seed", "evaluation."]
        return SpecFields(cell.spec).values.filter { field in !rates.contains { field.key.hasPrefix($0) } }
    }
}

extension FrontierSet {
    /// A model of dense weights trained by AdamW with the reference's memory options: what the line of sizes is made of.
    fileprivate func isDense(_ member: Member) -> Bool {
        let training = member.cell.spec.training
        let memory = groups.compactMap { $0.reference?.training.memory }.first ?? MemoryOptions()
        return member.cell.method == ReferenceRule.method && training.optimizer.isStandard && training.activations == nil && training.memory == memory
    }

    /// Every method at its best over its rates, for each shape, rank and, where the cost knows of them, budget.
    fileprivate func best(_ cost: FrontierCost) -> [Member] {
        let own = frontier(cost).members
        let keys = own.map(\.besidesRates)
        return MarkdownText.distinct(keys).compactMap { key in
            zip(keys, own).filter { $0.0 == key }.map(\.1).min { ($0.cell.evalLoss?.mean ?? .infinity) < ($1.cell.evalLoss?.mean ?? .infinity) }
        }
    }

    /// The dense models by cost; empty unless there are several shapes of them.
    fileprivate func dense(_ cost: FrontierCost) -> [(cost: Double, loss: Double)] {
        let own = best(cost).filter { isDense($0) && $0.isLongest }
        guard Set(own.map(\.cell.spec.model)).count > 1 else { return [] }
        return own.map { (cost.value($0.cell) ?? 0, $0.cell.evalLoss?.mean ?? 0) }.sorted { $0 < $1 }
    }

    /// The largest dense model's loss, and what counting reaches.
    fileprivate func levels(_ cost: FrontierCost) -> [(label: String, loss: Double, dash: String)] {
        let largest = best(cost).filter { isDense($0) && $0.isLongest }.max { ($0.cell.totalParameters ?? 0) < ($1.cell.totalParameters ?? 0) }
        let dense = largest.flatMap { member in member.cell.evalLoss.map { (member.label, $0.mean, "(12,3,3,3)") } }
        let counted = CountedModel.all(members.flatMap(\.cell.runs)).map { ($0.label, $0.loss, $0.order == .unigram ? "(8,4)" : "(2,4)") }
        return [dense].compactMap(\.self) + counted
    }
}
