/// Mean and spread of a few independent measurements, usually one per seed.
public struct SampleSummary: Sendable, Hashable {
    public let count: Int
    public let mean: Double
    /// Sample standard deviation with n − 1; `nil` for one value, which has no spread.
    public let standardDeviation: Double?
    /// Half-width of the 95 % t-interval of the mean, t(0.975, n−1)·sd/√n; `nil` for one value.
    public let halfWidth95: Double?

    /// `nil` when there are no values, or one of them is not finite: a mean over such would hide a failure.
    public init?(_ values: [Double]) {
        guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
        count = values.count
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        self.mean = mean
        guard values.count > 1, let t = StudentT.quantile(0.975, degreesOfFreedom: values.count - 1) else {
            standardDeviation = nil
            halfWidth95 = nil
            return
        }
        let deviations = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (deviations / (n - 1)).squareRoot()
        standardDeviation = deviation
        halfWidth95 = t * deviation / n.squareRoot()
    }

    /// The 95 % t-interval of the mean, which assumes normally distributed values; `nil` for one value.
    public var interval95: ClosedRange<Double>? {
        guard let halfWidth95, halfWidth95.isFinite else { return nil }
        return (mean - halfWidth95)...(mean + halfWidth95)
    }
}
