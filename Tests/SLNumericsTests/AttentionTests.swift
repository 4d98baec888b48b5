import Foundation
import SLNumerics
import SLTestSupport
import Testing

/// Attention in blocks against the whole T×T matrix in Double.
struct AttentionTests {
    struct Problem: CustomStringConvertible, Sendable {
        let sequences: Int, length: Int, heads: Int, size: Int
        var description: String { "B \(sequences), T \(length), \(heads) heads of \(size)" }
    }

    static let problems = [
        Problem(sequences: 1, length: 1, heads: 1, size: 2), Problem(sequences: 3, length: 2, heads: 2, size: 4),
        Problem(sequences: 2, length: 63, heads: 1, size: 8), Problem(sequences: 1, length: 64, heads: 3, size: 6),
        Problem(sequences: 1, length: 65, heads: 2, size: 16), Problem(sequences: 2, length: 130, heads: 3, size: 10),
        Problem(sequences: 1, length: 200, heads: 1, size: 64),
    ]

    /// Output and the three derivatives by definition.
    private func naive(_ p: Problem, q: Matrix<Double>, k: Matrix<Double>, v: Matrix<Double>, dO: Matrix<Double>) throws -> [Matrix<Double>]
    {
        let n = q.rows
        let results = try (0..<4).map { _ in try Matrix<Double>.zeros(n, q.columns) }
        let (o, dq, dk, dv) = (results[0], results[1], results[2], results[3])
        let scale = 1 / Double(p.size).squareRoot()
        for b in 0..<p.sequences {
            for h in 0..<p.heads {
                func at(_ m: Matrix<Double>, _ t: Int, _ i: Int) -> Double { m[b * p.length + t, h * p.size + i] }
                func add(_ value: Double, _ m: Matrix<Double>, _ t: Int, _ i: Int) { m[b * p.length + t, h * p.size + i] += value }
                for t in 0..<p.length {
                    let scores = (0...t).map { s in scale * (0..<p.size).reduce(0.0) { $0 + at(q, t, $1) * at(k, s, $1) } }
                    let largest = scores.max() ?? 0
                    let weights = scores.map { exp($0 - largest) }
                    let total = weights.reduce(0, +)
                    let prob = weights.map { $0 / total }
                    let dProb = (0...t).map { s in (0..<p.size).reduce(0.0) { $0 + at(dO, t, $1) * at(v, s, $1) } }
                    let mean = zip(prob, dProb).reduce(0.0) { $0 + $1.0 * $1.1 }
                    for s in 0...t {
                        let dScore = prob[s] * (dProb[s] - mean) * scale
                        for i in 0..<p.size {
                            add(prob[s] * at(v, s, i), o, t, i)
                            add(prob[s] * at(dO, t, i), dv, s, i)
                            add(dScore * at(k, s, i), dq, t, i)
                            add(dScore * at(q, t, i), dk, s, i)
                        }
                    }
                }
            }
        }
        return results
    }

