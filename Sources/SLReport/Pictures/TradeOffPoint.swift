import SLSpec

/// One cell in the trade-off pictures.
struct TradeOffPoint {
    var label: String
    var style: CellStyle
    /// Perplexity or loss, by the panel's ``TradeOffMeasure``: of the mean loss over the seeds.
    var value: Double
    /// The same of the ends of the loss's 95 % t-interval; `nil` for one seed.
    var interval: ClosedRange<Double>?
    var cell: ReportCell

    /// `nil` when no run of the cell finished.
    init?(_ cell: ReportCell, style: CellStyle, as measure: TradeOffMeasure) {
        guard let loss = cell.evalLoss else { return nil }
        value = measure.value(loss.mean)
        guard value.isFinite, value > 0 else { return nil }
        label = cell.legendLabel
        self.style = style
        self.cell = cell
        if let bounds = loss.interval95 {
            let (low, high) = (measure.value(bounds.lowerBound), measure.value(bounds.upperBound))
            if low > 0, high.isFinite { interval = low...high }
        }
    }
}

/// What is set against a cost.
enum TradeOffMeasure: Sendable {
    case perplexity
    /// Where a perplexity would be read off too few tokens.
    case loss

    init(_ cells: [ReportCell]) { self = cells.contains(where: \.isThinlyEvaluated) ? .loss : .perplexity }

    func value(_ loss: Double) -> Double { self == .perplexity ? Perplexity.of(loss: loss) : loss }

    /// - Parameter loss: what the loss is called.
    func name(_ loss: String) -> String { self == .perplexity ? "perplexity" : loss }

    /// Of the vertical axis.
    func title(_ loss: String) -> String { self == .perplexity ? "perplexity (logarithmic)" : "\(loss) (nats per token)" }
}

/// What a method costs: one axis of a trade-off.
struct TradeOffCost: Sendable {
    var name: String
    /// What the axis says, with the unit.
    var title: @Sendable (TradeOffUnit) -> String
    /// `nil` where a cell has no such figure.
    var value: @Sendable (ReportCell) -> Int?

    static let memory = [
        TradeOffCost(name: "paper", title: { "paper memory (\($0.name))" }, value: { $0.paperBytes }),
        TradeOffCost(name: "tracked", title: { "tracked peak (\($0.name))" }, value: { $0.peakTrackedBytes }),
    ]
    static let parameters = [
        TradeOffCost(name: "total", title: { "parameters stored (\($0.name))" }, value: { $0.totalParameters }),
        TradeOffCost(name: "trainable", title: { "parameters trained (\($0.name))" }, value: { $0.trainableParameters }),
    ]
}

/// The unit of a cost's axis.
struct TradeOffUnit {
    var name: String
    var scale: Double

    static func bytes(_ figures: [Int]) -> TradeOffUnit {
        let unit = ByteUnit.suited(to: figures)
        return TradeOffUnit(name: unit.rawValue, scale: unit.bytes)
    }

    static func count(_ figures: [Int]) -> TradeOffUnit {
        let largest = figures.max() ?? 0
        if largest >= 1_000_000_000 { return TradeOffUnit(name: "10⁹", scale: 1e9) }
        return largest >= 1_000_000 ? TradeOffUnit(name: "millions", scale: 1e6) : TradeOffUnit(name: "thousands", scale: 1e3)
    }
}
