import Glibc
import SLNumerics
import SLRandom
import SLTestSupport
import Testing

/// U · diag(σ) · Vᵀ with random orthonormal factors.
private func matrix<S: Scalar>(_ rows: Int, _ columns: Int, spectrum: (Int) -> Double, _ type: S.Type = S.self) throws -> Matrix<S> {
    let k = min(rows, columns)
    let left = try Matrix<S>.normal(k, rows, "left")
    let right = try Matrix<S>.normal(k, columns, "right")
    try ThinQR<S>(rows: k, columns: rows, ledger: MemoryLedger()).orthonormalizeRows(of: left)
    try ThinQR<S>(rows: k, columns: columns, ledger: MemoryLedger()).orthonormalizeRows(of: right)
    for i in 0..<k { for j in 0..<columns { right[i, j] *= S(spectrum(i)) } }
    let result = try Matrix<S>.zeros(rows, columns)
    result.setProduct(transposing: left, right)
    return result
}

private typealias Found<S: Scalar> = (basis: Matrix<S>, stream: RandomStream)

private func find<S: Scalar>(
    _ side: RandomizedSubspace<S>.Side, of matrix: Matrix<S>, rank: Int, iterations: Int = 2, seed: UInt64 = 3,
    ledger: MemoryLedger = MemoryLedger()
) throws -> Found<S> {
    let basis = try side == .right ? Matrix<S>.zeros(rank, matrix.columns) : Matrix<S>.zeros(matrix.rows, rank)
    var stream = RandomStream(seed: seed, name: "subspace")
    try RandomizedSubspace<S>.find(side, of: matrix, into: basis, iterations: iterations, from: &stream, ledger: ledger)
    return (basis, stream)
}

private func exact<S: Scalar>(_ side: RandomizedSubspace<S>.Side, of matrix: Matrix<S>, rank: Int) throws -> Matrix<S> {
    let svd = try ThinSVD(of: matrix, ledger: MemoryLedger())
    return side == .right ? svd.right.window(rows: 0..<rank) : svd.left.window(rows: 0..<matrix.rows, columns: 0..<rank)
}

/// Largest element of the basis' Gram matrix minus the identity.
private func distanceFromOrthonormal<S: Scalar>(_ side: RandomizedSubspace<S>.Side, _ basis: Matrix<S>) throws -> Double {
    let r = side == .right ? basis.rows : basis.columns
    let gram = try Matrix<S>.zeros(r, r)
    if side == .right { gram.setProduct(basis, transposing: basis) } else { gram.setProduct(transposing: basis, basis) }
    let identity = (0..<r * r).map { $0 / r == $0 % r ? S(1) : 0 }
    let deviation = Deviation(gram.elements, from: identity)
    return deviation.isComparable ? deviation.largest : .infinity
}

private func project<S: Scalar>(_ side: RandomizedSubspace<S>.Side, _ matrix: Matrix<S>, on basis: Matrix<S>) throws -> Matrix<S> {
    let result = try side == .right ? Matrix<S>.zeros(matrix.rows, basis.rows) : Matrix<S>.zeros(basis.columns, matrix.columns)
    if side == .right { result.setProduct(matrix, transposing: basis) } else { result.setProduct(transposing: basis, matrix) }
    return result
}

/// ‖(I − P·Pᵀ)·U‖, which is at least the sine of the largest angle between the two subspaces.
private func angle<S: Scalar>(_ side: RandomizedSubspace<S>.Side, _ basis: Matrix<S>, _ other: Matrix<S>) throws -> Double {
    let r = side == .right ? basis.rows : basis.columns
    let rest = try other.duplicate()
    let overlap = try Matrix<S>.zeros(r, r)
    if side == .right {
        overlap.setProduct(other, transposing: basis)
        rest.setProduct(overlap, basis, scale: -1, keep: 1)
    } else {
        overlap.setProduct(transposing: basis, other)
        rest.setProduct(basis, overlap, scale: -1, keep: 1)
    }
    return rest.sumOfSquares().squareRoot()
}

