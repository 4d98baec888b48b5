import SLRandom

/// A random matrix whose rows are drawn when they are needed, each from a stream of its own: fewer rows, or shorter ones, are a corner of it.
public struct SeededRows: Sendable {
    /// Of the entries. All have mean 0.
    public enum Distribution: Sendable, Hashable {
        /// On [-bound, bound).
        case uniform(bound: Double)
        /// ±√s with probability 1/(2s) each, else 0: variance 1. Source: Achlioptas 2003; Li, Hastie and Church 2006.
        case ternary(sparsity: Double)
    }

    private let seed: UInt64
    private let name: String
    private let distribution: Distribution

    public init(seed: UInt64, name: String, _ distribution: Distribution) {
        self.seed = seed
        self.name = name
        self.distribution = distribution
    }

    @specialized(where S == Float)
    func draw<S: Scalar>(_ row: Int, into target: S.Row, _ count: Int) {
        var stream = RandomStream(seed: seed, name: "\(name)/\(row)")
        switch distribution {
        case .uniform(let bound):
            for i in 0..<count { target[i] = S(stream.uniform(bound: bound)) }
        case .ternary(let sparsity):
            let (share, value) = (0.5 / sparsity, S(sparsity.squareRoot()))
            for i in 0..<count {
                let drawn = stream.uniform()
                target[i] = drawn < share ? -value : drawn >= 1 - share ? value : 0
            }
        }
    }
}

extension Operand {
    /// self ← the corner of the matrix of this size.
    public func fill(from rows: SeededRows) {
        let count = columns
        fillRows { rows.draw($0, into: $1, count) }
    }
}

extension Matrix where Element: Scalar {
    /// self ← the corner of the matrix of this size.
    public func fill(from rows: SeededRows) { Operand(self).fill(from: rows) }
}
