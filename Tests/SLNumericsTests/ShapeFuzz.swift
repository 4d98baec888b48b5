import Foundation
import SLNumerics
import SLRandom
import SLTestSupport

/// Seeded random shapes: ones, primes, sizes around a register and around a block of queries, now and then a size that
/// threads share. A failure names its shape; the same seed gives it again.
///
/// SLBENCH_FUZZ_ROUNDS sets how many shapes every kernel gets.
struct ShapeFuzz {
    /// A quarter of them for forms of the kernels that this processor would not choose.
    static var rounds: Int { VectorUnits.active == VectorUnits.available.last ? asked : (asked + 3) / 4 }

    private static let asked = ProcessInfo.processInfo.environment["SLBENCH_FUZZ_ROUNDS"].flatMap { Int($0) } ?? ordinaryRounds

    private static var ordinaryRounds: Int {
        #if DEBUG
            20
        #else
            100
        #endif
    }

    private var stream: RandomStream

    init(_ name: String) { stream = RandomStream(seed: 31, name: "shapes/\(name)") }

    private static let telling = [1, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 255, 257, 511, 513]

    /// 1 ... limit.
    mutating func size(_ limit: Int) -> Int {
        let known = Self.telling[stream.below(Self.telling.count)]
        return stream.below(2) == 0 && known <= limit ? known : 1 + stream.below(limit)
    }

    mutating func below(_ count: Int) -> Int { stream.below(count) }
    mutating func coin() -> Bool { stream.below(2) == 0 }
    mutating func uniform() -> Double { stream.uniform() }

    mutating func normals(_ count: Int, deviation: Double = 1) -> [Float] {
        (0..<count).map { _ in Float(stream.normalPair().0 * deviation) }
    }

    /// Away from zero: what a kernel divides by.
    mutating func awayFromZero(_ count: Int) -> [Float] { normals(count).map { $0 < 0 ? $0 - 0.25 : $0 + 0.25 } }

    /// A matrix of normal values with the same numbers in `Double`; a window of a wider one half of the time.
    mutating func matrix(_ rows: Int, _ columns: Int, deviation: Double = 1) throws -> (matrix: Matrix<Float>, exact: [Double]) {
        let values = normals(rows * columns, deviation: deviation)
        let matrix = try Matrix<Float>.of(rows, columns, values)
        return (coin() ? try matrix.asWindow() : matrix, values.map { Double($0) })
    }

    /// As ``matrix(_:_:deviation:)``, never a window: for kernels over whole tensors.
    mutating func whole(_ rows: Int, _ columns: Int, deviation: Double = 1) throws -> (matrix: Matrix<Float>, exact: [Double]) {
        let values = normals(rows * columns, deviation: deviation)
        return (try Matrix<Float>.of(rows, columns, values), values.map { Double($0) })
    }
}

extension Matrix where Element: Scalar {
    /// Whether the sentinels of ``asWindow(padding:)`` are still there; `true` for a matrix that is no window.
    var surroundingsStay: Bool {
        guard !isWhole else { return true }
        return (0..<rows).allSatisfy { row in
            let start = base + row * stride
            return (1...3).allSatisfy { start[-$0] == -77 && start[columns + $0 - 1] == -77 }
        }
    }

    /// Largest difference in units of the largest element of `exact`, or of `floor` where that is larger: a sum whose
    /// terms cancel is as exact as its terms.
    func error(from exact: [Double], floor: Double = 1) -> Double { SLNumericsTests.error(elements, from: exact, floor: floor) }
}

/// Whether two lists are the same. A failed `==` inside an expectation spells out how long lists differ, which takes minutes.
func same<Value: Equatable>(_ a: [Value], _ b: [Value]) -> Bool { a == b }

func error<S: Scalar>(_ values: [S], from exact: [Double], floor: Double = 1) -> Double {
    let deviation = Deviation(values, from: exact)
    guard deviation.isComparable else { return .infinity }
    return deviation.largest == 0 ? 0 : deviation.largest / max(deviation.magnitude, floor)
}

/// A row at any place in memory, aligned to nothing, with sentinels on both sides.
final class GuardedRow<S: Scalar> {
    private let space: UnsafeMutablePointer<S>
    private let offset: Int
    let count: Int
    private static var guards: Int { 16 }

    init(_ values: [S], offset: Int) {
        count = values.count
        self.offset = Self.guards + offset
        let all = count + self.offset + Self.guards
        space = .allocate(capacity: all)
        space.initialize(repeating: -77, count: all)
        for (index, value) in values.enumerated() { space[self.offset + index] = value }
    }

    deinit { space.deallocate() }

    var base: UnsafeMutablePointer<S> { space + offset }
    var elements: [S] { (0..<count).map { base[$0] } }
    var isIntact: Bool { (1...Self.guards).allSatisfy { base[-$0] == -77 && base[count + $0 - 1] == -77 } }
}
