import SLRandom

/// A random linear map from d values to as many as are wanted, without a matrix: blocks of H·G·Π·H·B, one below the other.
///
/// With L = 2^⌈log₂ d⌉: B turns signs of the values, which zeros fill up to L; H is the Walsh-Hadamard matrix; Π permutes; G is diagonal
/// with normal entries. Each block is scaled so that lengths are kept in the mean: ‖P·θ‖ ≈ ‖θ‖. Signs, permutations and entries are drawn
/// when they are needed.
///
/// Source: Le, Sarlós and Smola 2013, Fastfood, arXiv:1408.3060; used so, without their S, for subspaces of weights by Li et al. 2018,
/// arXiv:1804.08838, Appendix S7, and Aghajanyan et al. 2021, arXiv:2012.13255, §3.
public struct Fastfood: Sendable {
    private let seed: UInt64
    private let name: String
    public let dimension: Int
    /// L
    private let width: Int
    private let count: Int

    /// - Parameter count: how many values the map gives.
    public init(seed: UInt64, name: String, dimension: Int, count: Int) {
        precondition(dimension > 0 && count > 0)
        self.seed = seed
        self.name = name
        self.dimension = dimension
        self.count = count
        width = Self.width(dimension)
    }

    private static func width(_ dimension: Int) -> Int {
        var width = 1
        while width < dimension { width *= 2 }
        return width
    }

    /// Elements of space that either direction takes: two vectors, B, G and Π of a block on every thread, and its sum.
    public static func spaceCount(dimension: Int, threads: Int) -> Int { 6 * width(dimension) * threads }

    private var blocks: Int { (count + width - 1) / width }

    /// What one thread works with, `width` elements each. Π is kept as numbers, which are exact up to 2²⁴.
    private struct Space<S: Scalar> {
        let vector, other, signs, entries, order, sum: S.Row

        init(_ space: Matrix<S>, _ worker: Int, _ width: Int) {
            let base = space.base + 6 * width * worker
            (vector, other, signs) = (base, base + width, base + 2 * width)
            (entries, order, sum) = (base + 3 * width, base + 4 * width, base + 5 * width)
        }
    }

    /// Draws B, G and Π of a block; returns its scale: 1/√(L·ΣG²) keeps lengths over L values, of which there are count/L times as many.
    @specialized(where S == Float)
    private func draw<S: Scalar>(_ block: Int, _ space: Space<S>) -> S {
        var stream = RandomStream(seed: seed, name: "\(name)/\(block)")
        for i in 0..<width {
            space.signs[i] = stream.next() >> 63 == 0 ? 1 : -1
            space.order[i] = S(i)
        }
        for i in stride(from: width - 1, to: 0, by: -1) {
            let j = stream.below(i + 1)
            (space.order[i], space.order[j]) = (space.order[j], space.order[i])
        }
        var squares = 0.0
        for i in stride(from: 0, to: width, by: 2) {
            let pair = stream.normalPair()
            space.entries[i] = S(pair.0)
            squares += pair.0 * pair.0
            guard i + 1 < width else { break }
            space.entries[i + 1] = S(pair.1)
            squares += pair.1 * pair.1
        }
        return S(1 / (squares * Double(count)).squareRoot())
    }

    /// x ← H·x
    @specialized(where S == Float)
    private func transform<S: Scalar>(_ x: S.Row) {
        var half = 1
        while half < width {
            for start in stride(from: 0, to: width, by: 2 * half) {
                let (low, high) = (x + start, x + start + half)
                for i in 0..<half { (low[i], high[i]) = (low[i] + high[i], low[i] - high[i]) }
            }
            half *= 2
        }
    }

    /// target [contiguous, `count` elements] adds P·θ.
    func add<S: Scalar>(_ theta: Matrix<S>, to target: Matrix<S>, space: Matrix<S>) {
        Compute.ranges(of: blocks) { worker, range in
            let own = Space(space, worker, width)
            for block in range { apply(block, theta.base, target.base, own) }
        }
    }

    @specialized(where S == Float)
    private func apply<S: Scalar>(_ block: Int, _ theta: S.Row, _ target: S.Row, _ space: Space<S>) {
        let scale = draw(block, space)
        let (x, z) = (space.vector, space.other)
        for i in 0..<width { x[i] = i < dimension ? theta[i] * space.signs[i] : 0 }
        transform(x)
        for i in 0..<width { z[i] = x[Int(space.order[i])] * space.entries[i] }
        transform(z)
        let start = block * width
        S.addScaled(target + start, scale, z, min(width, count - start))
    }

    /// result [1, d] ← (accumulate ? result : 0) + Pᵀ·gradient
    func addTransposed<S: Scalar>(_ gradient: Matrix<S>, to result: Matrix<S>, accumulate: Bool, space: Matrix<S>) {
        if !accumulate { result.fill(0) }
        Compute.ranges(of: blocks) { worker, range in
            let own = Space(space, worker, width)
            own.sum.update(repeating: 0, count: width)
            for block in range { applyTransposed(block, gradient.base, own) }
        }
        for worker in 0..<Compute.pieceCount(of: blocks, grain: 1) { S.addScaled(result.base, 1, Space(space, worker, width).sum, dimension) }
    }

    @specialized(where S == Float)
    private func applyTransposed<S: Scalar>(_ block: Int, _ gradient: S.Row, _ space: Space<S>) {
        let scale = draw(block, space)
        let (x, z) = (space.vector, space.other)
        let start = block * width
        let given = min(width, count - start)
        for i in 0..<width { z[i] = i < given ? gradient[start + i] * scale : 0 }
        transform(z)
        for i in 0..<width { x[Int(space.order[i])] = z[i] * space.entries[i] }
        transform(x)
        for i in 0..<width { space.sum[i] += x[i] * space.signs[i] }
    }
}

extension Matrix where Element: Scalar {
    /// self adds P·θ, row by row.
    ///
    /// - Parameters:
    ///   - theta: [1, d].
    ///   - space: ``Fastfood/spaceCount(dimension:threads:)`` elements.
    /// - Precondition: contiguous.
    public func addFastfood(_ theta: Matrix, by map: Fastfood, space: Matrix) {
        precondition(isContiguous && theta.count == map.dimension)
        map.add(theta, to: self, space: space)
    }

    /// self [1, d] ← (accumulate ? self : 0) + Pᵀ·gradient
    public func setFastfood(transposing gradient: Matrix, by map: Fastfood, accumulate: Bool, space: Matrix) {
        precondition(gradient.isContiguous && count == map.dimension)
        map.addTransposed(gradient, to: self, accumulate: accumulate, space: space)
    }
}
