/// One thread's tokens, strip after strip, in `Float`.
///
/// In a strip the values of one feature lie side by side: an entry of the support then multiplies `width` neighbours at
/// once, with the sums of its row in registers, and its index is looked at once a strip only.
enum SparseStrips {
    /// Tokens side by side: four registers. A wider strip reads indices less often but takes more cache.
    static var width: Int { 4 &* laneCount }
    /// Rows of the support whose outputs are turned at a time.
    static var block: Int { 16 }

    /// Elements a thread needs: one block of outputs, the strip of the input and that of its gradient.
    static func workspaceCount(features: Int) -> Int { (2 * features + block) * width }

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

    /// dx adds δ·S, and the values' gradient, if there is one, adds δᵀ·x at the support, both from the rows `tokens`.
    static func addGradients(
        _ x: Matrix<Float>, _ support: SparseSupport, _ values: UnsafePointer<Float>, outputGradient: Matrix<Float>,
        inputGradient: Matrix<Float>, valueGradient: UnsafeMutablePointer<Float>?, tokens: Range<Int>, space: UnsafeMutablePointer<Float>
    ) {
        let starts = UnsafePointer(support.rowStarts.base)
        let columns = UnsafePointer(support.columns.base)
        // The outputs lie between the other two so that an input and its gradient are not a multiple of 4096 bytes apart, as
        // they would be for the usual sizes: addresses equal in their low twelve bits can be taken for each other.
        let inputs = space
        let outputs = inputs + x.columns * width
        let gradients = outputs + block * width
        for first in Swift.stride(from: tokens.lowerBound, to: tokens.upperBound, by: width) {
            let count = min(width, tokens.upperBound - first)
            if valueGradient != nil {
                turn(x.row(first), stride: x.stride, tokens: count, features: x.columns, into: inputs, width: width)
            }
            gradients.update(repeating: 0, count: x.columns * width)
            for row in Swift.stride(from: 0, to: outputGradient.columns, by: block) {
                let rows = min(block, outputGradient.columns - row)
                let deltas = outputGradient.row(first) + row
                turn(deltas, stride: outputGradient.stride, tokens: count, features: rows, into: outputs, width: width)
                for i in 0..<rows {
                    let delta = Delta(outputs + i * width)
                    let (start, end) = (Int(starts[row + i]), Int(starts[row + i + 1]))
                    if let valueGradient {
                        delta.addGradients(columns, values, start, end, inputs, gradients, valueGradient)
                    } else {
                        delta.addInputGradient(columns, values, start, end, gradients)
                    }
                }
            }
            addTurned(
                gradients, width: width, to: inputGradient.row(first), stride: inputGradient.stride, tokens: count, features: x.columns)
        }
    }
}

/// The output gradient of one row of the support for the tokens of a strip: four registers.
private struct Delta {
    let (part0, part1, part2, part3): (Lanes, Lanes, Lanes, Lanes)

    @inline(__always)
    init(_ strip: UnsafePointer<Float>) {
        part0 = load(strip)
        part1 = load(strip + laneCount)
        part2 = load(strip + 2 &* laneCount)
        part3 = load(strip + 3 &* laneCount)
    }

    @inline(__always)
    private func add(_ value: Float, to gradient: UnsafeMutablePointer<Float>) {
        let value = Lanes(repeating: value)
        store(load(gradient).addingProduct(part0, value), gradient)
        store(load(gradient + laneCount).addingProduct(part1, value), gradient + laneCount)
        store(load(gradient + 2 &* laneCount).addingProduct(part2, value), gradient + 2 &* laneCount)
        store(load(gradient + 3 &* laneCount).addingProduct(part3, value), gradient + 3 &* laneCount)
    }

    /// The eight partial sums of δ · input.
    @inline(__always)
    private func products(_ input: UnsafePointer<Float>) -> EightLanes {
        let all =
            (part0 * load(input) + part1 * load(input + laneCount))
            + (part2 * load(input + 2 &* laneCount) + part3 * load(input + 3 &* laneCount))
        #if SLNUMERICS_AVX512
            return all.lowHalf + all.highHalf
        #else
            return all
        #endif
    }

    @inline(__always)
    func addInputGradient(
        _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Float>, _ start: Int, _ end: Int, _ gradients: UnsafeMutablePointer<Float>
    ) {
        var entry = start
        while entry < end {
            add(values[entry], to: gradients + Int(columns[entry]) &* SparseStrips.width)
            entry &+= 1
        }
    }

    /// Four entries at a time share the additions across lanes.
    @inline(__always)
    func addGradients(
        _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Float>, _ start: Int, _ end: Int, _ inputs: UnsafePointer<Float>,
        _ gradients: UnsafeMutablePointer<Float>, _ valueGradient: UnsafeMutablePointer<Float>
    ) {
        @inline(__always)
        func one(_ entry: Int) -> EightLanes {
            let offset = Int(columns[entry]) &* SparseStrips.width
            let sums = products(inputs + offset)
            add(values[entry], to: gradients + offset)
            return sums
        }
        var entry = start
        while entry &+ 4 <= end {
            let (a, b, c, d) = (one(entry), one(entry &+ 1), one(entry &+ 2), one(entry &+ 3))
            let target = UnsafeMutableRawPointer(valueGradient + entry)
            target.storeBytes(of: target.loadUnaligned(as: SIMD4<Float>.self) + sums(a, b, c, d), as: SIMD4<Float>.self)
            entry &+= 4
        }
        while entry < end {
            valueGradient[entry] += one(entry).sum()
            entry &+= 1
        }
    }
}

/// The sum over the lanes of each. A call of its own: inlined, the compiler turns the products over one by one before it adds.
@inline(never)
private func sums(_ a: EightLanes, _ b: EightLanes, _ c: EightLanes, _ d: EightLanes) -> SIMD4<Float> {
    let ab = interleaveLow(a, b) + interleaveHigh(a, b)
    let cd = interleaveLow(c, d) + interleaveHigh(c, d)
    let all = pairsLow(ab, cd) + pairsHigh(ab, cd)
    return all.lowHalf + all.highHalf
}
