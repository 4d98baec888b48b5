import Foundation
import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct FactoredRuleTests {
    static let shapes = [(4, 6), (9, 5), (1, 7)]

    /// 1/√V̂ from averages of rows and columns; a plain second moment for vectors.
    private struct Moment {
        var rows: [Double]
        var columns: [Double]
        var plain: PlainMatrix
        let isVector: Bool

        init(_ rows: Int, _ columns: Int, isVector: Bool) {
            self.rows = Array(repeating: 0, count: rows)
            self.columns = Array(repeating: 0, count: columns)
            plain = PlainMatrix(rows, columns)
            self.isVector = isVector
        }

        mutating func inverseRoot(of x: PlainMatrix, decay: Double, epsilon: Double) -> PlainMatrix {
            let squares = x.map { $0 * $0 + epsilon }
            plain = plain.mixed(decay, squares, 1 - decay)
            for i in rows.indices { rows[i] = decay * rows[i] + (1 - decay) * squares.row(i).mean }
            for j in columns.indices { columns[j] = decay * columns[j] + (1 - decay) * squares.column(j).mean }
            if isVector { return plain.map { 1 / $0.squareRoot() } }
            var result = PlainMatrix(x.rows, x.columns)
            for i in 0..<x.rows { for j in 0..<x.columns { result[i, j] = 1 / (rows[i] / rows.mean).squareRoot() / columns[j].squareRoot() } }
            return result
        }
    }

    @Test(arguments: shapes, [nil, 0.8]) func adafactorFollowsTheCode(shape: (Int, Int), beta1: Double?) throws {
        let rule = AdafactorRule(settings: AdafactorSettings(decayRate: -0.7, epsilon: 1e-3, clipThreshold: 0.9), beta1: beta1)
        var moment = Moment(shape.0, shape.1, isVector: shape.0 == 1)
        var average = PlainMatrix(shape.0, shape.1)
        let apart = try deviation(rule, shape.0, shape.1) { weight, gradient, rate, decay, k in
            let root = moment.inverseRoot(of: gradient, decay: 1 - pow(Double(k), -0.7), epsilon: 1e-3)
            let u = gradient.with(root, *)
            let step = u.map { $0 / max(1, u.rms / 0.9) * rate }
            average = average.mixed(beta1 ?? 0, step, 1 - (beta1 ?? 0))
            weight = weight.map { $0 * (1 - rate * decay) }.mixed(1, average, -1)
        }
        #expect(apart < 1e-12)
        #expect(rule.stateCount(rows: 9, columns: 5) == 14 + (beta1 == nil ? 0 : 45))
    }

    @Test(arguments: shapes) func adaLomoFollowsTheCode(shape: (Int, Int)) throws {
        for smallest in [1e-3, 3] {
            let rule = AdaLomoRule(settings: AdafactorSettings(decayRate: -0.8, epsilon: 1e-3, clipThreshold: 0.9), smallestScale: smallest)
            var moment = Moment(shape.0, shape.1, isVector: shape.0 == 1)
            let apart = try deviation(rule, shape.0, shape.1) { weight, gradient, rate, decay, k in
                let root = moment.inverseRoot(of: gradient, decay: 1 - pow(Double(k), -0.8), epsilon: 1e-3)
                let u = gradient.with(root, *)
                let size = rate * max(smallest, weight.rms)
                weight = weight.map { $0 * (1 - size * decay) }.mixed(1, u, -size / max(1, u.rms / 0.9))
            }
            #expect(apart < 1e-12)
            #expect(rule.refusalInsideSubspace != nil)
        }
    }

    /// The step of a weight in bf16 goes by the weight as it is kept.
    @Test func adaLomoMeasuresShortWeights() throws {
        func moved(_ format: StorageFormat) throws -> Double {
            let weight = try StoredTensor<Float>(rows: 50, columns: 100, format: format, category: .weights, ledger: MemoryLedger())
            weight.write(from: try .normal(50, 100, "w", deviation: 0.3), key: nil)
            let before = weight.elements
            let rule = AdaLomoRule(settings: AdafactorSettings(decayRate: -0.8, epsilon: 1e-30, clipThreshold: 1), smallestScale: 1e-3)
            let updater: any TensorUpdater<Float> = try rule.makeUpdater(rows: 50, columns: 100, ledger: MemoryLedger())
            let space = try Matrix<Float>.zeros(1, rule.scratchCount(rows: 50, columns: 100))
            let context = UpdateContext(
                learningRate: 0.5, step: 1, age: 1, gradientScale: 1, scratch: Scratch(space), ledger: MemoryLedger(), log: RefreshLog())
            try updater.update(weight: weight, gradient: .normal(50, 100, "g"), context: context)
            return zip(weight.elements, before).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
        }
        let (full, short) = (try moved(.full), try moved(.bf16(.nearest)))
        #expect(abs(full / (0.15 * 5000.0.squareRoot()) - 1) < 0.05, "lr · RMS(W) · RMS(u)")
        #expect(abs(short / full - 1) < 0.01)
    }

    @Test(arguments: [(4, 6, false), (9, 5, false), (1, 7, true), (1, 7, false)]) func cameFollowsTheCode(rows: Int, columns: Int, isVector: Bool) throws {
        let rule = CAMERule(beta1: 0.8, beta2: 0.9, beta3: 0.95, epsilon1: 1e-3, epsilon2: 1e-2, clipThreshold: 0.9, isVector: isVector)
        var second = Moment(rows, columns, isVector: isVector)
        var instability = Moment(rows, columns, isVector: false)
        var average = PlainMatrix(rows, columns)
        let apart = try deviation(rule, rows, columns) { weight, gradient, rate, decay, _ in
            let root = second.inverseRoot(of: gradient, decay: 0.9, epsilon: 1e-3)
            let raw = gradient.with(root, *)
            let u = raw.map { $0 / max(1, raw.rms / 0.9) }
            average = average.mixed(0.8, u, 0.2)
            let confidence = instability.inverseRoot(of: u.mixed(1, average, -1), decay: 0.95, epsilon: 1e-2)
            let step = isVector ? average : average.with(confidence, *)
            weight = weight.map { $0 * (1 - rate * decay) }.mixed(1, step, -rate)
        }
        #expect(apart < 1e-12)
        #expect(rule.stateCount(rows: 9, columns: 5) == 45 + (isVector ? 45 : 28))
    }

    /// Inside a subspace the learning rate is in the direction, and the step along it is 1.
    @Test func adafactorServesInsideASubspace() throws {
        let rule = AdafactorRule(settings: AdafactorSettings(decayRate: -0.8, epsilon: 1e-30, clipThreshold: 1), beta1: 0.9)
        #expect(rule.refusalInsideSubspace == nil)
        let updater: any TensorUpdater<Double> = try rule.makeUpdater(rows: 3, columns: 4, ledger: MemoryLedger())
        let space = try Matrix<Double>.zeros(1, rule.scratchCount(rows: 3, columns: 4))
        let context = UpdateContext(
            learningRate: 0.02, step: 1, age: 1, gradientScale: 1, scratch: Scratch(space), ledger: MemoryLedger(), log: RefreshLog())
        let gradient = try Matrix<Double>.normal(3, 4, "g")
        #expect(try updater.direction(gradient, context: context) == 1)
        #expect(gradient.elements.allSatisfy { abs($0) < 0.02 } && gradient.sumOfSquares() > 0)
    }
}
