/// One thread's tokens of a sparse product's gradients, strip after strip.
extension SparseStrips {
    /// Entries whose gradients are added over lanes together.
    private static var batch: Int { laneCount }

    /// Elements a thread needs for gradients: a tile of output gradients, the strip of the input and that of its gradient, and the
    /// products that wait to be added over lanes.
    static func gradientWorkspaceCount(rows: Int, features: Int) -> Int {
        (min(rows, SparseColumns.mostTileRows) + 2 * features) * width + batch * laneCount
    }

    /// dx adds δ·S, and the values' gradient, if there is one, adds δᵀ·x at the support, both from the rows `tokens`.
    ///
    /// - Parameter valueGradient: in the order of `columns`.
    static func addGradients(
        _ x: Matrix<Float>, _ columns: SparseColumns, outputGradient: Matrix<Float>, inputGradient: Matrix<Float>,
        valueGradient: UnsafeMutablePointer<Float>?, tokens: Range<Int>, space: UnsafeMutablePointer<Float>
    ) {
        // What waits lies between the other two so that an input and its gradient are not a multiple of 4096 bytes apart, as
        // they would be for the usual sizes: addresses equal in their low twelve bits can be taken for each other.
        let inputs = space
        let waiting = inputs + x.columns * width
        let gradients = waiting + batch * laneCount
        let deltas = gradients + x.columns * width
        for first in Swift.stride(from: tokens.lowerBound, to: tokens.upperBound, by: width) {
            let count = min(width, tokens.upperBound - first)
            if valueGradient != nil {
                turn(x.row(first), stride: x.stride, tokens: count, features: x.columns, into: inputs, width: width)
            }
            for tile in 0..<columns.tileCount {
                let rows = columns.rows(of: tile)
                let delta = outputGradient.row(first) + rows.lowerBound
                turn(delta, stride: outputGradient.stride, tokens: count, features: rows.count, into: deltas, width: width)
                if tile == 0 { gradients.update(repeating: 0, count: x.columns * width) }
                if let valueGradient {
                    addTile(columns, columns.starts(of: tile), deltas, inputs, gradients, valueGradient, waiting)
                } else {
                    addTile(columns, columns.starts(of: tile), deltas, gradients)
                }
            }
            addTurned(
                gradients, width: width, to: inputGradient.row(first), stride: inputGradient.stride, tokens: count, features: x.columns)
        }
    }

    private static func addTile(
        _ columns: SparseColumns, _ starts: UnsafePointer<Int32>, _ deltas: UnsafePointer<Float>, _ inputs: UnsafePointer<Float>,
        _ gradients: UnsafeMutablePointer<Float>, _ valueGradient: UnsafeMutablePointer<Float>, _ waiting: UnsafeMutablePointer<Float>
    ) {
        var entry = Int(starts[0])
        var waitingCount = 0
        for column in 0..<columns.columnCount {
            let end = Int(starts[column &+ 1])
            guard entry < end else { continue }
            let input = StripPart(inputs + column &* width)
            var gradient = StripPart(gradients + column &* width)
            while entry < end {
                let delta = StripPart(deltas + Int(columns.offsets[entry]))
                gradient.addProduct(delta, columns.values[entry])
                store(input.products(delta), waiting + waitingCount &* laneCount)
                entry &+= 1
                waitingCount &+= 1
                if waitingCount == batch {
                    let target = valueGradient + (entry &- batch)
                    store(load(target) + sumsOfRegisters(waiting), target)
                    waitingCount = 0
                }
            }
            gradient.store(to: gradients + column &* width)
        }
        for index in 0..<waitingCount { valueGradient[entry &- waitingCount &+ index] += total(load(waiting + index &* laneCount)) }
    }

    /// Without a gradient of the values.
    private static func addTile(
        _ columns: SparseColumns, _ starts: UnsafePointer<Int32>, _ deltas: UnsafePointer<Float>, _ gradients: UnsafeMutablePointer<Float>
    ) {
        var entry = Int(starts[0])
        for column in 0..<columns.columnCount {
            let end = Int(starts[column &+ 1])
            guard entry < end else { continue }
            var gradient = StripPart(gradients + column &* width)
            while entry < end {
                gradient.addProduct(StripPart(deltas + Int(columns.offsets[entry])), columns.values[entry])
                entry &+= 1
            }
            gradient.store(to: gradients + column &* width)
        }
    }
}

/// One feature of a strip: four registers.
private struct StripPart {
    private var (part0, part1, part2, part3): (Lanes, Lanes, Lanes, Lanes)

    @inline(__always)
    init(_ strip: UnsafePointer<Float>) {
        part0 = load(strip)
        part1 = load(strip + laneCount)
        part2 = load(strip + 2 &* laneCount)
        part3 = load(strip + 3 &* laneCount)
    }

    @inline(__always)
    func store(to strip: UnsafeMutablePointer<Float>) {
        SLNumerics.store(part0, strip)
        SLNumerics.store(part1, strip + laneCount)
        SLNumerics.store(part2, strip + 2 &* laneCount)
        SLNumerics.store(part3, strip + 3 &* laneCount)
    }

    @inline(__always)
    mutating func addProduct(_ other: StripPart, _ value: Float) {
        let value = Lanes(repeating: value)
        part0 = multiplyAdd(other.part0, value, part0)
        part1 = multiplyAdd(other.part1, value, part1)
        part2 = multiplyAdd(other.part2, value, part2)
        part3 = multiplyAdd(other.part3, value, part3)
    }

    /// The partial sums of self · other, one a lane.
    @inline(__always)
    func products(_ other: StripPart) -> Lanes {
        multiplyAdd(part3, other.part3, multiplyAdd(part2, other.part2, multiplyAdd(part1, other.part1, part0 * other.part0)))
    }
}