    private func check<S: Scalar>(_ p: Problem, _ type: S.Type, deviation: Double = 1, tolerance: Double) throws {
        let (n, h) = (p.sequences * p.length, p.heads * p.size)
        let inputs = try ["q", "k", "v", "dO"].map { try Twin(n, h, $0, deviation: $0 == "q" ? deviation : 1) }
        let truth = try naive(p, q: inputs[0].double, k: inputs[1].double, v: inputs[2].double, dO: inputs[3].double)
        let mine = try inputs.map { try Matrix<S>.of(n, h, $0.float.elements.map { S($0) }) }
        let (output, lse) = (try Matrix<S>.zeros(n, h), try Matrix<S>.zeros(p.heads, n))
        let ledger = MemoryLedger()
        let attention = try Attention<S>(
            sequenceLength: p.length, heads: p.heads, headSize: p.size, threads: Compute.threads, ledger: ledger)
        #expect(
            ledger.current[.workspace] == MemoryLayout<S>.stride
                * Attention<S>.workspaceCount(sequenceLength: p.length, headSize: p.size, threads: Compute.threads))
        attention.forward(query: mine[0], key: mine[1], value: mine[2], into: output, logSumExp: lse)
        #expect(Deviation(output.elements, from: truth[0].elements).relativeToLargest < tolerance, "\(p): output")
        attention.backward(query: mine[0], key: mine[1], value: mine[2], output: output, outputGradient: mine[3], logSumExp: lse)
        for (index, name) in ["query", "key", "value"].enumerated() {
            let deviation = Deviation(mine[index].elements, from: truth[index + 1].elements)
            // With one token nothing depends on query and key: the derivative is 0 up to rounding.
            #expect(deviation.relativeToLargest < tolerance || deviation.largest < tolerance, "\(p): \(name)'s derivative, \(deviation)")
        }
        #expect(mine[3].elements == inputs[3].float.elements.map { S($0) }, "the output's gradient stays")
        // The same without the output, which nothing but its own linear needs.
        let again = try inputs.map { try Matrix<S>.of(n, h, $0.float.elements.map { S($0) }) }
        attention.backward(query: again[0], key: again[1], value: again[2], output: nil, outputGradient: again[3], logSumExp: lse)
        for index in 0..<3 {
            let deviation = Deviation(again[index].elements, from: truth[index + 1].elements)
            #expect(deviation.relativeToLargest < tolerance || deviation.largest < tolerance, "\(p): without the output, \(deviation)")
        }
    }

    @Test(.everyVectorUnit(threads: 1), arguments: problems) func inDoubleOnOneThread(_ problem: Problem) throws {
        try check(problem, Double.self, tolerance: 1e-12)
    }

    @Test(.everyVectorUnit(threads: 2), arguments: problems) func inDoubleOnTwoThreads(_ problem: Problem) throws {
        try check(problem, Double.self, tolerance: 1e-12)
    }

    /// Float: sums of 200 products of order 1 with 6e-8 each, twice; relative to the largest element.
    @Test(.everyVectorUnit(threads: 2), arguments: problems) func inFloat(_ problem: Problem) throws {
        try check(problem, Float.self, tolerance: 1e-5)
    }

    /// Scores up to ±60: most rows are all but one-hot, none overflow.
    @Test(.everyVectorUnit(threads: 2)) func withSharpScores() throws {
        try check(Problem(sequences: 1, length: 70, heads: 2, size: 8), Float.self, deviation: 20, tolerance: 1e-4)
    }

    /// Space for one worker is enough on two threads.
    @Test(.everyVectorUnit(threads: 2)) func usesNoMoreWorkersThanItHasSpaceFor() throws {
        func run(_ workers: Int) throws -> [Double] {
            let attention = try Attention<Double>(sequenceLength: 40, heads: 3, headSize: 4, threads: workers, ledger: MemoryLedger())
            let inputs = try ["q", "k", "v", "dO"].map { try Matrix<Double>.normal(80, 12, $0) }
            let (output, lse) = (try Matrix<Double>.zeros(80, 12), try Matrix<Double>.zeros(3, 80))
            attention.forward(query: inputs[0], key: inputs[1], value: inputs[2], into: output, logSumExp: lse)
            attention.backward(query: inputs[0], key: inputs[1], value: inputs[2], output: output, outputGradient: inputs[3], logSumExp: lse)
            return output.elements + inputs.flatMap(\.elements)
        }
        #expect(Deviation(try run(1), from: try run(2)).relative < 1e-13)
    }

    /// A later token never changes an earlier output.
    @Test(.everyVectorUnit(threads: 1)) func isCausal() throws {
        let attention = try Attention<Double>(sequenceLength: 70, heads: 1, headSize: 4, threads: 1, ledger: MemoryLedger())
        let inputs = try ["q", "k", "v"].map { try Matrix<Double>.normal(70, 4, $0) }
        let (output, lse) = (try Matrix<Double>.zeros(70, 4), try Matrix<Double>.zeros(1, 70))
        attention.forward(query: inputs[0], key: inputs[1], value: inputs[2], into: output, logSumExp: lse)
        let before = output.elements
        for matrix in inputs { for i in 0..<4 { matrix[66, i] += 1 } }
        attention.forward(query: inputs[0], key: inputs[1], value: inputs[2], into: output, logSumExp: lse)
        #expect(output.elements[..<(66 * 4)] == before[..<(66 * 4)])
        #expect(output.elements[(66 * 4)...] != before[(66 * 4)...])
    }
}