@Suite(.compute(threads: 2)) struct RandomizedSubspaceTests {
    /// Both sides longer, square; ranks of one, in the middle, and so near the smaller side that nothing is sampled.
    static let shapes = [
        (60, 90, 1), (60, 90, 10), (90, 60, 10), (80, 80, 20), (90, 60, 55), (60, 90, 60), (1, 9, 1), (9, 1, 1), (300, 170, 140),
    ]

    /// A gap of 100 behind the rank: (σₖ₊₁/σᵣ)⁶ is below the rounding errors.
    private func checkAngles<S: Scalar>(_ m: Int, _ n: Int, _ rank: Int, _ type: S.Type, orthonormal: Double, angle limit: Double) throws {
        let a = try matrix(m, n, spectrum: { ($0 < rank ? 1 : 0.01) / Double(1 + $0) }, S.self).asWindow()
        let before = a.elements
        for side in RandomizedSubspace<S>.Side.allCases {
            let basis = try find(side, of: a, rank: rank).basis
            #expect(try distanceFromOrthonormal(side, basis) < orthonormal)
            #expect(try angle(side, basis, exact(side, of: a, rank: rank)) < limit)
            // In order, and each vector by itself: its image is as long as its singular value.
            let image = try project(side, a, on: basis)
            for i in 0..<rank {
                let one = side == .right ? image.window(rows: 0..<m, columns: i..<i + 1) : image.window(rows: i..<i + 1)
                #expect(abs(one.sumOfSquares().squareRoot() * Double(1 + i) - 1) < limit)
            }
        }
        #expect(a.elements == before)
    }

    @Test(arguments: shapes) func subspaceInFloat(m: Int, n: Int, rank: Int) throws {
        try checkAngles(m, n, rank, Float.self, orthonormal: 1e-5, angle: 2e-3)
    }

    @Test(arguments: shapes) func subspaceInDouble(m: Int, n: Int, rank: Int) throws {
        try checkAngles(m, n, rank, Double.self, orthonormal: 1e-13, angle: 1e-9)
    }

    /// No gap at all: the subspaces may differ, what they hold of the matrix may not.
    @Test(arguments: [(200, 120, 30), (120, 200, 30), (160, 160, 16), (400, 150, 100)]) func energyOfASlowSpectrum(
        m: Int, n: Int, rank: Int
    ) throws {
        // Nearly flat spectra, of which a smaller part is worth finding, take more iterations for the same share.
        for (decay, share) in [(5.0, 0.99), (20, 0.99), (80, 0.93)] {
            let a = try matrix(m, n, spectrum: { 1 / (1 + Double($0) / decay) }, Float.self)
            for side in RandomizedSubspace<Float>.Side.allCases {
                let best = try project(side, a, on: exact(side, of: a, rank: rank)).sumOfSquares()
                let captured = try project(side, a, on: find(side, of: a, rank: rank).basis).sumOfSquares()
                #expect(captured <= best * (1 + 1e-5) && captured > best * share)
                // Power iterations are what gets it there.
                let once = try project(side, a, on: find(side, of: a, rank: rank, iterations: 0).basis).sumOfSquares()
                #expect(once < captured)
            }
        }
    }

    @Test func sameSeedSameBits() throws {
        let a = try Matrix<Float>.normal(70, 50, "a")
        for side in RandomizedSubspace<Float>.Side.allCases {
            let (first, again, other) = try (
                find(side, of: a, rank: 8), find(side, of: a, rank: 8), find(side, of: a, rank: 8, seed: 4)
            )
            #expect(first.basis.elements == again.basis.elements && first.stream == again.stream)
            #expect(first.basis.elements != other.basis.elements)
            #expect(first.stream != RandomStream(seed: 3, name: "subspace"))
        }
    }

    @Test(arguments: [(40, 60, 60), (60, 40, 40), (40, 40, 40), (60, 40, 33)]) func nothingToSampleIsExact(
        m: Int, n: Int, rank: Int
    ) throws {
        let rank = min(rank, m, n)
        let a = try Matrix<Float>.normal(m, n, "a")
        for side in RandomizedSubspace<Float>.Side.allCases {
            #expect(try find(side, of: a, rank: rank).basis.elements == exact(side, of: a, rank: rank).elements)
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity], [(30, 50), (50, 30)]) func notFiniteIsAnError(
        value: Float, shape: (Int, Int)
    ) throws {
        let a = try Matrix<Float>.normal(shape.0, shape.1, "a")
        a[7, 11] = value
        for side in RandomizedSubspace<Float>.Side.allCases {
            #expect(throws: LinearAlgebraError.self) { try find(side, of: a, rank: 5) }
            #expect(throws: LinearAlgebraError.self) { try find(side, of: a, rank: 30) }
        }
    }

    /// What the planner adds up is what a search takes at its peak, whichever way the rows became orthonormal.
    @Test(arguments: [(13, 4, 2), (40, 31, 10), (31, 40, 10), (128, 352, 32), (352, 128, 32), (64, 64, 60), (30, 500, 20)])
    func theWorkspaceIsAsPlanned(m: Int, n: Int, rank: Int) throws {
        for side in RandomizedSubspace<Float>.Side.allCases {
            for a in try [Matrix<Float>.normal(m, n, "a"), Matrix<Float>.zeros(m, n)] {
                let ledger = MemoryLedger()
                _ = try find(side, of: a, rank: rank, ledger: ledger)
                #expect(ledger.peak.total == 4 * RandomizedSubspace<Float>.workspaceCount(side, rows: m, columns: n, rank: rank))
                #expect(ledger.current.total == 0)
            }
        }
    }

    /// A quarter of the smaller side is the usual rank.
    @Test(arguments: [(128, 128), (352, 128), (512, 512), (512, 1376), (2048, 2048), (5461, 2048)]) func fasterForSmallRanksOnly(
        m: Int, n: Int
    ) {
        let k = min(m, n)
        for rank in [k / 8, k / 4] {
            #expect(RandomizedSubspace<Float>.isFaster(rows: m, columns: n, rank: rank))
            #expect(!RandomizedSubspace<Float>.isFaster(rows: m, columns: n, rank: rank, iterations: 40))
        }
        for rank in [k - 8, k, k + 1] { #expect(!RandomizedSubspace<Float>.isFaster(rows: m, columns: n, rank: rank)) }
    }
}

@Suite(.compute(threads: 2)) struct IllConditionedSubspaceTests {
    private func check<S: Scalar>(_ a: Matrix<S>, rank: Int, orthonormal: Double) throws {
        for side in RandomizedSubspace<S>.Side.allCases {
            for rank in [1, rank] {
                let basis = try find(side, of: a, rank: rank).basis
                #expect(try distanceFromOrthonormal(side, basis) < orthonormal)
                let best = try project(side, a, on: exact(side, of: a, rank: rank)).sumOfSquares()
                #expect(try project(side, a, on: basis).sumOfSquares() >= best * 0.999)
            }
        }
    }

    @Test(arguments: [(90, 150), (150, 90), (120, 120)]) func inAnyCase(m: Int, n: Int) throws {
        let (rank, k) = (40, Double(min(m, n) - 1))
        let steep: (Int) -> Double = { pow(10, -7 * Double($0) / k) }
        let deficient: (Int) -> Double = { $0 < 3 ? 1 : 0 }
        for spectrum in [steep, deficient, { $0 == 0 ? 1 : 1e-7 }] {
            try check(matrix(m, n, spectrum: spectrum, Float.self), rank: rank, orthonormal: 1e-5)
            try check(matrix(m, n, spectrum: spectrum, Double.self), rank: rank, orthonormal: 1e-13)
        }
        try check(Matrix<Float>.zeros(m, n), rank: rank, orthonormal: 1e-5)
        try check(Matrix<Double>.zeros(m, n), rank: rank, orthonormal: 1e-13)
        // Rows of zeros, as gradients of tokens that did not occur.
        let sparse = try Matrix<Float>.normal(m, n, "sparse")
        sparse.window(rows: 5..<m).fill(0)
        try check(sparse, rank: rank, orthonormal: 1e-5)
        // Few entries at all, where few different vectors of signs are met.
        for filled in 1...4 {
            let corner = try Matrix<Float>.normal(m, n, "corner/\(filled)")
            for row in 0..<m { for column in 0..<n where row >= filled || column >= filled { corner[row, column] = 0 } }
            try check(corner, rank: rank, orthonormal: 1e-5)
        }
    }

    /// Squares of these elements leave the range of `Float`, or nearly.
    @Test(arguments: [1e-25, 1e-10, 1e10, 1e18]) func farFromOne(scale: Double) throws {
        let a = try matrix(90, 70, spectrum: { scale / Double(1 + $0) }, Float.self)
        for side in RandomizedSubspace<Float>.Side.allCases {
            let basis = try find(side, of: a, rank: 20).basis
            #expect(try distanceFromOrthonormal(side, basis) < 1e-5)
            let back = try a.duplicate()
            back.scale(by: Float(1 / scale))
            let best = try project(side, back, on: exact(side, of: back, rank: 20)).sumOfSquares()
            #expect(try project(side, back, on: basis).sumOfSquares() > 0.999 * best)
        }
    }
}

@Suite(.compute(threads: 2)) struct ThinQRTests {
    private func check<S: Scalar>(_ rows: Int, _ columns: Int, _ type: S.Type, tolerance: Double) throws {
        let a = try Matrix<S>.normal(rows, columns, "a")
        let q = try a.duplicate()
        let qr = try ThinQR<S>(rows: rows, columns: columns, ledger: MemoryLedger())
        try qr.orthonormalizeRows(of: q)
        #expect(try distanceFromOrthonormal(.right, q) < tolerance)
        #expect(try angle(.right, q, a) < tolerance * a.sumOfSquares().squareRoot())
        // Nearly dependent rows: Householder's turn.
        if rows > 1 {
            for j in 0..<columns { a[rows - 1, j] = a[0, j] * (1 + S.ulpOfOne * S(j % 3)) }
            try qr.orthonormalizeRows(of: a)
            #expect(try distanceFromOrthonormal(.right, a) < tolerance)
        }
    }

    @Test(arguments: [(1, 1), (1, 7), (5, 5), (4, 13), (31, 40), (150, 400), (300, 301)]) func orthonormalRowsOfTheSameSpan(
        rows: Int, columns: Int
    ) throws {
        try check(rows, columns, Float.self, tolerance: 1e-5)
        try check(rows, columns, Double.self, tolerance: 1e-13)
    }

    @Test func conditionedRowsAreNearlyOrthonormalAndKeepTheirSpan() throws {
        let a = try Matrix<Double>.normal(20, 100, "a")
        let q = try a.duplicate()
        try ThinQR<Double>(rows: 20, columns: 100, ledger: MemoryLedger()).conditionRows(of: q)
        #expect(try distanceFromOrthonormal(.right, q) < 1e-10)
        #expect(try angle(.right, q, a) < 1e-10)
    }

    @Test(arguments: [(3, 9), (40, 90)]) func theWorkspaceIsAsPlanned(rows: Int, columns: Int) throws {
        let ledger = MemoryLedger()
        do { try ThinQR<Float>(rows: rows, columns: columns, ledger: ledger).orthonormalizeRows(of: .normal(rows, columns, "a")) }
        #expect(ledger.peak.total == 4 * ThinQR<Float>.workspaceCount(rows: rows, columns: columns))
        #expect(ledger.current.total == 0)
    }
}
