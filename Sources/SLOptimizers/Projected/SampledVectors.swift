import Foundation
import SLNumerics
import SLRandom

/// Singular vectors of a gradient, drawn without replacement in proportion to their singular values, so that a subspace does not always
/// take the leading ones.
///
/// Source: Zhang et al. 2025, SARA, arXiv:2502.05790. No code is published. Drawn vectors stand in the order of their singular values; all
/// singular vectors are needed, so that the decomposition is the exact one.
enum SampledVectors {
    static func workspaceCount(_ shape: SubspaceShape) -> Int {
        SubspaceFinder.exact.workspaceCount(rows: shape.rows, columns: shape.columns, rank: shape.rank, isRight: shape.isRight)
    }

    static func fill<Element: Scalar>(
        _ projector: SubspaceProjector<Element>, of gradient: Matrix<Element>, from stream: inout RandomStream, ledger: MemoryLedger
    ) throws {
        let svd = try ThinSVD(of: gradient, ledger: ledger)
        let chosen = draw(projector.rank, weights: svd.singularValues.elements.map { Double($0) }, from: &stream)
        let basis = projector.basis
        for (slot, index) in chosen.enumerated() {
            if projector.isRight {
                basis.window(rows: slot..<slot + 1).copy(from: svd.right.window(rows: index..<index + 1))
            } else {
                for row in 0..<basis.rows { basis[row, slot] = svd.left[row, index] }
            }
        }
    }

    /// Positions of so many of these weights, ascending: one after another, each in proportion to its weight among those that are left.
    ///
    /// The smallest of −ln(u)/w with u uniform are such a draw (Efraimidis and Spirakis 2006). A weight of zero comes after all others.
    static func draw(_ count: Int, weights: [Double], from stream: inout RandomStream) -> [Int] {
        let times = weights.map { weight in
            let wait = -log(1 - stream.uniform())
            return weight > 0 ? wait / weight : .infinity
        }
        return times.indices.sorted { (times[$0], $0) < (times[$1], $1) }.prefix(count).sorted()
    }
}
