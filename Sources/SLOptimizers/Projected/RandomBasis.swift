import SLNumerics
import SLRandom

/// Bases that have nothing to do with the gradient.
enum RandomBasis {
    /// Entries N(0, 1/r): lengths are kept on average.
    static func fillGaussian<Element: Scalar>(_ projector: SubspaceProjector<Element>, from stream: inout RandomStream) {
        projector.basis.fillNormal(deviation: 1 / Double(projector.rank).squareRoot(), from: &stream)
    }

    /// Orthonormal vectors, uniformly distributed: a Gaussian matrix made orthonormal by a factor with a positive diagonal. (The authors
    /// take Z·(ZᵀZ)^(−½), which has the same distribution.)
    static func fillOrthonormal<Element: Scalar>(
        _ projector: SubspaceProjector<Element>, from stream: inout RandomStream, ledger: MemoryLedger
    ) throws {
        let basis = projector.basis
        let (rank, side) = (projector.rank, projector.isRight ? basis.columns : basis.rows)
        let qr = try ThinQR<Element>(rows: rank, columns: side, ledger: ledger)
        guard !projector.isRight else {
            basis.fillNormal(deviation: 1, from: &stream)
            return try qr.orthonormalizeRows(of: basis)
        }
        let rows = try Matrix<Element>(rows: rank, columns: side, category: .workspace, ledger: ledger)
        rows.fillNormal(deviation: 1, from: &stream)
        try qr.orthonormalizeRows(of: rows)
        basis.setTransposed(rows)
    }

    static func workspaceCount(_ shape: SubspaceShape) -> Int {
        ThinQR<Float>.workspaceCount(rows: shape.rank, columns: shape.projectedSide) + (shape.isRight ? 0 : shape.basisCount)
    }
}
