import SLModel
package import SLNumerics
import SLOptimizers
import SLSpec

/// The subspaces of all projected tensors as they were, to be compared with what becomes of them.
///
/// A copy is what the optimizer keeps at the same time: a run that goes on from a checkpoint takes it from there. Bases that are kept as a number
/// or as places of columns are not compared.
package final class SubspaceWatch {
    private let ledger: MemoryLedger
    private var known: [String: Matrix<Float>] = [:]

    /// - Parameter ledger: of the copies, apart from the run's.
    init(ledger: MemoryLedger) { self.ledger = ledger }

    /// What a rule calls a basis that it keeps in full.
    static let stateName = "projector"

    /// Takes down all bases as they are.
    func look(at optimizer: ModelOptimizer<Float>) throws {
        for (parameter, name, value) in optimizer.state where name == Self.stateName {
            let copy = try known[parameter].flatMap { $0.rows == value.rows && $0.columns == value.columns ? $0 : nil }
                ?? Matrix<Float>(rows: value.rows, columns: value.columns, category: .optimizer, ledger: ledger)
            value.read(into: copy)
            known[parameter] = copy
        }
    }

    /// The overlap of every basis that has changed since with what it was, by the tensor's name; then takes them all down as they are.
    func changes(of optimizer: ModelOptimizer<Float>) throws -> [String: Double] {
        var overlaps: [String: Double] = [:]
        for (parameter, name, value) in optimizer.state where name == Self.stateName {
            guard let old = known[parameter], old.rows == value.rows, old.columns == value.columns else { continue }
            let new = try Matrix<Float>(rows: value.rows, columns: value.columns, category: .workspace, ledger: ledger)
            value.read(into: new)
            guard new.elements != old.elements else { continue }
            overlaps[parameter] = try Self.overlap(old, new, ledger: ledger)
        }
        try look(at: optimizer)
        return overlaps
    }

    /// The basis of a tensor, if it has one in full.
    func basis(of parameter: String) -> Matrix<Float>? { known[parameter] }

    /// ‖PᵀP′‖_F² / r of two orthonormal bases along the shorter side. Vectors of zero are none: of a basis that was cut to what it needs.
    ///
    /// - Returns: `nil` where one has no vector at all, as before the first refresh.
    package static func overlap(_ old: Matrix<Float>, _ new: Matrix<Float>, ledger: MemoryLedger) throws -> Double? {
        let areRows = old.rows <= old.columns
        let rank = min(old.rows, old.columns)
        let product = try Matrix<Float>(rows: rank, columns: rank, category: .workspace, ledger: ledger)
        func vectors(_ basis: Matrix<Float>) -> Int {
            (0..<rank).count { index in
                (areRows ? basis.window(rows: index..<index + 1) : basis.window(rows: 0..<basis.rows, columns: index..<index + 1)).sumOfSquares() > 0
            }
        }
        let smaller = min(vectors(old), vectors(new))
        guard smaller > 0 else { return nil }
        if areRows { product.setProduct(old, transposing: new) } else { product.setProduct(transposing: old, new) }
        return product.sumOfSquares() / Double(smaller)
    }

    /// ‖GPᵀ‖_F² / ‖G‖_F² or, for a basis of the other side, ‖PᵀG‖_F² / ‖G‖_F². The side is the one of the vectors' length; of a square matrix, where
    /// that says nothing for vectors that are kept as rows, the one on which more lies.
    ///
    /// - Returns: `nil` where the basis has no vectors, is none of this matrix's, or the matrix is zero.
    package static func energy(of gradient: Matrix<Float>, inside basis: Matrix<Float>, ledger: MemoryLedger) throws -> Double? {
        let whole = gradient.sumOfSquares()
        guard whole > 0, basis.sumOfSquares() > 0 else { return nil }
        let areRows = basis.rows <= basis.columns
        let (rank, length) = areRows ? (basis.rows, basis.columns) : (basis.columns, basis.rows)
        var shares: [Double] = []
        if areRows, length == gradient.columns {
            let inside = try Matrix<Float>(rows: gradient.rows, columns: rank, category: .workspace, ledger: ledger)
            inside.setProduct(gradient, transposing: basis)
            shares.append(inside.sumOfSquares() / whole)
        }
        if length == gradient.rows {
            let inside = try Matrix<Float>(rows: rank, columns: gradient.columns, category: .workspace, ledger: ledger)
            if areRows { inside.setProduct(basis, gradient) } else { inside.setProduct(transposing: basis, gradient) }
            shares.append(inside.sumOfSquares() / whole)
        }
        return shares.max()
    }
}
