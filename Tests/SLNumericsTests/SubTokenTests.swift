import SLNumerics
import SLTestSupport
import Testing

/// Sub-tokens along one direction against the plainest loops.
@Suite(.compute(threads: 2)) struct SubTokenTests {
    private let rows = 7
    private let groups = 3
    private let size = 5

    private func parts(_ x: Matrix<Double>, _ v: [Double]) -> [[Double]] {
        (0..<x.rows).map { row in
            (0..<groups).map { group in (0..<size).reduce(0) { $0 + x[row, group * size + $1] * v[$1] } }
        }
    }

    @Test func theDirectionIsTheNormalisedMeanSubToken() throws {
        let x = try Matrix<Double>.normal(rows, groups * size, "x").asWindow()
        let v = try Matrix<Double>.zeros(1, size)
        SubTokens.fixDirection(v, from: x.operand)
        var mean = [Double](repeating: 0, count: size)
        for row in 0..<rows { for column in 0..<groups * size { mean[column % size] += x[row, column] / Double(rows * groups) } }
        let norm = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(Deviation(v.elements, from: mean.map { $0 / norm }).relative < 1e-14)
        #expect(abs(v.sumOfSquares() - 1) < 1e-14)
        let zeros = try Matrix<Double>.zeros(rows, groups * size)
        SubTokens.fixDirection(v, from: zeros.operand)
        #expect(v.elements.allSatisfy { $0 == 0 })
    }

    /// Kept and restored, or projected where it stands: scale · (x·v)·v both times.
    @Test func keptPartsAndPlaceGiveTheSame() throws {
        let x = try Matrix<Double>.normal(rows, groups * size, "x")
        let v = try Matrix<Double>.normal(1, size, "v")
        let z = try Matrix<Double>.zeros(rows, groups).asWindow()
        SubTokens.compress(x.operand, along: v, into: z.operand)
        let expected = parts(x, v.elements)
        #expect(Deviation(z.elements, from: expected.flatMap(\.self)).relative < 1e-14)
        let restored = try Matrix<Double>.zeros(rows, groups * size)
        restored.fill(.nan)
        SubTokens.restore(z.operand, along: v, scale: 1.5, into: restored.operand)
        let spread = expected.flatMap { $0.flatMap { part in v.elements.map { 1.5 * part * $0 } } }
        #expect(Deviation(restored.elements, from: spread).relative < 1e-14)
        SubTokens.project(x.operand, along: v, scale: 1.5)
        #expect(x.elements == restored.elements)
    }

    /// Of brain floats the same but for rounding: sums are in full.
    @Test func brainFloatsAreReadInFull() throws {
        let full = try Matrix<Float>.normal(rows, groups * size, "x")
        let v = try Matrix<Float>.normal(1, size, "v")
        func operand(_ columns: Int) throws -> Operand<Float> {
            try Operand(rows: rows, columns: columns, precision: .bf16, category: .workspace, ledger: MemoryLedger())
        }
        let (x, z, restored) = (try operand(groups * size), try operand(groups), try operand(groups * size))
        x.round(from: full)
        x.expand(into: full)
        let parts = try Matrix<Float>.zeros(rows, groups)
        SubTokens.compress(full.operand, along: v, into: parts.operand)
        SubTokens.compress(x, along: v, into: z)
        #expect(Deviation(z.elements, from: parts.elements).relative < 0x1p-8)
        SubTokens.restore(z, along: v, scale: 2, into: restored)
        SubTokens.project(full.operand, along: v, scale: 2)
        SubTokens.project(x, along: v, scale: 2)
        #expect(Deviation(x.elements, from: full.elements).relative < 0x1p-8)
        #expect(Deviation(restored.elements, from: full.elements).relative < 0x1p-7)
    }
}
