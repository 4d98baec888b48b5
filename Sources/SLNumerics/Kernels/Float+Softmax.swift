import SLVector

extension Float {
    public static func causalSoftmax(_ scores: Row, valid: Int, _ n: Int, scale: Float) -> Float {
        VectorUnits.kernels.causalSoftmax(scores, valid: valid, n, scale: scale)
    }

    public static func causalProbabilities(_ scores: Row, valid: Int, _ n: Int, scale: Float, logSumExp: Float) {
        VectorUnits.kernels.causalProbabilities(scores, valid: valid, n, scale: scale, logSumExp: logSumExp)
    }

    public static func causalSoftmaxBackward(_ p: Row, _ dp: Row, valid: Int, _ n: Int, delta: Float, scale: Float) {
        VectorUnits.kernels.causalSoftmaxBackward(p, dp, valid: valid, n, delta: delta, scale: scale)
    }

    public static func logSumExp(_ x: Row, _ n: Int) -> Float { VectorUnits.kernels.logSumExp(x, n) }

    public static func scaledSoftmax(_ x: Row, _ n: Int, scale: Float) -> Float { VectorUnits.kernels.scaledSoftmax(x, n, scale: scale) }

    public static func scaledSoftmax(_ x: Row, rounding target: UnsafeMutablePointer<BFloat16>, _ n: Int, scale: Float) -> Float {
        VectorUnits.kernels.scaledSoftmax(x, rounding: BFloat16.patterns(target), n, scale: scale)
    }
}
