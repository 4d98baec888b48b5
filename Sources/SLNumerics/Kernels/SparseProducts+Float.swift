/// One thread's tokens, strip after strip, in `Float`.
///
/// In a strip the values of one feature lie side by side: an entry of the support then multiplies `width` neighbours at
/// once, with the sums of its row in registers, and its index is looked at once a strip only.
enum SparseStrips {
    /// Tokens side by side: four registers. A wider strip reads indices less often but takes more cache.
    static var width: Int { 4 &* laneCount }
    /// Rows of the support whose outputs are turned at a time.
    static var block: Int { 16 }

    /// Elements a thread needs for a product: one block of outputs and the strip of the input.
    static func workspaceCount(features: Int) -> Int { (features + block) * width }

    /// y adds x·Sᵀ in the rows `tokens`.
    static func addProduct(
        _ x: Matrix<Float>, _ support: SparseSupport, _ values: UnsafePointer<Float>, into y: Matrix<Float>, tokens: Range<Int>,
        space: UnsafeMutablePointer<Float>
    ) {
        let starts = UnsafePointer(support.rowStarts.base)
        let columns = UnsafePointer(support.columns.base)
        let outputs = space
        let inputs = space + block * width
        for first in Swift.stride(from: tokens.lowerBound, to: tokens.upperBound, by: width) {
            let count = min(width, tokens.upperBound - first)
            turn(x.row(first), stride: x.stride, tokens: count, features: x.columns, into: inputs, width: width)
            for row in Swift.stride(from: 0, to: y.columns, by: block) {
                let rows = min(block, y.columns - row)
                for i in 0..<rows {
                    addRow(columns, values, Int(starts[row + i]), Int(starts[row + i + 1]), inputs, outputs + i * width)
                }
                addTurned(outputs, width: width, to: y.row(first) + row, stride: y.stride, tokens: count, features: rows)
            }
        }
    }

    /// output = Σ values[e] · inputs[columns[e]]
    @inline(__always)
    private static func addRow(
        _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Float>, _ start: Int, _ end: Int, _ inputs: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>
    ) {
        var (sum0, sum1, sum2, sum3) = (Lanes(), Lanes(), Lanes(), Lanes())
        var entry = start
        while entry < end {
            let input = inputs + Int(columns[entry]) &* width
            let value = Lanes(repeating: values[entry])
            sum0.addProduct(load(input), value)
            sum1.addProduct(load(input + laneCount), value)
            sum2.addProduct(load(input + 2 &* laneCount), value)
            sum3.addProduct(load(input + 3 &* laneCount), value)
            entry &+= 1
        }
        store(sum0, output)
        store(sum1, output + laneCount)
        store(sum2, output + 2 &* laneCount)
        store(sum3, output + 3 &* laneCount)
    }
}
