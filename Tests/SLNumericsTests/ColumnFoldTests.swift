import Foundation
import SLNumerics
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct ColumnFoldTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let fold: ColumnFold
        var testDescription: String { "\(fold.form) \(fold.features) to \(fold.chunks) x \(fold.width)" }
    }

    /// Widths that divide, that don't, that are larger than the values, and larger than twice the values.
    static let cases = [
        (7, 3), (8, 4), (5, 5), (4, 6), (3, 8), (11, 2), (1, 1), (257, 18),
    ].flatMap { features, width in
        [
            ColumnFold.strided(features, width: width), .strided(features, width: width, wraps: true), .strided(features, width: width, chunks: 2),
            .grouped(features, width: width),
        ] + (width % 2 == 0 ? [.rotated(features, width: width)] : [])
    }.map(Case.init)

    private func folded(_ x: Matrix<Double>, _ fold: ColumnFold) throws -> Matrix<Double> {
        let z = try Matrix<Double>.zeros(x.rows * fold.chunks, fold.width)
        z.setFold(x, fold)
        return z
    }

    /// ⟨C·x, z⟩ = ⟨x, Cᵀ·z⟩, and what is unfolded is added.
    @Test(arguments: cases) func theTransposeIsTheTranspose(_ item: Case) throws {
        let fold = item.fold
        let x = try Matrix<Double>.normal(3, fold.features, "x")
        let z = try Matrix<Double>.normal(3 * fold.chunks, fold.width, "z")
        let back = try Matrix<Double>.zeros(3, fold.features)
        back.fill(2)
        back.addUnfolded(fold, z)
        let left = zip(try folded(x, fold).elements, z.elements).reduce(0) { $0 + $1.0 * $1.1 }
        let right = zip(x.elements, back.elements).reduce(0) { $0 + $1.0 * ($1.1 - 2) }
        #expect(abs(left - right) < 1e-11 * max(1, abs(left)))
    }

    /// self adds Dᵀ·M·C is what folding, multiplying and unfolding does.
    @Test(arguments: cases) func theDenseMatrixIsThePath(_ item: Case) throws {
        let input = item.fold
        for features in [1, 4, 9, 40] {
            let outputs = input.chunks == 1
                ? [ColumnFold.strided(features, width: input.width), .grouped(features, width: input.width)]
                : [.strided(features, width: input.width, chunks: input.chunks)]
            for output in outputs {
                let square = try Matrix<Double>.normal(input.width, input.width, "M")
                let x = try Matrix<Double>.normal(2, input.features, "x")
                let z = try folded(x, input)
                let u = try Matrix<Double>.zeros(z.rows, z.columns)
                u.setProduct(z, transposing: square)
                let y = try Matrix<Double>.zeros(2, features)
                y.addUnfolded(output, u.reshaped(rows: 2 * output.chunks, columns: output.width))
                let dense = try Matrix<Double>.zeros(features, input.features)
                dense.addBetween(output, square, input)
                #expect(Deviation(x.naiveProduct(transposing: dense), from: y.elements).relativeToLargest < 1e-12, "\(output)")
            }
        }
    }

    /// Index by index: j to j mod width, neighbours to groups whose first are longer, chunk c turned by c times the frequency.
    @Test func formsAreWhatTheySay() throws {
        let x = try Matrix<Double>.of(1, 7, [1, 2, 3, 4, 5, 6, 7])
        #expect(try folded(x, .strided(7, width: 3)).elements == [12, 7, 9], "1 + 4 + 7, 2 + 5, 3 + 6")
        #expect(try folded(x, .strided(7, width: 3, wraps: true)).elements == [12, 8, 11], "1 more and 2 more")
        #expect(try folded(x, .strided(7, width: 2, chunks: 2)).elements == [6, 8, 10, 4], "1 + 5, 2 + 6, 3 + 7, 4")
        #expect(try folded(x, .grouped(7, width: 3)).elements == [6, 9, 13], "1 + 2 + 3, 4 + 5, 6 + 7")
        #expect(try folded(x, .grouped(7, width: 9)).elements == [1, 2, 3, 4, 5, 6, 7, 0, 0])
        let turned = try folded(x, .rotated(7, width: 4)).elements
        #expect(Array(turned[..<4]) == [1, 2, 3, 4])
        let (fast, slow) = (1.0, 0.01)
        let (a, b): (Double, Double) = (5 * cos(fast) - 7 * sin(fast), 6 * cos(slow) - sin(slow))
        let (c, d): (Double, Double) = (7 * cos(fast) + 5 * sin(fast), cos(slow) + 6 * sin(slow))
        let exact = [a, b, c, d]
        #expect(Deviation(Array(turned[4...]), from: exact).relative < 1e-14)
    }

    /// Brain floats in, brain floats out: the sums of what is read, rounded once.
    @Test(arguments: cases) func shortOperandsAreRoundedOnce(_ item: Case) throws {
        let fold = item.fold
        let ledger = MemoryLedger()
        let x = try Operand<Float>(rows: 3, columns: fold.features, precision: .bf16, category: .workspace, ledger: ledger)
        x.round(from: try .normal(3, fold.features, "x"))
        let read = try Matrix<Float>.of(3, fold.features, x.elements)
        let (short, full) = (
            try Operand<Float>(rows: 3 * fold.chunks, columns: fold.width, precision: .bf16, category: .workspace, ledger: ledger),
            try Matrix<Float>.zeros(3 * fold.chunks, fold.width)
        )
        short.setFold(fold, of: x)
        full.operand.setFold(fold, of: read.operand)
        let rounded = try Operand<Float>(rows: full.rows, columns: full.columns, precision: .bf16, category: .workspace, ledger: ledger)
        rounded.round(from: full)
        #expect(short.elements == rounded.elements)
    }
}

extension Matrix where Element == Double {
    fileprivate func setFold(_ x: Matrix, _ fold: ColumnFold) { operand.setFold(fold, of: x.operand) }
}
