import SLNumerics
import SLRandom

/// Buffers for kernels, filled with values that training could have.
final class Workbench {
    /// The most threads that calls are made on; fewer may be.
    let threads: Int
    let ledger = MemoryLedger()
    private let pattern: [Float]
    private var stream = RandomStream(seed: 1, name: "bench/kernels")

    init(threads: Int) {
        self.threads = threads
        var stream = stream
        // A prime number of values, so that no two rows are the same.
        pattern = (0..<16_381).map { _ in Float(stream.uniform(bound: 1)) }
    }

    /// Values on [-1, 1).
    func matrix(_ rows: Int, _ columns: Int) throws -> Matrix<Float> {
        let matrix = try Matrix<Float>(rows: rows, columns: columns, category: .workspace, ledger: ledger)
        fill(matrix)
        return matrix
    }

    func fill(_ matrix: Matrix<Float>) {
        unsafe pattern.withUnsafeBufferPointer { values in
            guard let source = values.baseAddress, matrix.isContiguous else { return }
            for start in stride(from: 0, to: matrix.count, by: values.count) {
                unsafe (matrix.base + start).update(from: source, count: min(values.count, matrix.count - start))
            }
        }
    }

    /// - Parameters:
    ///   - count: a multiple of 2048.
    ///   - isSquare: whether values are never negative.
    func stored(_ count: Int, _ format: StorageFormat, isSquare: Bool = false) throws -> StoredTensor<Float> {
        let width = 2048
        let tensor = try StoredTensor<Float>(rows: count / width, columns: width, format: format, category: .optimizer, ledger: ledger)
        var row = pattern.prefix(width).map { isSquare ? $0 * $0 : $0 }
        unsafe row.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for start in stride(from: 0, to: tensor.count, by: width) { unsafe tensor.write(start..<start + width, from: base, key: nil) }
        }
        return tensor
    }

    func tokens(_ count: Int, vocabulary: Int) -> [Int32] { (0..<count).map { _ in Int32(stream.below(vocabulary)) } }

    /// `count` different columns in ascending order, evenly spread with chance inside.
    func columns(_ count: Int, of width: Int) -> [Int] {
        (0..<count).map { index in
            let (lower, upper) = (index * width / count, (index + 1) * width / count)
            return lower + stream.below(max(1, upper - lower))
        }
    }

    func indices(_ values: [Int]) throws -> IndexVector {
        let vector = try IndexVector(count: values.count, ledger: ledger)
        for (index, value) in values.enumerated() { vector[index] = value }
        return vector
    }

    /// A support with `perRow` entries in every row.
    func support(rows: Int, columns width: Int, perRow: Int) throws -> SparseSupport {
        SparseSupport(
            rowStarts: try indices((0...rows).map { $0 * perRow }),
            columns: try indices((0..<rows).flatMap { _ in columns(perRow, of: width) }))
    }
}
