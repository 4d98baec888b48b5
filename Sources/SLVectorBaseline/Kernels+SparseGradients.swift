public import SLVector

/// One thread's tokens of a sparse product's gradients, strip after strip.
extension Kernels {
    /// Entries whose gradients are added over lanes together.
    private static var batch: Int { laneCount }

    /// An entry's row in a strip of this room's width.
    @inline(__always)
    private static func place(_ offset: Int32) -> Int { laneCount == WholeRow.step ? Int(offset) : Int(offset) &>> 1 }

    @inline(never)
    public static func addSparseGradients(
        _ x: StridedRows, _ columns: SparseColumnOrder, outputGradient: StridedRows, inputGradient: StridedRows, valueGradient: Row?,
        _ start: Int, _ end: Int, space: Row
    ) {
        let width = stripWidth
        // What waits lies between the other two so that an input and its gradient are not a multiple of 4096 bytes apart, as
        // they would be for the usual sizes: addresses equal in their low twelve bits can be taken for each other.
        let inputs = space
        let waiting = inputs + x.columns &* width
        let gradients = waiting + batch &* laneCount
        let deltas = gradients + x.columns &* width
        var first = start
        while first < end {
            let count = end &- first < width ? end &- first : width
            if valueGradient != nil {
                turn(x.base + first &* x.stride, stride: x.stride, tokens: count, features: x.columns, into: inputs, width: width)
            }
            var tile = 0
            while tile < columns.tileCount {
                let row = tile &* columns.tileRows
                let rows = columns.rowCount &- row < columns.tileRows ? columns.rowCount &- row : columns.tileRows
                let delta = outputGradient.base + (first &* outputGradient.stride &+ row)
                turn(delta, stride: outputGradient.stride, tokens: count, features: rows > 0 ? rows : 0, into: deltas, width: width)
                if tile == 0 { gradients.update(repeating: 0, count: x.columns &* width) }
                let starts = UnsafePointer(columns.starts + tile &* (columns.columnCount &+ 2))
                if let valueGradient {
                    addTile(columns, starts, deltas, inputs, gradients, valueGradient, waiting)
                } else {
                    addTile(columns, starts, deltas, gradients)
                }
                tile &+= 1
            }
            addTurned(
                gradients, width: width, to: inputGradient.base + first &* inputGradient.stride, stride: inputGradient.stride, tokens: count,
                features: x.columns)
            first &+= width
        }
    }

    private static func addTile(
        _ columns: SparseColumnOrder, _ starts: UnsafePointer<Int32>, _ deltas: UnsafePointer<Float>, _ inputs: UnsafePointer<Float>,
        _ gradients: UnsafeMutablePointer<Float>, _ valueGradient: UnsafeMutablePointer<Float>, _ waiting: UnsafeMutablePointer<Float>
    ) {
        var entry = Int(starts[0])
        var waitingCount = 0
        for column in 0..<columns.columnCount {
            let end = Int(starts[column &+ 1])
            guard entry < end else { continue }
            let input = StripPart(inputs + column &* stripWidth)
            var gradient = StripPart(gradients + column &* stripWidth)
            while entry < end {
                let delta = StripPart(deltas + place(columns.offsets[entry]))
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
            gradient.write(to: gradients + column &* stripWidth)
        }
        for index in 0..<waitingCount { valueGradient[entry &- waitingCount &+ index] += total(load(waiting + index &* laneCount)) }
    }

    /// Without a gradient of the values.
    private static func addTile(
        _ columns: SparseColumnOrder, _ starts: UnsafePointer<Int32>, _ deltas: UnsafePointer<Float>, _ gradients: UnsafeMutablePointer<Float>
    ) {
        var entry = Int(starts[0])
        for column in 0..<columns.columnCount {
            let end = Int(starts[column &+ 1])
            guard entry < end else { continue }
            var gradient = StripPart(gradients + column &* stripWidth)
            while entry < end {
                gradient.addProduct(StripPart(deltas + place(columns.offsets[entry])), columns.values[entry])
                entry &+= 1
            }
            gradient.write(to: gradients + column &* stripWidth)
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
    func write(to strip: UnsafeMutablePointer<Float>) {
        store(part0, strip)
        store(part1, strip + laneCount)
        store(part2, strip + 2 &* laneCount)
        store(part3, strip + 3 &* laneCount)
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
