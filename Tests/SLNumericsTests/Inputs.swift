import SLNumerics
import SLRandom
import SLTestSupport

/// Row lengths: one, primes, around a register, a whole and a broken block of the 4096 that long sums are cut in.
let lengths = [1, 2, 3, 5, 7, 8, 9, 13, 16, 31, 257, 4096, 5461]

/// The same numbers as `Float` and, exactly, as `Double`.
struct Twin {
    let float: Matrix<Float>
    let double: Matrix<Double>

    init(_ rows: Int, _ columns: Int, _ name: String, deviation: Double = 1) throws {
        float = try .normal(rows, columns, name, deviation: deviation)
        double = try .of(rows, columns, float.elements.map { Double($0) })
    }

    init(_ values: [Float]) throws {
        float = try .of(1, values.count, values)
        double = try .of(1, values.count, values.map { Double($0) })
    }

    /// Largest difference in units of the largest element.
    var error: Double { Deviation(float.elements, from: double.elements).relativeToLargest }
}

/// A few roundings of Float (2⁻²⁴ ≈ 6e-8) one after the other, in units of the largest element of the row.
let elementwiseTolerance = 1e-6
/// Sums of up to 5461 products in eight partial sums: √(5461/8)·6e-8 ≈ 2e-6, with room.
let sumTolerance = 1e-5
