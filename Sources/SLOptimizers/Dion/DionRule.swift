public import SLNumerics

/// Momentum, orthonormalised in a subspace that one step of a power iteration moves along with it; what the subspace does not hold stays in
/// the momentum.
///
/// B = M + g; P = orth(BQ) [m, r]; R = BᵀP [n, r]; M ← B − (1 − μ)PRᵀ; Q ← R with columns of length 1; W ← W(1 − lr·wd) − lr·√(m/n)·PQᵀ.
/// So nothing of a gradient is lost: what has been given is what is in M and the shares that were taken out of it. Q begins Gaussian.
///
/// Source: Ahn et al. 2025, Dion, arXiv:2504.05295, Algorithm 1; code: github.com/microsoft/dion, `dion_simple.py`. The authors orthonormalise
/// by Householder reflections; of another orthonormal basis of the same space the step is the same.
public struct DionRule: UpdateRule, Hashable {
    /// Added to the lengths of R's columns.
    static let epsilon = 1e-8

    public var rank: Int
    public var momentum: Double
    public var storage: StorageChoice

    public init(rank: Int, momentum: Double = 0.95, storage: StorageChoice = StorageChoice()) {
        self.rank = rank
        self.momentum = momentum
        self.storage = storage
    }

    public var refusalInsideSubspace: String? { "its gradients would be projected twice" }

    /// A rank above the smaller side means the smaller side.
    func rank(_ rows: Int, _ columns: Int) -> Int { min(rank, rows, columns) }

    /// Q is kept as rows, [r, n], like a weight.
    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let rank = rank(rows, columns)
        return [
            StateDeclaration.momentum("momentum_buffer", rows: rows, columns: columns, storage: storage),
            StateDeclaration(name: "Q", rows: rank, columns: columns, format: storage.basis(count: rank * columns)),
        ]
    }

    /// P and Q, both as rows.
    public func scratchCount(rows: Int, columns: Int) -> Int { rank(rows, columns) * (rows + columns) }

    /// What orthonormalising takes, in every update.
    public func refreshCount(rows: Int, columns: Int) -> Int { ThinQR<Float>.workspaceCount(rows: rank(rows, columns), columns: rows) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        DionUpdater<Element>(
            rule: self, rank: rank(rows, columns), state: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}
