import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct VectorCountedAdamTests {
    /// The weights after each update from 0.
    private func run(_ rule: any UpdateRule, rows: Int, columns: Int, steps: Range<Int>, anew: [Int: [Int]] = [:]) throws -> [[Double]] {
        let updater: any TensorUpdater<Double> = try rule.makeUpdater(rows: rows, columns: columns, ledger: MemoryLedger())
        let (weight, space) = (try Matrix<Double>.zeros(rows, columns), try Matrix<Double>.zeros(1, max(1, rule.scratchCount(rows: rows, columns: columns))))
        return try steps.enumerated().map { index, step in
            VectorCountedAdamRule.beginAnew(anew[step] ?? [], in: updater.state)
            try updater.update(
                weight: weight, gradient: .normal(rows, columns, "gradient/\(step)"),
                context: UpdateContext(
                    learningRate: 0.1, weightDecay: 0.01, step: step, age: index + 1, gradientScale: 0.5, scratch: Scratch(space), ledger: MemoryLedger(),
                    log: RefreshLog()))
            return weight.elements
        }
    }

    @Test(arguments: [true, false]) func uninterruptedItIsAdamW(isByColumn: Bool) throws {
        let counted = try run(VectorCountedAdamRule(AdamSettings(), isByColumn: isByColumn), rows: 5, columns: 7, steps: 1..<9)
        for (mine, plain) in zip(counted, try run(AdamWRule(AdamSettings()), rows: 5, columns: 7, steps: 1..<9)) {
            #expect(Deviation(mine, from: plain).relative < 1e-12)
        }
    }

    /// A vector that begins anew makes the steps of a tensor that does, the others theirs.
    @Test(arguments: [true, false]) func aVectorBeginsAnew(isByColumn: Bool) throws {
        let rule = VectorCountedAdamRule(AdamSettings(), isByColumn: isByColumn)
        let (whole, cut) = (try run(rule, rows: 4, columns: 6, steps: 1..<9), try run(rule, rows: 4, columns: 6, steps: 1..<9, anew: [5: [2]]))
        let fresh = try run(rule, rows: 4, columns: 6, steps: 5..<9)
        #expect(cut[3] == whole[3])
        let decay = (0..<4).reduce(1.0) { sum, _ in sum * (1 - 0.1 * 0.01) }
        for row in 0..<4 {
            for column in 0..<6 {
                let index = row * 6 + column
                let isAnew = (isByColumn ? column : row) == 2
                let wanted = isAnew ? fresh[3][index] + whole[3][index] * decay : whole[7][index]
                #expect(abs(cut[7][index] - wanted) < 1e-12, "\(row), \(column)")
            }
        }
    }
}
