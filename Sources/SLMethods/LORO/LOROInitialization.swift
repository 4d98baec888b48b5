import SLMethodKit
import SLNumerics
import SLRandom

/// How LORO's factors begin: A [r, in] and B [out, r], both alike. Fan-in and fan-out of a factor are its two sides.
///
/// Source: mzf666/LORO-main, `loro_torch/lowrank_module.py`; there the factors are stored with r columns, so that PyTorch takes r for the
/// fan-in of both. Its `randn_x` and `const_x`, which name a number in the word, are left out.
enum LOROInitialization: String, Sendable, Hashable, CaseIterable {
    /// N(0, 2 / (side + r)).
    case xavier
    /// Normal with variance σ/√r, σ the model's initializer range: B·A has the deviation of a dense linear.
    case auto
    /// Orthonormal rows, times √(2 / (side + r)).
    case orthogonalXavier = "xavorth"
    /// N(0, 2/r).
    case kaiming
    /// Orthonormal rows.
    case orthogonal = "orth"

    /// - Parameter isTransposed: of B, whose columns are what A's rows are.
    func fill<Element: Scalar>(
        _ factor: Matrix<Element>, isTransposed: Bool, deviation: Double, from stream: inout RandomStream, ledger: MemoryLedger
    ) throws {
        let rank = isTransposed ? factor.columns : factor.rows
        let side = isTransposed ? factor.rows : factor.columns
        let xavier = (2 / Double(side + rank)).squareRoot()
        switch self {
        case .xavier: factor.fillNormal(deviation: xavier, from: &stream)
        case .auto: factor.fillNormal(deviation: (deviation * deviation / Double(rank)).squareRoot().squareRoot(), from: &stream)
        case .kaiming: factor.fillNormal(deviation: (2 / Double(rank)).squareRoot(), from: &stream)
        case .orthogonal, .orthogonalXavier:
            let rows = try Matrix<Element>(rows: rank, columns: side, category: .workspace, ledger: ledger)
            rows.fillNormal(deviation: 1, from: &stream)
            try ThinQR<Element>(rows: rank, columns: side, ledger: ledger).orthonormalizeRows(of: rows)
            if self == .orthogonalXavier { rows.scale(by: Element(xavier)) }
            guard isTransposed else { return factor.copy(from: rows) }
            for row in 0..<side { for column in 0..<rank { factor[row, column] = rows[column, row] } }
        }
    }
}
