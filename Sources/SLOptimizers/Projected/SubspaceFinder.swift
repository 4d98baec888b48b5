import SLNumerics
import SLRandom

/// How the leading singular vectors of a gradient are found.
public enum SubspaceFinder: String, Sendable, Hashable, CaseIterable {
    /// The gradient's own SVD: the published method.
    case exact
    /// A range finder with power iterations. Source: Halko, Martinsson and Tropp 2011, arXiv:0909.4061, Algorithms 4.4 and 5.1.
    case randomized
    /// Randomised where that is faster for the shape and rank, else exact.
    case automatic

    static let oversampling = 8

    /// How much a search may take, where it is random. Which shapes that are, and the space it takes, is the same for all.
    public enum Effort: Int, Sendable, Hashable, CaseIterable {
        /// The matrix is passed once, there and back: for a subspace that serves only until the next one is due.
        case onePass = 0
        /// Two power iterations follow.
        case full = 2

        var iterations: Int { rawValue }
    }

    /// Whether this shape is done by the range finder.
    public func isRandomized(rows: Int, columns: Int, rank: Int) -> Bool {
        switch self {
        case .exact: false
        case .randomized: true
        case .automatic: RandomizedSubspace<Float>.isFaster(rows: rows, columns: columns, rank: rank)
        }
    }

    /// Elements that ``find(_:of:effort:from:ledger:)`` allocates.
    func workspaceCount(rows: Int, columns: Int, rank: Int, isRight: Bool) -> Int {
        guard isRandomized(rows: rows, columns: columns, rank: rank) else {
            return ThinSVD<Float>.workspaceCount(rows: rows, columns: columns) + ThinSVD<Float>.resultCount(rows: rows, columns: columns)
        }
        return RandomizedSubspace<Float>.workspaceCount(
            isRight ? .right : .left, rows: rows, columns: columns, rank: rank, oversampling: Self.oversampling)
    }

    /// Overwrites the projector's basis by the leading singular vectors of `gradient`.
    func find<Element: Scalar>(
        _ projector: SubspaceProjector<Element>, of gradient: Matrix<Element>, effort: Effort = .full, from stream: inout RandomStream,
        ledger: MemoryLedger
    ) throws {
        let basis = projector.basis
        let rank = projector.isRight ? basis.rows : basis.columns
        if isRandomized(rows: gradient.rows, columns: gradient.columns, rank: rank) {
            return try RandomizedSubspace<Element>.find(
                projector.isRight ? .right : .left, of: gradient, into: basis, oversampling: Self.oversampling,
                iterations: effort.iterations, from: &stream, ledger: ledger)
        }
        let svd = try ThinSVD(of: gradient, ledger: ledger)
        if projector.isRight {
            basis.copy(from: svd.right.window(rows: 0..<basis.rows))
        } else {
            basis.copy(from: svd.left.window(rows: 0..<basis.rows, columns: 0..<basis.columns))
        }
    }
}
