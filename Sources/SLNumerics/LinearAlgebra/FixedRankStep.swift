/// A step of a product of two factors along the manifold of matrices of its rank.
///
/// With W = B·A, B = U·R_u and Aᵀ = V·R_v, the factors' directions N_B = G·V·R_v and N_A = R_uᵀ·Uᵀ·G of some G give its projection on
/// the tangent space at W, P(G) = U·Uᵀ·G + G·V·Vᵀ − U·Uᵀ·G·V·Vᵀ, and the step is W ← the nearest matrix of rank r to W − P(G), as
/// factors that share the roots of its singular values. Nothing of W's size is formed: with Q₁·K₁ = (Uᵀ·G·(I − V·Vᵀ))ᵀ and
/// Q₂·K₂ = (I − U·Uᵀ)·G·V all that is decomposed is the core [[R_u·R_vᵀ − Uᵀ·G·V, −K₁ᵀ], [−K₂, 0]] [2r, 2r].
///
/// Source: Mo et al. 2025, LORO, ICLR, §3; order of operations as in the authors' `loro_optim.py`. In double whatever the factors' type.
public enum FixedRankStep {
    /// 4-byte elements that ``apply(up:down:upDirection:downDirection:upSize:downSize:keys:ledger:)`` allocates and frees.
    public static func workspaceCount(rows: Int, columns: Int, rank: Int) -> Int {
        let frames = ThinQR<Double>.workspaceCount(rows: rank, columns: max(rows, columns))
        let core = ThinSVD<Double>.workspaceCount(rows: 2 * rank, columns: 2 * rank) + ThinSVD<Double>.resultCount(rows: 2 * rank, columns: 2 * rank)
        return 2 * (4 * rank * (rows + columns) + 7 * rank * rank + max(frames, core))
    }

    /// - Parameters:
    ///   - up: B [m, r]. - down: A [r, n]; r ≤ min(m, n).
    ///   - upDirection: N_B. - downDirection: N_A. - upSize: what N_B is multiplied with. - downSize: the same of N_A.
    ///   - keys: what stochastic rounding draws from, of B and of A.
    /// - Returns: whether the step was made. Factors whose vectors depend on each other have no tangent space of dimension r: they
    ///   are left as they are.
    /// - Throws: ``LinearAlgebraError``, ``OutOfMemoryError``.
    /// - Complexity: O((m + n)·r² + r³).
    public static func apply<S: Scalar>(
        up: StoredTensor<S>, down: StoredTensor<S>, upDirection: Matrix<S>, downDirection: Matrix<S>, upSize: Double, downSize: Double,
        keys: (up: UInt64, down: UInt64), ledger: MemoryLedger
    ) throws -> Bool {
        let (m, n, r) = (up.rows, down.columns, down.rows)
        precondition(up.columns == r && r <= min(m, n), "\(m)x\(up.columns) and \(r)x\(n)")
        let rows = try Side(length: m, rank: r, ledger: ledger)
        let columns = try Side(length: n, rank: r, ledger: ledger)
        rows.load(factor: up.elements, direction: upDirection.elements, size: upSize, isTransposed: true)
        columns.load(factor: down.elements, direction: downDirection.elements, size: downSize, isTransposed: false)
        try rows.decompose(ledger)
        try columns.decompose(ledger)
        guard rows.isOfFullRank, columns.isOfFullRank else { return false }
        // Uᵀ·G from A's direction, and (G·V)ᵀ from B's.
        columns.solve(rows.triangle)
        rows.solve(columns.triangle)
        let (core, product) = (try matrix(2 * r, 2 * r, ledger), try matrix(r, r, ledger))
        let (first, second) = (0..<r, r..<2 * r)
        product.setProduct(columns.direction, transposing: columns.frame)
        let corner = core.window(rows: first, columns: first)
        corner.setProduct(transposing: rows.triangle, columns.triangle)
        corner.add(product, scaledBy: -1)
        try columns.splitOff(product, ledger)
        core.window(rows: first, columns: second).setProduct(columns.direction, transposing: columns.rest, scale: -1)
        product.setProduct(rows.direction, transposing: rows.frame)
        try rows.splitOff(product, ledger)
        core.window(rows: second, columns: first).setProduct(rows.rest, transposing: rows.direction, scale: -1)
        try withExtendedLifetime((core, product, rows, columns)) {
            let svd = try ThinSVD(of: core, ledger: ledger)
            for i in first {
                let root = svd.singularValues[0, i].squareRoot()
                for j in 0..<2 * r {
                    svd.left[j, i] *= root
                    svd.right[i, j] *= root
                }
            }
            rows.factor.setProduct(transposing: svd.left.window(rows: first, columns: first), rows.frame)
            rows.factor.setProduct(transposing: svd.left.window(rows: second, columns: first), rows.rest, keep: 1)
            columns.factor.setProduct(svd.right.window(rows: first, columns: first), columns.frame)
            columns.factor.setProduct(svd.right.window(rows: first, columns: second), columns.rest, keep: 1)
        }
        rows.store(to: up, isTransposed: true, key: keys.up)
        columns.store(to: down, isTransposed: false, key: keys.down)
        return true
    }

