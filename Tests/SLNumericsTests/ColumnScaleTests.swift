import SLNumerics
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct ColumnScaleTests {
    @Test func columnsAreScaledAndMultiplied() throws {
        let (a, b) = (try Matrix<Double>.normal(9, 37, "a"), try Matrix<Double>.normal(9, 37, "b"))
        let factors = try Matrix<Double>.normal(1, 37, "f")
        let (scaled, dots) = (try Matrix<Double>.zeros(9, 37), try Matrix<Double>.zeros(1, 37))
        scaled.operand.setScaledColumns(a.operand, by: factors)
        dots.fill(.nan)
        dots.setColumnDots(a.operand, b.operand)
        for j in 0..<37 {
            #expect((0..<9).allSatisfy { abs(scaled[$0, j] - a[$0, j] * factors[0, j]) < 1e-15 })
            let exact = (0..<9).reduce(0.0) { $0 + a[$1, j] * b[$1, j] }
            #expect(abs(dots[0, j] - exact) < 1e-13)
        }
    }

    @Test func shortOperandsGiveTheirOwnSums() throws {
        let ledger = MemoryLedger()
        let operands = try ["a", "b"].map { name in
            let operand = try Operand<Float>(rows: 70, columns: 300, precision: .bf16, category: .workspace, ledger: ledger)
            operand.round(from: try .normal(70, 300, name))
            return operand
        }
        let (short, full) = (try Matrix<Float>.zeros(1, 300), try Matrix<Float>.zeros(1, 300))
        short.setColumnDots(operands[0], operands[1])
        let values = try operands.map { try Matrix<Float>.of(70, 300, $0.elements).operand }
        full.setColumnDots(values[0], values[1])
        #expect(short.elements == full.elements)
    }
}
