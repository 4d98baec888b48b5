import Foundation
import SLNumerics
import SLTestSupport
import Testing

/// Rows of logits against the textbook formula in Double, on one thread and on two.
struct CrossEntropyTests {
    private func exact(_ logits: Matrix<Double>, _ targets: [Int32], scale: Double) -> (sum: Double, gradient: [Double]) {
        var sum = 0.0
        var gradient: [Double] = []
        for row in 0..<logits.rows {
            let values = (0..<logits.columns).map { logits[row, $0] }
            guard targets[row] >= 0 else {
                gradient += values.map { _ in 0 }
                continue
            }
            let largest = values.max() ?? 0
            let total = values.reduce(0) { $0 + exp($1 - largest) }
            sum += largest + log(total) - values[Int(targets[row])]
            gradient += values.enumerated().map { scale * (exp($1 - largest) / total - ($0 == Int(targets[row]) ? 1 : 0)) }
        }
        return (sum, gradient)
    }

    private func check(rows: Int, vocabulary: Int) throws {
        let logits = try Twin(rows, vocabulary, "logits", deviation: 3)
        let targets = (0..<rows).map { Int32($0 % 3 == 2 ? -1 : ($0 * 7) % vocabulary) }
        let truth = exact(logits.double, targets, scale: 0.125)
        let window = try logits.float.asWindow()
        targets.withUnsafeBufferPointer { targets in
            let only = CrossEntropy.apply(window, targets: targets, gradientScale: nil)
            #expect(abs(only - truth.sum) <= 1e-6 * max(1, truth.sum))
            #expect(window.elements == logits.float.elements, "without a gradient the logits stay")
            let sum = CrossEntropy.apply(window, targets: targets, gradientScale: 0.125)
            #expect(abs(sum - truth.sum) <= 1e-6 * max(1, truth.sum))
            // In Double the same code is exact.
            #expect(abs(CrossEntropy.apply(logits.double, targets: targets, gradientScale: 0.125) - truth.sum) <= 1e-12 * max(1, truth.sum))
        }
        #expect(Deviation(window.elements, from: truth.gradient).relativeToLargest < sumTolerance)
        #expect(Deviation(logits.double.elements, from: truth.gradient).relativeToLargest < 1e-12)
    }

    @Test(.everyVectorUnit(threads: 1), arguments: [1, 2, 7, 8, 9, 257, 5461]) func onOneThread(vocabulary: Int) throws {
        try check(rows: 5, vocabulary: vocabulary)
    }

    @Test(.everyVectorUnit(threads: 2), arguments: [1, 2, 7, 8, 9, 257, 5461]) func onTwoThreads(vocabulary: Int) throws {
        for rows in [1, 2, 5, 13] { try check(rows: rows, vocabulary: vocabulary) }
    }

    /// The gradient in brain floats is the other one rounded; only p − 1 may have more of its digits. In the rows' own memory.
    @Test(.everyVectorUnit(threads: 2), arguments: [1, 2, 9, 257, 5461]) func roundedGradient(vocabulary: Int) throws {
        try roundedGradient(Float.self, vocabulary: vocabulary)
        try roundedGradient(Double.self, vocabulary: vocabulary)
    }

    private func roundedGradient<S: Scalar>(_ type: S.Type, vocabulary: Int) throws {
        let rows = 7
        let values = try Matrix<Float>.normal(rows, vocabulary, "logits", deviation: 3).elements
        let (logits, plain) = (
            try Matrix<S>.of(rows, vocabulary, values.map { S($0) }).asWindow(), try Matrix<S>.of(rows, vocabulary, values.map { S($0) })
        )
        let targets = (0..<rows).map { Int32($0 % 3 == 2 ? -1 : ($0 * 7) % vocabulary) }
        targets.withUnsafeBufferPointer { targets in
            let sum = CrossEntropy.apply(plain, targets: targets, gradientScale: 0.125)
            #expect(CrossEntropy.gradient(logits, targets: targets, scale: 0.125, precision: .bf16).sum == sum)
        }
        for row in 0..<rows {
            let start = logits.base + row * logits.stride
            let gradient = UnsafeMutableRawPointer(start).assumingMemoryBound(to: BFloat16.self)
            for column in 0..<vocabulary where column != targets[row] {
                #expect(gradient[column] == BFloat16(nearest: Float(plain[row, column])))
            }
            if targets[row] >= 0 {
                let exact = Float(plain[row, Int(targets[row])])
                #expect(abs(gradient[Int(targets[row])].value - exact) <= abs(exact) / 256 + 1e-7)
            }
            #expect(start[-1] == -77 && start[vocabulary] == -77, "a window's surroundings stay")
        }
    }

    @Test(.everyVectorUnit(threads: 1)) func allMaskedIsNothing() throws {
        let logits = try Matrix<Float>.normal(3, 9, "logits")
        [Int32](repeating: -1, count: 3).withUnsafeBufferPointer { #expect(CrossEntropy.apply(logits, targets: $0, gradientScale: 1) == 0) }
        #expect(logits.elements.allSatisfy { $0 == 0 })
    }

    @Test(.everyVectorUnit(threads: 1)) func extremeLogits() throws {
        let logits = try Matrix<Float>.of(3, 4, [1e4, -1e4, 0, 0, -1e4, 1e4, 0, 0, 7, 7, 7, 7])
        [Int32(0), 0, 3].withUnsafeBufferPointer { targets in
            let sum = CrossEntropy.apply(logits, targets: targets, gradientScale: 1)
            #expect(abs(sum - (0 + 20_000 + log(4.0))) < 0.01)
        }
        #expect(logits.elements.allSatisfy { $0.isFinite })
        #expect(logits[1, 0] == -1 && logits[1, 1] == 1)
    }

    @Test(.everyVectorUnit(threads: 1)) func notANumberIsSeen() throws {
        let logits = try Matrix<Float>.normal(2, 20, "logits")
        logits[1, 17] = .nan
        [Int32(3), 4].withUnsafeBufferPointer { #expect(CrossEntropy.apply(logits, targets: $0, gradientScale: 1).isNaN) }
    }
}
