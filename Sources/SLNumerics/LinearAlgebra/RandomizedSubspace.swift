public import SLRandom

/// An orthonormal basis of the leading left or right singular vectors, found by random sampling instead of a whole SVD.
///
/// k = rank + oversampling random directions on the wanted side go through the matrix and back `iterations` + 1 times,
/// made orthonormal after every product; a k × k SVD then picks the leading `rank` and puts them in order. Where k
/// reaches the smaller side, there is nothing to sample and the SVD of the matrix itself is taken.
///
/// Directions are random signs: they find what Gaussian ones find, and 64 of them cost what one normal number costs, which
/// otherwise is a tenth of the search.
///
/// Source: Halko, Martinsson and Tropp 2011, arXiv:0909.4061, Algorithms 4.4 and 5.1; signs: Clarkson and Woodruff 2009,
/// Numerical linear algebra in the streaming model, STOC.
public struct RandomizedSubspace<Element: Scalar> {
    public enum Side: Sendable, Hashable, CaseIterable {
        /// Basis [m, rank] of columns.
        case left
        /// Basis [rank, n] of rows.
        case right
    }

    /// Directions that are sampled; those of the smaller side at most.
    public static func sampleCount(rows: Int, columns: Int, rank: Int, oversampling: Int = 8) -> Int {
        min(rank + oversampling, rows, columns)
    }

    /// 4-byte elements that ``find(_:of:into:oversampling:iterations:from:ledger:)`` allocates at its peak, for the planner.
    public static func workspaceCount(_ side: Side, rows: Int, columns: Int, rank: Int, oversampling: Int = 8) -> Int {
        let k = sampleCount(rows: rows, columns: columns, rank: rank, oversampling: oversampling)
        guard rank > 0, k > 0 else { return 0 }
        guard k < min(rows, columns) else { return exactCount(rows: rows, columns: columns) }
        let wanted = side == .right ? columns : rows
        let longer = max(rows, columns)
        let (qr, core) = (ThinQR<Element>.workspaceCount(rows: k, columns: longer), k * k + exactCount(rows: k, columns: k))
        return k * (wanted + longer) + max(qr, core)
    }

    private static func exactCount(rows: Int, columns: Int) -> Int {
        ThinSVD<Element>.workspaceCount(rows: rows, columns: columns) + ThinSVD<Element>.resultCount(rows: rows, columns: columns)
    }

    /// Overwrites `basis` by the leading singular vectors of `matrix`, most important first; their signs are arbitrary.
    ///
    /// - Parameters:
    ///   - matrix: [m, n], not modified.
    ///   - basis: left: [m, rank]; right: [rank, n]; rank at most min(m, n).
    ///   - oversampling: directions sampled beyond the rank.
    ///   - iterations: power iterations q: the error shrinks like (σₖ₊₁/σᵣ)^(2q + 2).
    ///   - stream: what the first directions are drawn from. The same stream gives the same bits on as many threads.
    /// - Throws: ``LinearAlgebraError`` when the input is not finite, ``OutOfMemoryError``.
    /// - Complexity: 4·(q + 1)·m·n·k FLOPs in products, O((m + n)·k²) for the rest.
    public static func find(
        _ side: Side, of matrix: Matrix<Element>, into basis: Matrix<Element>, oversampling: Int = 8, iterations: Int = 2,
        from stream: inout RandomStream, ledger: MemoryLedger
    ) throws {
        let (m, n) = (matrix.rows, matrix.columns)
        let (rank, length) = side == .right ? (basis.rows, basis.columns) : (basis.columns, basis.rows)
        precondition(length == (side == .right ? n : m), "a \(side) basis of \(basis.rows)x\(basis.columns) for \(m)x\(n)")
        precondition(rank <= min(m, n) && oversampling >= 0 && iterations >= 0)
        guard matrix.isFinite else { throw LinearAlgebraError(routine: "RandomizedSubspace", info: -2) }
        guard rank > 0 else { return }
        let k = sampleCount(rows: m, columns: n, rank: rank, oversampling: oversampling)
        guard k < min(m, n) else {
            let svd = try ThinSVD(of: matrix, ledger: ledger)
            return basis.copy(from: leading(side, of: svd, rank))
        }
        let wanted = try Matrix<Element>(rows: k, columns: length, category: .workspace, ledger: ledger)
        // Holds the other side's frame first, the last image on the wanted side afterwards.
        let space = try Matrix<Element>(rows: k, columns: max(m, n), category: .workspace, ledger: ledger)
        let image = space.reshaped(rows: k, columns: length)
        do {
            let qr = try ThinQR<Element>(rows: k, columns: max(m, n), ledger: ledger)
            let other = space.reshaped(rows: k, columns: side == .right ? m : n)
            wanted.fillSigns(from: &stream)
            for iteration in 0...iterations {
                if side == .right { other.setProduct(wanted, transposing: matrix) } else { other.setProduct(wanted, matrix) }
                // A single pass is no more exact than its directions: nearly orthonormal ones will do.
                if iteration == iterations, iterations > 0 { try qr.orthonormalizeRows(of: other) } else { try qr.conditionRows(of: other) }
                if side == .right { wanted.setProduct(other, matrix) } else { wanted.setProduct(other, transposing: matrix) }
                if iteration < iterations { try qr.conditionRows(of: wanted) }
            }
            image.copy(from: wanted)
            try qr.orthonormalizeRows(of: wanted)
        }
        // What the matrix does between the two frames.
        let core = try Matrix<Element>(rows: k, columns: k, category: .workspace, ledger: ledger)
        if side == .right { core.setProduct(image, transposing: wanted) } else { core.setProduct(wanted, transposing: image) }
        let svd = try ThinSVD(of: core, ledger: ledger)
        let turn = leading(side, of: svd, rank)
        if side == .right { basis.setProduct(turn, wanted) } else { basis.setProduct(transposing: wanted, turn) }
        withExtendedLifetime((wanted, space, core)) {}
    }

    private static func leading(_ side: Side, of svd: ThinSVD<Element>, _ rank: Int) -> Matrix<Element> {
        side == .right ? svd.right.window(rows: 0..<rank) : svd.left.window(rows: 0..<svd.left.rows, columns: 0..<rank)
    }
}
