import Foundation

/// Whole operations by the plainest loops, on arrays of `Double`: they share no cut, block or window with the engine.
enum Naive {
    /// op(a)·op(b), [m, n], `k` terms a sum.
    static func product(_ a: [Double], transposed: Bool, _ b: [Double], transposing: Bool, _ m: Int, _ n: Int, _ k: Int) -> [Double] {
        var result = [Double](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                var sum = 0.0
                for p in 0..<k { sum += (transposed ? a[p * m + i] : a[i * k + p]) * (transposing ? b[j * k + p] : b[p * n + j]) }
                result[i * n + j] = sum
            }
        }
        return result
    }

    /// y = x / √(mean(x²) + ε) · g and the derivatives of Σ dy·y.
    static func norm(_ x: [Double], weight: [Double], _ dy: [Double], epsilon: Double) -> (y: [Double], dx: [Double], dWeight: [Double]) {
        let n = weight.count
        var (y, dx, dWeight) = (x, x, [Double](repeating: 0, count: n))
        for row in 0..<x.count / n {
            let start = row * n
            var squares = 0.0
            for i in 0..<n { squares += x[start + i] * x[start + i] }
            let root = (squares / Double(n) + epsilon).squareRoot()
            var inner = 0.0
            for i in 0..<n { inner += dy[start + i] * weight[i] * x[start + i] }
            for i in 0..<n {
                y[start + i] = x[start + i] / root * weight[i]
                dx[start + i] = dy[start + i] * weight[i] / root - x[start + i] * inner / (Double(n) * root * root * root)
                dWeight[i] += dy[start + i] * x[start + i] / root
            }
        }
        return (y, dx, dWeight)
    }

    struct Attention {
        var output, logSumExp, dq, dk, dv: [Double]
    }

    /// One whole matrix of scores a head. q, k, v, dO [B·T, H·d]; logSumExp [H, B·T].
    static func attention(_ q: [Double], _ k: [Double], _ v: [Double], _ dO: [Double], length T: Int, heads: Int, size d: Int) -> Attention {
        let width = heads * d
        let tokens = q.count / width
        let zeros = [Double](repeating: 0, count: q.count)
        var result = Attention(output: zeros, logSumExp: [Double](repeating: 0, count: heads * tokens), dq: zeros, dk: zeros, dv: zeros)
        let scale = 1 / Double(d).squareRoot()
        for head in 0..<heads {
            for token in 0..<tokens {
                let first = token / T * T
                func at(_ token: Int) -> Int { token * width + head * d }
                func dot(_ a: [Double], _ i: Int, _ b: [Double], _ j: Int) -> Double { (0..<d).reduce(0) { $0 + a[i + $1] * b[j + $1] } }
                var p = (first...token).map { exp(scale * dot(q, at(token), k, at($0))) }
                let sum = p.reduce(0, +)
                p = p.map { $0 / sum }
                result.logSumExp[head * tokens + token] = log(sum)
                for (index, weight) in p.enumerated() {
                    for i in 0..<d { result.output[at(token) + i] += weight * v[at(first + index) + i] }
                }
                let delta = dot(result.output, at(token), dO, at(token))
                for (index, weight) in p.enumerated() {
                    let seen = at(first + index)
                    let slope = weight * (dot(dO, at(token), v, seen) - delta) * scale
                    for i in 0..<d {
                        result.dv[seen + i] += weight * dO[at(token) + i]
                        result.dq[at(token) + i] += slope * k[seen + i]
                        result.dk[seen + i] += slope * q[at(token) + i]
                    }
                }
            }
        }
        return result
    }

    /// Σ −log softmax(logits)[target] over targets ≥ 0, and `scale` times its derivative.
    static func crossEntropy(_ logits: [Double], targets: [Int32], scale: Double) -> (sum: Double, gradient: [Double]) {
        let n = logits.count / targets.count
        var (sum, gradient) = (0.0, [Double](repeating: 0, count: logits.count))
        for (row, target) in targets.enumerated() where target >= 0 {
            let scores = logits[row * n..<(row + 1) * n].map { exp($0) }
            let total = scores.reduce(0, +)
            sum += log(total) - logits[row * n + Int(target)]
            for i in 0..<n { gradient[row * n + i] = scale * (scores[i] / total - (i == Int(target) ? 1 : 0)) }
        }
        return (sum, gradient)
    }

    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    static func siluSlope(_ x: Double) -> Double { sigmoid(x) * (1 + x * (1 - sigmoid(x))) }
}
