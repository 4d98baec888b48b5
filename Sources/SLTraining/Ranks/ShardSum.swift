import SLNumerics
import SLRanks

/// The sums of gradients over the shards that this process computes, in the tree's order: a shard is added to its neighbour, their sum to
/// the neighbouring sum, and so on.
///
/// What waits for its neighbour is kept: one sum a level. Shards are computed one after the other, so that there is never a second one.
final class ShardSum<Element: Scalar> {
    private let levels: Int
    /// By level, in the order of the tensors.
    private var unfinished: [[Matrix<Element>]] = []
    private var tensors: [Place] = []

    /// Which memory a tensor has, without holding on to it.
    private struct Place: Hashable {
        let address: UInt
        let rows: Int
        let columns: Int

        init(_ matrix: Matrix<Element>) {
            address = unsafe UInt(bitPattern: matrix.base)
            (rows, columns) = (matrix.rows, matrix.columns)
        }
    }

    init(levels: Int) { self.levels = levels }

    /// Makes room for sums of these tensors, unless it is there.
    ///
    /// - Throws: `OutOfMemoryError`.
    func follow(_ matrices: [Matrix<Element>], ledger: MemoryLedger) throws {
        guard levels > 0 else { return }
        let places = matrices.map { Place($0) }
        guard places != tensors else { return }
        release()
        unfinished = try (0..<levels).map { _ in
            try matrices.map { try Matrix(rows: $0.rows, columns: $0.columns, category: .gradients, ledger: ledger) }
        }
        tensors = places
    }

    /// Gives the room back, before tensors go and others come.
    func release() { (unfinished, tensors) = ([], []) }

    /// After the last micro-batch of a shard: its gradients are in the tensors, and after the last shard the sum of all.
    ///
    /// - Parameter shard: among this process's, from 0.
    func finish(shard: Int, of matrices: [Matrix<Element>]) {
        let merges = TreeSum.mergesAfter(shard: shard)
        for level in 0..<min(merges, levels) { for (sum, matrix) in zip(unfinished[level], matrices) { matrix.add(sum) } }
        guard merges < levels else { return }
        for (sum, matrix) in zip(unfinished[merges], matrices) { sum.copy(from: matrix) }
    }
}
