import Foundation
import SLNumerics
import SLTestSupport
import Testing

/// Every kernel over whole matrices in random shapes, windows of wider matrices among them, against loops in `Double` that
/// know no threads, blocks or windows. What surrounds a window must stay.
@Suite(.serialized) struct ShapeFuzzTests {
    /// Float's rounding through sums of some hundred terms of order 1.
    private static let tolerance = 2e-5

    /// A result against its truth.
    private func expect(_ matrix: Matrix<Float>, _ exact: [Double], _ what: String, floor: Double = 1) {
        let found = matrix.error(from: exact, floor: floor)
        #expect(found <= Self.tolerance, "\(what): \(found)")
        #expect(matrix.surroundingsStay, "\(what): written beside the window")
    }

    /// Few enough terms for plain loops, often enough for two threads.
    private func sides(_ fuzz: inout ShapeFuzz) -> (m: Int, n: Int, k: Int) {
        while true {
            let (m, n, k) = (fuzz.size(260), fuzz.size(260), fuzz.size(260))
            if m * n * k < 400_000 { return (m, n, k) }
        }
    }

    private func products() throws {
        var fuzz = ShapeFuzz("products")
        for _ in 0..<ShapeFuzz.rounds {
            let (m, n, k) = sides(&fuzz)
            let (a, b) = (try fuzz.matrix(m, k), try fuzz.matrix(k, n))
            let c = try fuzz.matrix(m, n)
            let plain = Naive.product(a.exact, transposed: false, b.exact, transposing: false, m, n, k)
            let size = Double(k).squareRoot()
            c.matrix.setProduct(a.matrix, b.matrix, scale: 0.5, keep: 1)
            expect(c.matrix, zip(c.exact, plain).map { $0 + 0.5 * $1 }, "\(m)x\(k) times \(k)x\(n), added", floor: size)
            c.matrix.fill(.nan)
            c.matrix.setProduct(a.matrix, b.matrix)
            expect(c.matrix, plain, "\(m)x\(k) times \(k)x\(n)", floor: size)
            let right = try fuzz.matrix(n, k)
            c.matrix.setProduct(a.matrix, transposing: right.matrix)
            let second = Naive.product(a.exact, transposed: false, right.exact, transposing: true, m, n, k)
            expect(c.matrix, second, "\(m)x\(k) times transposed \(n)x\(k)", floor: size)
            let left = try fuzz.matrix(k, m)
            c.matrix.setProduct(transposing: left.matrix, b.matrix, scale: -1)
            let third = Naive.product(left.exact, transposed: true, b.exact, transposing: false, m, n, k).map { -$0 }
            expect(c.matrix, third, "transposed \(k)x\(m) times \(k)x\(n)", floor: size)
        }
    }

    private func norms() throws {
        var fuzz = ShapeFuzz("norms")
        for _ in 0..<ShapeFuzz.rounds {
            let (tokens, n) = (fuzz.size(90), fuzz.size(600))
            let values = fuzz.awayFromZero(tokens * n)
            let plain = try Matrix<Float>.of(tokens, n, values)
            let x = fuzz.coin() ? try plain.asWindow() : plain
            let (weight, dy, dx) = (try fuzz.whole(1, n), try fuzz.matrix(tokens, n), try fuzz.matrix(tokens, n))
            let (y, again, dWeight) = (try fuzz.matrix(tokens, n), try fuzz.matrix(tokens, n), try fuzz.whole(1, n))
            let (reciprocal, partial) = (try Matrix<Float>.zeros(1, tokens), try Matrix<Float>.zeros(Compute.threads, n))
            partial.fill(.nan)
            RMSNorm.forward(x, weight: weight.matrix, into: y.matrix, reciprocal: reciprocal, epsilon: 0x1p-20)
            RMSNorm.recompute(x, weight: weight.matrix, into: again.matrix, reciprocal: reciprocal)
            RMSNorm.backward(
                x, weight: weight.matrix, reciprocal: reciprocal, outputGradient: dy.matrix, inputGradient: dx.matrix,
                weightGradient: dWeight.matrix, partial: partial)
            let exact = Naive.norm(values.map { Double($0) }, weight: weight.exact, dy.exact, epsilon: 0x1p-20)
            let what = "norm of \(tokens)x\(n)"
            expect(y.matrix, exact.y, what)
            #expect(same(again.matrix.elements, y.matrix.elements), "\(what), computed again")
            expect(dx.matrix, zip(dx.exact, exact.dx).map { $0 + $1 }, "\(what), dx", floor: 4)
            expect(dWeight.matrix, zip(dWeight.exact, exact.dWeight).map { $0 + $1 }, "\(what), dWeight", floor: Double(tokens).squareRoot())
        }
    }

    private func positions() throws {
        var fuzz = ShapeFuzz("positions")
        for _ in 0..<ShapeFuzz.rounds {
            let (length, heads, half) = (fuzz.size(90), fuzz.size(4), fuzz.size(20))
            let tokens = length * fuzz.size(3)
            let x = try fuzz.matrix(tokens, heads * half * 2)
            let table = try RotaryTable<Float>(
                length: length + fuzz.below(4), headSize: half * 2, theta: 10_000, ledger: MemoryLedger())
            table.apply(x.matrix, sequenceLength: length, heads: heads)
            var exact = x.exact
            for token in 0..<tokens {
                for head in 0..<heads {
                    for i in 0..<half {
                        let angle = Double(token % length) * pow(10_000, -Double(i) / Double(half))
                        let (first, second) = ((token * heads + head) * half * 2 + i, (token * heads + head) * half * 2 + i + half)
                        exact[first] = x.exact[first] * cos(angle) - x.exact[second] * sin(angle)
                        exact[second] = x.exact[second] * cos(angle) + x.exact[first] * sin(angle)
                    }
                }
            }
            let what = "\(tokens) tokens of \(length), \(heads) heads of \(half * 2)"
            expect(x.matrix, exact, what)
            table.apply(x.matrix, sequenceLength: length, heads: heads, inverse: true)
            expect(x.matrix, x.exact, "\(what), and back")
        }
    }

