import SLNumerics
import SLTestSupport
import Testing

/// Every innermost loop on rows of random length at any place in memory, against the plain loop in `Double`.
@Suite(.everyVectorUnit(threads: 1)) struct RowShapeFuzzTests {
    enum Kernel: String, CaseIterable, Sendable {
        case sumOfSquares, dot, addScaled, scale, reciprocalRMS, normalize, normalizeBackward, rotate, rotateBack
        case causalSoftmax, causalProbabilities, causalSoftmaxBackward, swiGLU, swiGLUBackward, silu, siluBackward
        case logSumExp, scaledSoftmax, adam, adamDirection, multiply, multiplyBackward
        case largestMagnitude, addSquares, multiplyBy, cut, scaleWhere, toVariance, toSecondMoment

        /// - Parameters:
        ///   - r: six rows of `n` elements; r[5] stays away from zero, r[3] is positive.
        ///   - valid: 1 ... n.
        /// - Returns: what the kernel returned, if anything.
        func run<S: Scalar>(_ r: [S.Row], _ n: Int, valid: Int, _ c: AdamCoefficients<S>) -> [S] {
            switch self {
            case .sumOfSquares: return [S(S.sumOfSquares(r[0], n))]
            case .dot: return [S.dot(r[0], r[1], n)]
            case .addScaled: S.addScaled(r[0], 0.75, r[1], n)
            case .scale: S.scale(r[0], -0.75, n)
            case .reciprocalRMS: return [S.reciprocalRMS(r[5], n, epsilon: 0x1p-20)]
            case .normalize: S.normalize(r[0], 1.5, r[1], r[2], n)
            case .normalizeBackward: S.normalizeBackward(r[5], S.reciprocalRMS(r[5], n, epsilon: 0x1p-20), r[1], r[2], r[0], r[4], n)
            case .rotate: if n > 1 { S.rotate(r[0], r[1], r[2], n / 2, inverse: false) }
            case .rotateBack: if n > 1 { S.rotate(r[0], r[1], r[2], n / 2, inverse: true) }
            case .causalSoftmax: return [S.causalSoftmax(r[0], valid: valid, n, scale: 0.25)]
            case .causalProbabilities: S.causalProbabilities(r[0], valid: valid, n, scale: 0.25, logSumExp: 1.5)
            case .causalSoftmaxBackward: S.causalSoftmaxBackward(r[0], r[1], valid: valid, n, delta: 0.5, scale: 0.25)
            case .swiGLU: S.swiGLU(r[0], r[1], r[2], n)
            case .swiGLUBackward: S.swiGLUBackward(r[0], r[1], r[2], n)
            case .silu: S.silu(r[0], r[1], n)
            case .siluBackward: S.siluBackward(r[0], r[1], n)
            case .logSumExp: return [S.logSumExp(r[0], n)]
            case .scaledSoftmax: return [S.scaledSoftmax(r[0], n, scale: 0.5)]
            case .adam: S.adam(r[0], r[1], r[2], r[3], n, c)
            case .adamDirection: S.adamDirection(r[1], r[2], r[3], n, c)
            case .multiply: S.multiply(r[0], r[1], r[2], n)
            case .multiplyBackward: S.multiplyBackward(r[0], r[1], r[2], n)
            case .largestMagnitude: return [S.largestMagnitude(r[0], n)]
            case .addSquares: S.addSquares(r[0], r[1], n)
            case .multiplyBy: S.multiply(r[0], by: r[1], 0.75, n)
            case .cut: S.cut(r[0], above: 0.5, 0.25, n)
            case .scaleWhere: S.scale(r[0], 0.25, where: r[3], n)
            case .toVariance: S.toVariance(r[3], r[0], 1.5, 0.25, n)
            case .toSecondMoment: S.toSecondMoment(r[3], r[0], r[1], 0.25, 1.5, n)
            }
            return []
        }

        /// Whether a result is a difference of larger terms.
        var cancels: Bool {
            switch self {
            case .sumOfSquares, .scale, .reciprocalRMS, .normalize, .causalProbabilities, .scaledSoftmax, .swiGLU, .silu: false
            default: true
            }
        }
    }

    /// Coefficients that are numbers of `Float`.
    private func coefficients<S: Scalar>(_ type: S.Type) -> AdamCoefficients<S> {
        AdamCoefficients(
            beta1: 0.75, beta2: 0.875, secondMomentScale: 2, epsilon: 0x1p-10, stepSize: 0.25, decay: 0.9375, gradientScale: 0.5)
    }

    @Test(arguments: Kernel.allCases) func anyLengthAnywhere(kernel: Kernel) {
        var fuzz = ShapeFuzz("rows/\(kernel)")
        for round in 0..<ShapeFuzz.rounds {
            let n = fuzz.size(round % 10 == 0 ? 9000 : 700)
            let valid = fuzz.coin() ? n : fuzz.size(n)
            // Scores far apart as well as close together.
            let deviation = [0.1, 1, 8][fuzz.below(3)]
            var values = (0..<6).map { _ in fuzz.normals(n, deviation: deviation) }
            values[3] = values[3].map { abs($0) }
            values[5] = fuzz.awayFromZero(n)
            let floats = values.map { GuardedRow($0, offset: fuzz.below(16)) }
            let doubles = values.map { GuardedRow($0.map { Double($0) }, offset: 0) }
            let mine = kernel.run(floats.map(\.base), n, valid: valid, coefficients(Float.self))
            let exact = kernel.run(doubles.map(\.base), n, valid: valid, coefficients(Double.self))
            let what = "\(kernel) of \(n), \(valid) valid, deviation \(deviation)"
            // Sums of n products, and a few roundings of numbers of the size of deviation².
            let (tolerance, floor) = (2e-5, kernel.cancels ? max(1, deviation * deviation) * Double(n).squareRoot() : 0)
            let returned = error(mine, from: exact, floor: floor)
            #expect(returned <= tolerance, "\(what): returned \(mine), exact \(exact)")
            for (index, (float, double)) in zip(floats, doubles).enumerated() {
                let found = error(float.elements, from: double.elements, floor: kernel.cancels ? max(1, deviation * deviation) : 0)
                #expect(found <= tolerance, "\(what), row \(index): \(found)")
                #expect(float.isIntact, "\(what) leaves row \(index)")
            }
        }
    }
}
