import Foundation

/// What an axis must show of values with intervals. Few seeds give intervals many times wider than all differences between
/// the values: those leave the frame, and the values stay apart.
package enum IntervalFrame {
    /// The values, and the ends of the intervals as far as they lie within one more span of the values on either side.
    package static func values(_ values: [Double], _ intervals: [ClosedRange<Double>], logarithmic: Bool) -> [Double] {
        let scaled = logarithmic ? values.map { log($0) } : values
        guard let low = scaled.min(), let high = scaled.max(), low.isFinite, high.isFinite else { return values }
        let room = max(high - low, logarithmic ? log(1.05) : 0.05 * abs(high))
        let ends = intervals.flatMap { [$0.lowerBound, $0.upperBound] }.map { end in
            min(max(logarithmic ? log(end) : end, low - room), high + room)
        }
        return values + (logarithmic ? ends.map { exp($0) } : ends)
    }
}
