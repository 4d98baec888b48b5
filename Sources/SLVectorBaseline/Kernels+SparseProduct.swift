public import SLVector

/// One thread's tokens of a product with a sparse matrix, strip after strip.
///
/// In a strip the values of one feature lie side by side: an entry of the support then multiplies ``stripWidth`` neighbours at
/// once, with the sums of its row in registers, and its index is looked at once a strip only.
extension Kernels {
    /// Tokens side by side.
    static var stripWidth: Int { SparseStrip.registers &* laneCount }

    @inline(never)
    public static func addSparseProduct(_ x: StridedRows, _ entries: SparseEntries, into y: StridedRows, _ start: Int, _ end: Int, space: Row) {
        let width = stripWidth
        let outputs = space
        let inputs = space + SparseStrip.block &* width
        var first = start
        while first < end {
            let count = end &- first < width ? end &- first : width
            turn(x.base + first &* x.stride, stride: x.stride, tokens: count, features: x.columns, into: inputs, width: width)
            var row = 0
            while row < y.columns {
                let rows = y.columns &- row < SparseStrip.block ? y.columns &- row : SparseStrip.block
                var i = 0
                while i < rows {
                    let (from, to) = (Int(entries.rowStarts[row &+ i]), Int(entries.rowStarts[row &+ i &+ 1]))
                    addRow(entries.columns, entries.values, from, to, inputs, outputs + i &* width)
                    i &+= 1
                }
                addTurned(outputs, width: width, to: y.base + (first &* y.stride &+ row), stride: y.stride, tokens: count, features: rows)
                row &+= SparseStrip.block
            }
            first &+= width
        }
    }

    /// output = Σ values[e] · inputs[columns[e]]
    @inline(__always)
    private static func addRow(
        _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Float>, _ start: Int, _ end: Int, _ inputs: UnsafePointer<Float>, _ output: Row
    ) {
        var (sum0, sum1, sum2, sum3) = (Lanes(), Lanes(), Lanes(), Lanes())
        var entry = start
        while entry < end {
            let input = inputs + Int(columns[entry]) &* stripWidth
            let value = Lanes(repeating: values[entry])
            sum0 = multiplyAdd(load(input), value, sum0)
            sum1 = multiplyAdd(load(input + laneCount), value, sum1)
            sum2 = multiplyAdd(load(input + 2 &* laneCount), value, sum2)
            sum3 = multiplyAdd(load(input + 3 &* laneCount), value, sum3)
            entry &+= 1
        }
        store(sum0, output)
        store(sum1, output + laneCount)
        store(sum2, output + 2 &* laneCount)
        store(sum3, output + 3 &* laneCount)
    }
}
