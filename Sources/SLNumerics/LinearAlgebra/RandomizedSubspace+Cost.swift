/// What either way costs, so that a caller may take the cheaper one.
///
/// The unit is one FLOP of a matrix product. An exact SVD runs at a fraction of that rate, since half of its work is
/// bound by memory: its coefficients are measured times (one core, min(m, n) from 128 to 1024) in that unit, not counts.
extension RandomizedSubspace {
    /// Approximate cost of ``find(_:of:into:oversampling:iterations:from:ledger:)``.
    public static func operationCount(rows: Int, columns: Int, rank: Int, oversampling: Int = 8, iterations: Int = 2) -> Double {
        let samples = sampleCount(rows: rows, columns: columns, rank: rank, oversampling: oversampling)
        guard samples < min(rows, columns) else { return exactOperationCount(rows: rows, columns: columns) }
        let (m, n, k, passes) = (Double(rows), Double(columns), Double(samples), Double(iterations + 1))
        // Products; Gram matrices and triangular solves; the SVD of the core.
        return 4 * passes * m * n * k + 3 * (passes + 1) * (m + n) * k * k + exactOperationCount(rows: samples, columns: samples)
    }

    /// Approximate cost of ``ThinSVD``.
    public static func exactOperationCount(rows: Int, columns: Int) -> Double {
        let (long, short) = (Double(max(rows, columns)), Double(min(rows, columns)))
        return 22 * short * short * short + 28 * (long - short) * short * short
    }

    /// Whether sampling saves a fifth of the exact decomposition's time or more: below that, exact is the better bargain.
    ///
    /// With two iterations that is a rank up to about 0.55 · min(m, n) for square matrices and 0.7 · min(m, n) where one
    /// side is nearly three times the other.
    public static func isFaster(rows: Int, columns: Int, rank: Int, oversampling: Int = 8, iterations: Int = 2) -> Bool {
        operationCount(rows: rows, columns: columns, rank: rank, oversampling: oversampling, iterations: iterations)
            < 0.8 * exactOperationCount(rows: rows, columns: columns)
    }
}