    fileprivate static func matrix(_ rows: Int, _ columns: Int, _ ledger: MemoryLedger) throws -> Matrix<Double> {
        try Matrix(rows: rows, columns: columns, category: .workspace, ledger: ledger)
    }
}

/// One of the two factors as r rows, with what belongs to it.
private final class Side {
    let factor: Matrix<Double>
    /// Orthonormal rows of the same span.
    let frame: Matrix<Double>
    let direction: Matrix<Double>
    /// Orthonormal rows of the span of what the direction has outside the frame.
    let rest: Matrix<Double>
    /// Lower triangular [r, r]: factor = triangle · frame.
    let triangle: Matrix<Double>

    init(length: Int, rank: Int, ledger: MemoryLedger) throws {
        func rows() throws -> Matrix<Double> { try FixedRankStep.matrix(rank, length, ledger) }
        (factor, frame, direction, rest) = (try rows(), try rows(), try rows(), try rows())
        triangle = try FixedRankStep.matrix(rank, rank, ledger)
    }

    func load<S: Scalar>(factor values: [S], direction steps: [S], size: Double, isTransposed: Bool) {
        let (rank, length) = (factor.rows, factor.columns)
        for row in 0..<rank {
            for column in 0..<length {
                let index = isTransposed ? column * rank + row : row * length + column
                factor[row, column] = Double(values[index])
                direction[row, column] = size * Double(steps[index])
            }
        }
    }

    func decompose(_ ledger: MemoryLedger) throws {
        frame.copy(from: factor)
        try orthonormalize(frame, ledger)
        triangle.setProduct(factor, transposing: frame)
    }

    /// Whether every row has something that those before it do not have.
    var isOfFullRank: Bool {
        let diagonal = (0..<triangle.rows).map { abs(triangle[$0, $0]) }
        guard let least = diagonal.min(), let most = diagonal.max() else { return false }
        return least > 1e-12 * most
    }

    /// direction ← lower⁻¹ · direction
    func solve(_ lower: Matrix<Double>) { Double.trsm(lower.base, lower.rows, direction.base, columns: direction.columns, stride: direction.stride) }

    /// direction ← direction − inside · frame; its span becomes the rest's.
    func splitOff(_ inside: Matrix<Double>, _ ledger: MemoryLedger) throws {
        direction.setProduct(inside, frame, scale: -1, keep: 1)
        rest.copy(from: direction)
        try orthonormalize(rest, ledger)
    }

    func store<S: Scalar>(to tensor: StoredTensor<S>, isTransposed: Bool, key: UInt64) {
        let (rank, length) = (factor.rows, factor.columns)
        var values = [S](repeating: 0, count: tensor.count)
        for row in 0..<rank {
            for column in 0..<length { values[isTransposed ? column * rank + row : row * length + column] = S(factor[row, column]) }
        }
        values.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { tensor.write(0..<tensor.count, from: base, key: key) }
        }
    }

    private func orthonormalize(_ rows: Matrix<Double>, _ ledger: MemoryLedger) throws {
        try ThinQR<Double>(rows: rows.rows, columns: rows.columns, ledger: ledger).orthonormalizeRows(of: rows)
    }
}
