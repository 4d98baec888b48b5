import SLRandom

/// One product of ``ProductCheck`` with its plain twin.
struct OddProduct {
    let m: Int
    let n: Int
    let k: Int
    let transposesLeft: Bool
    let transposesRight: Bool
    let scale: Float
    /// 0: the result holds no numbers before, and must not be read.
    let keep: Float

    /// Between the rows of the result; must stay.
    private static let mark: Float = -77

    var words: String {
        let transposed = [(transposesLeft, "left"), (transposesRight, "right")].filter(\.0).map(\.1).joined(separator: " and ")
        return "\(m)×\(n)×\(k)" + (transposed.isEmpty ? "" : ", \(transposed) transposed")
    }

    /// Rows of numbers from -1 to 1 with something between them that no product may use.
    private struct Sheet {
        let stride: Int
        var values: [Float]

        init(_ rows: Int, _ columns: Int, apart: Int, between: Float, name: String) {
            stride = columns + apart
            var random = RandomStream(seed: 1, name: "product-check/\(name)/\(rows)x\(columns)")
            values = (0..<rows * stride).map { $0 % (columns + apart) < columns ? Float(2 * random.uniform() - 1) : between }
        }
    }

    /// The largest error of `multiply` in units of its bound.
    func error(of multiply: ProductCheck.Multiply) -> Double {
        let a = Sheet(transposesLeft ? k : m, transposesLeft ? m : k, apart: 3, between: .nan, name: "left")
        let b = Sheet(transposesRight ? n : k, transposesRight ? k : n, apart: 5, between: .nan, name: "right")
        let before = Sheet(m, n, apart: 2, between: Self.mark, name: "result")
        let stride = before.stride
        let layout = ProductLayout(
            transposeA: transposesLeft, transposeB: transposesRight, m: m, n: n, k: k, lda: a.stride, ldb: b.stride, ldc: stride)
        var after = before
        if keep == 0 { for index in after.values.indices where index % stride < n { after.values[index] = .nan } }
        a.values.withUnsafeBufferPointer { left in
            b.values.withUnsafeBufferPointer { right in
                after.values.withUnsafeMutableBufferPointer { result in
                    guard let left = left.baseAddress, let right = right.baseAddress, let result = result.baseAddress else { return }
                    multiply(layout, scale, left, right, keep, result)
                }
            }
        }
        return difference(a, b, before, after)
    }

    private func difference(_ a: Sheet, _ b: Sheet, _ before: Sheet, _ after: Sheet) -> Double {
        let roundings = Double(k + 3) * 0x1p-24
        let gamma = roundings / (1 - roundings)
        var worst = 0.0
        for row in 0..<m {
            for column in 0..<after.stride {
                let found = after.values[row * after.stride + column]
                guard column < n else {
                    if found != Self.mark { return ProductCheck.wholly }
                    continue
                }
                let kept = keep == 0 ? 0 : Double(keep) * Double(before.values[row * before.stride + column])
                let sum = self.sum(a, b, row, column)
                let error = abs(Double(found) - (Double(scale) * sum.value + kept)) / (gamma * (abs(Double(scale)) * sum.size + abs(kept)))
                if !(error < ProductCheck.wholly) { return ProductCheck.wholly }
                worst = max(worst, error)
            }
        }
        return worst
    }

    /// Σ a·b and Σ |a·b| of an element.
    private func sum(_ a: Sheet, _ b: Sheet, _ row: Int, _ column: Int) -> (value: Double, size: Double) {
        var (value, size) = (0.0, 0.0)
        for index in 0..<k {
            let left = a.values[transposesLeft ? index * a.stride + row : row * a.stride + index]
            let right = b.values[transposesRight ? column * b.stride + index : index * b.stride + column]
            let product = Double(left) * Double(right)
            value += product
            size += abs(product)
        }
        return (value, size)
    }
}
