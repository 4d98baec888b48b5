import SLMethodKit
import SLNumerics

/// One factor as the vectors that are switched, rows of A or columns of B, with its pool of candidates.
final class SwitchedVectors<Element: Scalar> {
    private let factor: Parameter<Element>
    let isByColumn: Bool
    /// Candidates as rows [c, length]. Where a vector is in use, its row is what it was when it came.
    let pool: Matrix<Element>
    /// Row of the pool that each vector came from [1, r].
    private let selected: Matrix<Element>
    /// Updates for which each vector still is not moved [1, r].
    private let frozen: Matrix<Element>

    init(factor: Parameter<Element>, isByColumn: Bool, pool: Matrix<Element>, selected: Matrix<Element>, frozen: Matrix<Element>) {
        self.factor = factor
        self.isByColumn = isByColumn
        self.pool = pool
        self.selected = selected
        self.frozen = frozen
    }

    var rank: Int { selected.columns }
    /// Elements of a vector.
    var length: Int { pool.columns }

    var selection: [Int] { selected.elements.map { Int($0) } }
    var frozenCount: Int { frozen.elements.count { $0 > 0 } }

    func freeze(_ vectors: [Int], updates: Int) { for vector in vectors { frozen[0, vector] = Element(updates) } }

    /// Zeroes the gradients of frozen vectors, for which an update fewer is to come then.
    func holdFrozen(_ gradient: Matrix<Element>) {
        for vector in 0..<rank where frozen[0, vector] > 0 {
            frozen[0, vector] -= 1
            let view = isByColumn ? gradient.window(rows: 0..<gradient.rows, columns: vector..<vector + 1) : gradient.window(rows: vector..<vector + 1)
            for row in 0..<view.rows { for column in 0..<view.columns { view[row, column] = 0 } }
        }
    }

    /// Candidates that come next: those after the newest in use, in the pool's order, around its end.
    ///
    /// - Parameter first: the vector that goes first: the oldest.
    func successors(_ count: Int, from first: Int) -> [Int] {
        let newest = selection[(first + rank - 1) % rank]
        return (1...count).map { (newest + $0) % pool.rows }
    }

    /// The given vectors go back to the pool, and candidates take their places.
    ///
    /// - Parameters:
    ///   - change: [count, length], gets what a vector was less what it is, as it is kept.
    ///   - row: [1, length] of temporary space.
    func exchange(_ vectors: [Int], for candidates: [Int], change: Matrix<Element>, row: Matrix<Element>) {
        copy(vectors, into: change)
        for (index, vector) in vectors.enumerated() {
            let place = Int(selected[0, vector])
            pool.window(rows: place..<place + 1).copy(from: change.window(rows: index..<index + 1))
        }
        for (index, (vector, candidate)) in zip(vectors, candidates).enumerated() {
            factor.stored.write(vector: vector, isColumn: isByColumn, from: pool.window(rows: candidate..<candidate + 1))
            selected[0, vector] = Element(candidate)
            factor.stored.read(vector: vector, isColumn: isByColumn, into: row)
            change.window(rows: index..<index + 1).add(row, scaledBy: -1)
        }
        pool.releaseFromMemory()
    }

    /// The given vectors as rows.
    func copy(_ vectors: [Int], into rows: Matrix<Element>) {
        for (index, vector) in vectors.enumerated() {
            factor.stored.read(vector: vector, isColumn: isByColumn, into: rows.window(rows: index..<index + 1))
        }
    }
}
