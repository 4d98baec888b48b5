import Foundation

/// A range of an axis with its ticks, chosen here and not by gnuplot: its own logarithmic ticks are powers of ten, of
/// which a loss curve may hold none.
package struct Axis {
    package var range: ClosedRange<Double>
    package var ticks: [Double]

    /// An axis around the values, with room at both ends. `nil` when there is no finite value.
    package init?(linear values: [Double], padding: Double = 0.08, wantedTicks: Int) {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return nil }
        // Values that are all the same stand in the middle of a tenth of themselves.
        let room = high - low > 1e-12 * max(abs(low), abs(high)) ? padding * (high - low) : max(abs(high) * 0.05, 1e-9)
        range = (low - room)...(high + room)
        ticks = Self.evenTicks(range, wantedTicks)
    }

    /// A logarithmic axis around positive values. Over less than a decade and a half its ticks are even steps of the
    /// value, beyond that 1, 2 and 5 times powers of ten.
    package init?(logarithmic values: [Double], padding: Double = 0.06, wantedTicks: Int) {
        let finite = values.filter { $0.isFinite && $0 > 0 }
        guard let low = finite.min(), let high = finite.max() else { return nil }
        let ratio = high / low
        let room = max(pow(ratio, padding), 1.02)
        guard (high * room).isFinite, low / room > 0 else { return nil }
        range = (low / room)...(high * room)
        if ratio < 12 {
            ticks = Self.evenTicks(range, wantedTicks)
        } else {
            let decades = Int(log10(range.lowerBound).rounded(.down))...Int(log10(range.upperBound).rounded(.up))
            let factors: [Double] = ratio > 1000 ? [1] : [1, 2, 5]
            let bounds = range
            ticks = decades.flatMap { decade in factors.map { $0 * pow(10, Double(decade)) } }.filter(bounds.contains)
        }
    }

    private static func evenTicks(_ range: ClosedRange<Double>, _ wanted: Int) -> [Double] {
        let raw = (range.upperBound - range.lowerBound) / Double(max(1, wanted))
        let power = pow(10, log10(raw).rounded(.down))
        let step = ([1, 2, 2.5, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10) * power
        let first = (range.lowerBound / step).rounded(.up)
        let last = (range.upperBound / step).rounded(.down)
        guard first <= last, last - first < 1000 else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }
}
