import SLVector

/// A block of numbers as one byte each and the largest magnitude among them.
extension Dynamic8BitCode {
    /// target[i] = values[codes[i]] · absmax
    public func dequantize(_ codes: UnsafePointer<UInt8>, absmax: Float, into target: UnsafeMutablePointer<Float>, _ n: Int) {
        dequantize(codes, absmax: absmax, into: target, n, computed: VectorUnits.kernels.computesCodes)
    }

    /// By arithmetic or from the table, with the same bits.
    package func dequantize(
        _ codes: UnsafePointer<UInt8>, absmax: Float, into target: UnsafeMutablePointer<Float>, _ n: Int, computed: Bool
    ) {
        VectorUnits.kernels.dequantize(codes, absmax: absmax, into: target, n, tables.book, computed: computed)
    }

    /// Returns max |x| and writes the code nearest to x / absmax of each element; a block of zeros has absmax 0 and the code of 0.
    ///
    /// Half way between two values the even code is taken. In the signed book a negative quotient never takes the code of 0 but
    /// the next below it, so no element loses its sign; one too small for a `Float` counts as 0. NaN takes the code of 0 and leaves
    /// absmax alone. In the unsigned book negative elements take the code of 0.
    public func quantize(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int) -> Float {
        quantize(source, into: codes, n, computed: VectorUnits.kernels.computesCodes)
    }

    /// Either way, with the same codes.
    package func quantize(_ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<UInt8>, _ n: Int, computed: Bool) -> Float {
        guard !grid.isEmpty else { return VectorUnits.kernels.quantize(source, into: codes, n, tables.book, computed: computed) }
        let absmax = VectorUnits.kernels.largestMagnitude(source, n)
        guard absmax > 0 else {
            codes.update(repeating: zeroCode, count: max(0, n))
            return 0
        }
        for i in 0..<n {
            let cell = (source[i] / absmax + 1) * 32768
            codes[i] = cell.isNaN ? zeroCode : grid[max(0, min(65535, Int(cell)))]
        }
        return absmax
    }
}