    private func gates() throws {
        var fuzz = ShapeFuzz("gates")
        for _ in 0..<ShapeFuzz.rounds {
            let (rows, columns) = (fuzz.size(90), fuzz.size(500))
            let (gate, up) = (try fuzz.whole(rows, columns, deviation: 3), try fuzz.whole(rows, columns))
            let (y, dy) = (try fuzz.whole(rows, columns), try fuzz.whole(rows, columns))
            let what = "\(rows)x\(columns)"
            SwiGLU.forward(gate: gate.matrix, up: up.matrix, into: y.matrix)
            expect(y.matrix, zip(gate.exact, up.exact).map { $0 * Naive.sigmoid($0) * $1 }, "SwiGLU, \(what)")
            SwiGLU.backward(gate: gate.matrix, up: up.matrix, outputGradient: dy.matrix)
            let slopes = zip(gate.exact, up.exact).map { Naive.siluSlope($0) * $1 }
            expect(gate.matrix, zip(slopes, dy.exact).map { $0 * $1 }, "SwiGLU, dGate, \(what)")
            expect(up.matrix, zip(gate.exact, dy.exact).map { $0 * Naive.sigmoid($0) * $1 }, "SwiGLU, dUp, \(what)")
            let (x, z, dz) = (try fuzz.matrix(rows, columns, deviation: 3), try fuzz.matrix(rows, columns), try fuzz.matrix(rows, columns))
            SiLU.forward(x.matrix, into: z.matrix)
            expect(z.matrix, x.exact.map { $0 * Naive.sigmoid($0) }, "SiLU, \(what)")
            SiLU.backward(x.matrix, gradient: dz.matrix)
            expect(dz.matrix, zip(x.exact, dz.exact).map { Naive.siluSlope($0) * $1 }, "SiLU, dx, \(what)")
        }
    }

    private func losses() throws {
        var fuzz = ShapeFuzz("losses")
        for _ in 0..<ShapeFuzz.rounds {
            let (tokens, vocabulary) = (fuzz.size(70), fuzz.coin() ? 257 : fuzz.size(700))
            let logits = try fuzz.matrix(tokens, vocabulary, deviation: 2)
            let targets = (0..<tokens).map { _ in fuzz.below(5) == 0 ? Int32(-1) : Int32(fuzz.below(vocabulary)) }
            let exact = Naive.crossEntropy(logits.exact, targets: targets, scale: 0.25)
            let what = "\(tokens) rows of \(vocabulary)"
            let sums = targets.withUnsafeBufferPointer { targets in
                [nil, 0.25].map { CrossEntropy.apply(logits.matrix, targets: targets, gradientScale: $0) }
            }
            for sum in sums { #expect(abs(sum - exact.sum) <= Self.tolerance * max(1, exact.sum), "\(what): \(sum), exact \(exact.sum)") }
            expect(logits.matrix, exact.gradient, "gradient of \(what)", floor: 0.01)
        }
    }

    private func attention() throws {
        var fuzz = ShapeFuzz("attention")
        for _ in 0..<max(1, ShapeFuzz.rounds / 3) {
            // Blocks of queries are 64 long.
            let length = fuzz.coin() ? [1, 2, 63, 64, 65, 127, 128, 129, 150][fuzz.below(9)] : fuzz.size(140)
            let (heads, size) = (fuzz.size(3), 2 * fuzz.size(7))
            let tokens = length * fuzz.size(length > 60 ? 2 : 4)
            let width = heads * size
            let (q, k, v) = (try fuzz.matrix(tokens, width), try fuzz.matrix(tokens, width), try fuzz.matrix(tokens, width))
            let (o, dO) = (try fuzz.matrix(tokens, width), try fuzz.matrix(tokens, width))
            let logSumExp = try Matrix<Float>.zeros(heads, tokens)
            let space = try Matrix<Float>.zeros(
                1, Attention<Float>.workspaceCount(sequenceLength: length, headSize: size, threads: Compute.threads))
            space.fill(.nan)
            var scratch = Scratch(space)
            let attention = Attention<Float>(
                sequenceLength: length, heads: heads, headSize: size, threads: Compute.threads, in: &scratch)
            attention.forward(query: q.matrix, key: k.matrix, value: v.matrix, into: o.matrix, logSumExp: logSumExp)
            let exact = Naive.attention(q.exact, k.exact, v.exact, dO.exact, length: length, heads: heads, size: size)
            let what = "\(tokens) tokens of \(length), \(heads) heads of \(size)"
            expect(o.matrix, exact.output, what)
            expect(logSumExp, exact.logSumExp, "log-sum-exp of \(what)")
            attention.backward(
                query: q.matrix, key: k.matrix, value: v.matrix, output: o.matrix, outputGradient: dO.matrix, logSumExp: logSumExp)
            expect(q.matrix, exact.dq, "dq of \(what)")
            expect(k.matrix, exact.dk, "dk of \(what)")
            expect(v.matrix, exact.dv, "dv of \(what)")
        }
    }

    private func everything() throws {
        try products()
        try norms()
        try positions()
        try gates()
        try losses()
        try attention()
    }

    @Test(.everyVectorUnit(threads: 1)) func onOneThread() throws { try everything() }
    @Test(.everyVectorUnit(threads: 2)) func onTwoThreads() throws { try everything() }
}
