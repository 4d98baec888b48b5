import Foundation
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct AdamMiniTests {
    @Test(arguments: [(6, 4, 3), (6, 4, 1), (6, 4, 6), (1, 5, 1)]) func followsTheAlgorithm(rows: Int, columns: Int, blockRows: Int) throws {
        let rule = AdamMiniRule(AdamSettings(beta1: 0.8, beta2: 0.9, epsilon: 1e-2), block: rows == 1 ? .tensor : .rows(blockRows))
        let size = blockRows * columns
        var m = PlainMatrix(rows, columns)
        var v = [Double](repeating: 0, count: rows / blockRows)
        let apart = try deviation(rule, rows, columns) { weight, gradient, rate, decay, k in
            m = m.mixed(0.8, gradient, 0.2)
            for block in v.indices {
                v[block] = 0.9 * v[block] + 0.1 * gradient.values[block * size..<(block + 1) * size].map { $0 * $0 }.mean
                let root = (v[block] / (1 - pow(0.9, Double(k)))).squareRoot()
                for i in block * size..<(block + 1) * size {
                    weight.values[i] *= 1 - rate * decay
                    weight.values[i] -= rate / (1 - pow(0.8, Double(k))) * m.values[i] / (root + 1e-2)
                }
            }
        }
        #expect(apart < 1e-12)
        #expect(rule.stateCount(rows: rows, columns: columns) == rows * columns + v.count)
    }

    /// Heads of q and k, rows of the rest, norm weights as a whole, without decay.
    @Test func blocksFollowThePlace() throws {
        let run = try RunOptimizer(OptimizerSpec("adam_mini"), weightDecay: 0.1)
        func blocks(_ tensor: TensorPlace) -> Int? { run.rule(for: tensor).state(rows: tensor.rows, columns: tensor.columns).last?.rows }
        func linear(_ role: LinearRole, _ name: String = "weight", rows: Int = 24, columns: Int = 24) -> TensorPlace {
            TensorPlace(.linear(LinearModule(layer: 0, role: role, outFeatures: 24, inFeatures: 24)), name: name, rows: rows, columns: columns, headCount: 3)
        }
        #expect(blocks(linear(.query)) == 3 && blocks(linear(.key)) == 3)
        #expect(blocks(linear(.value)) == 24 && blocks(linear(.output)) == 24)
        // Factors and projected gradients have no heads.
        #expect(blocks(linear(.query, "lora_A", rows: 6)) == 6 && blocks(linear(.query, rows: 6)) == 6)
        #expect(blocks(TensorPlace(.embedding, rows: 50, columns: 24)) == 50 && blocks(TensorPlace(.head, rows: 50, columns: 24)) == 50)
        let norm = TensorPlace(.norm, fullName: "model.norm.weight", rows: 1, columns: 24)
        #expect(blocks(norm) == 1)
        #expect(run.weightDecay(for: norm) == 0 && run.weightDecay(for: linear(.query)) == 0.1)
    }
}
