import SLRandom

/// Σ cᵢ·Eᵢ over random matrices Eᵢ of any shape with entries on [-bound, bound), drawn piece by piece when they are needed and never kept.
public struct SeededCombination: Sendable {
    private let seed: UInt64
    private let name: String
    private let bound: Double

    /// Elements of a matrix that are drawn at once, of one basis after another: they stay in the fastest cache.
    private static let piece = 256

    public init(seed: UInt64, name: String, bound: Double) {
        self.seed = seed
        self.name = name
        self.bound = bound
    }

    /// The same elements of every basis in turn.
    @inline(__always)
    private func forEachBasis<S: Scalar>(
        _ bases: Int, _ piece: Int, _ count: Int, _ body: (_ basis: Int, _ drawn: S.Row) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: S.self, capacity: Self.piece) { buffer in
            guard let space = buffer.baseAddress else { return }
            var stream = RandomStream(seed: seed, name: "\(name)/\(piece)")
            for basis in 0..<bases {
                draw(count, into: space, &stream)
                body(basis, space)
            }
        }
    }

    /// Two values a word, of 32 bits each.
    @specialized(where S == Float)
    private func draw<S: Scalar>(_ count: Int, into target: S.Row, _ stream: inout RandomStream) {
        let scale = bound * 0x1p-31
        var index = 0
        while index < count {
            let word = stream.next()
            target[index] = S(Double(Int32(truncatingIfNeeded: word >> 32)) * scale)
            if index + 1 < count { target[index + 1] = S(Double(Int32(truncatingIfNeeded: word)) * scale) }
            index += 2
        }
    }

    private static func pieces(_ count: Int) -> Int { (count + piece - 1) / piece }

    /// target [contiguous] adds Σ cᵢ·Eᵢ.
    func add<S: Scalar>(_ coefficients: Matrix<S>, to target: Matrix<S>) {
        Compute.ranges(of: Self.pieces(target.count)) { _, range in
            for piece in range {
                let start = piece * Self.piece
                let count = min(Self.piece, target.count - start)
                forEachBasis(coefficients.count, piece, count) { basis, drawn in
                    S.addScaled(target.base + start, coefficients.base[basis], drawn, count)
                }
            }
        }
    }

    /// Elements of space that ``project(_:into:accumulate:space:)`` takes.
    public static func spaceCount(bases: Int, threads: Int) -> Int { bases * threads }

    /// result[i] ← (accumulate ? result[i] : 0) + ⟨gradient, Eᵢ⟩
    func project<S: Scalar>(_ gradient: Matrix<S>, into result: Matrix<S>, accumulate: Bool, space: Matrix<S>) {
        let (bases, pieces) = (result.count, Self.pieces(gradient.count))
        let workers = Compute.pieceCount(of: pieces, grain: 1)
        precondition(gradient.isContiguous && space.count >= workers * bases)
        if !accumulate { result.fill(0) }
        Compute.ranges(of: pieces) { worker, range in
            let sums = space.base + worker * bases
            sums.update(repeating: 0, count: bases)
            for piece in range {
                let start = piece * Self.piece
                let count = min(Self.piece, gradient.count - start)
                forEachBasis(bases, piece, count) { basis, drawn in sums[basis] += S.dot(gradient.base + start, drawn, count) }
            }
        }
        for worker in 0..<workers { S.addScaled(result.base, 1, space.base + worker * bases, bases) }
    }
}

extension Matrix where Element: Scalar {
    /// self adds Σ cᵢ·Eᵢ for coefficients c [1, k].
    ///
    /// - Precondition: contiguous.
    public func addCombination(_ coefficients: Matrix, of bases: SeededCombination) {
        precondition(isContiguous && coefficients.rows == 1)
        bases.add(coefficients, to: self)
    }

    /// self [1, k] ← (accumulate ? self : 0) + ⟨gradient, Eᵢ⟩ for every i.
    ///
    /// - Parameter space: ``SeededCombination/spaceCount(bases:threads:)`` elements.
    public func setProjection(of gradient: Matrix, on bases: SeededCombination, accumulate: Bool, space: Matrix) {
        precondition(isContiguous && rows == 1)
        bases.project(gradient, into: self, accumulate: accumulate, space: space)
    }
}
