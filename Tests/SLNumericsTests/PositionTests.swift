import Foundation
import SLNumerics
import SLTestSupport
import Testing

struct PositionTests {
    @Test(.everyVectorUnit(threads: 2), arguments: [2, 4, 6, 16, 18, 64, 128]) func rotaryIsTheFormula(size: Int) throws {
        let (length, heads, rows) = (7, 3, 14)
        let table = try RotaryTable<Float>(length: length, headSize: size, theta: 10_000, ledger: MemoryLedger())
        let x = try Twin(rows, heads * size, "x")
        let window = try x.float.asWindow()
        table.apply(window, sequenceLength: length, heads: heads)
        var exact: [Double] = []
        for row in 0..<rows {
            for head in 0..<heads {
                func pair(_ i: Int) -> (Double, Double, Double, Double) {
                    let angle = Double(row % length) * pow(10_000, -2 * Double(i) / Double(size))
                    return (x.double[row, head * size + i], x.double[row, head * size + i + size / 2], cos(angle), sin(angle))
                }
                exact += (0..<size / 2).map {
                    let (a, b, c, s) = pair($0); return a * c - b * s
                }
                exact += (0..<size / 2).map {
                    let (a, b, c, s) = pair($0); return b * c + a * s
                }
            }
        }
        #expect(Deviation(window.elements, from: exact).relativeToLargest < elementwiseTolerance)
        #expect(window.window(rows: 0..<1).elements == x.float.window(rows: 0..<1).elements, "position 0 is not rotated")
        table.apply(window, sequenceLength: length, heads: heads, inverse: true)
        #expect(Deviation(window.elements, from: x.double.elements).relativeToLargest < elementwiseTolerance, "the inverse undoes it")
    }

    @Test(.everyVectorUnit(threads: 1), arguments: [1, 3, 8, 9, 32, 33]) func rotationRowsAgreeWithTheirTwins(half: Int) throws {
        let (x, c, s) = (try Twin(1, 2 * half, "x"), try Twin(1, half, "c"), try Twin(1, half, "s"))
        for inverse in [false, true] {
            Float.rotate(x.float.base, c.float.base, s.float.base, half, inverse: inverse)
            Reference.rotate(x.double.base, c.double.base, s.double.base, half, inverse: inverse)
            #expect(x.error < 3 * elementwiseTolerance)
        }
    }

    /// Rows by token; repeated tokens add up, on two threads as on one.
    @Test(.everyVectorUnit(threads: 2), arguments: [1, 7, 8, 9, 33, 257, 700]) func embedding(columns: Int) throws {
        let tokens = (0..<97).map { Int32(($0 * 5) % 11) }
        let table = try Matrix<Float>.normal(11, columns, "table")
        let y = try Matrix<Float>.zeros(tokens.count, columns).asWindow()
        let dy = try Matrix<Float>.normal(tokens.count, columns, "dy").asWindow()
        let gradient = try Matrix<Float>.normal(11, columns, "gradient")
        let exact = try Matrix<Double>.of(11, columns, gradient.elements.map { Double($0) })
        tokens.withUnsafeBufferPointer { tokens in
            Embedding.forward(table, tokens: tokens, into: y)
            Embedding.backward(dy, tokens: tokens, into: gradient)
        }
        for (row, token) in tokens.enumerated() {
            #expect(y.window(rows: row..<row + 1).elements == table.window(rows: Int(token)..<Int(token) + 1).elements)
            for column in 0..<columns { exact[Int(token), column] += Double(dy[row, column]) }
        }
        #expect(Deviation(gradient.elements, from: exact.elements).relativeToLargest < elementwiseTolerance)
    }
}
