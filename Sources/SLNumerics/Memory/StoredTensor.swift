/// A tensor in one of the storage formats, read and written in pieces of the engine's own type.
///
/// Only `Float` has shorter formats: `Double`, which checks gradients, keeps everything in full.
public final class StoredTensor<Element: Scalar>: @unchecked Sendable {
    enum Content {
        case full(Matrix<Element>)
        case half(Allocation<BFloat16>, StorageFormat.Rounding)
        case codes(Allocation<UInt8>, scales: Allocation<Float>, book: Dynamic8BitCode, blockSize: Int)
        case companded(Allocation<UInt8>, scales: Allocation<Float>, CompandedCode)
        case affine(AffineStorage)
    }

    public let rows: Int
    public let columns: Int
    public let format: StorageFormat
    let content: Content

    /// Zero-filled.
    ///
    /// - Throws: ``OutOfMemoryError``.
    public init(rows: Int, columns: Int, format: StorageFormat, category: MemoryCategory, ledger: MemoryLedger) throws {
        self.rows = rows
        self.columns = columns
        let count = rows * columns
        let chosen = Element.self == Float.self ? format : .full
        self.format = chosen
        content =
            switch chosen {
            case .full: .full(try Matrix(rows: rows, columns: columns, category: category, ledger: ledger))
            case .bf16(let rounding): .half(try Allocation(count: count, category: category, ledger: ledger), rounding)
            case .dynamic8Bit(let block, let signed, let search):
                // Scales of 0 make every code a zero.
                .codes(
                    try Allocation(count: count, category: category, ledger: ledger),
                    scales: try Allocation(count: (count + block - 1) / block, category: category, ledger: ledger),
                    book: .book(signed: signed, search: search), blockSize: block)
            case .companded(let code):
                .companded(
                    try Allocation(count: count, category: category, ledger: ledger),
                    scales: try Allocation(
                        count: (count + CompandedCode.groupSize - 1) / CompandedCode.groupSize, category: category, ledger: ledger), code)
            case .affine(let code, let group, let rounding):
                .affine(try AffineStorage(count: count, code: code, groupSize: group, rounding: rounding, category: category, ledger: ledger))
            }
    }

    /// A matrix under the same interface; the storage is shared.
    public init(_ matrix: Matrix<Element>) {
        rows = matrix.rows
        columns = matrix.columns
        format = .full
        content = .full(matrix)
    }

    public var count: Int { rows * columns }

    /// The elements themselves where they are kept in full.
    public var matrix: Matrix<Element>? { if case .full(let matrix) = content { matrix } else { nil } }

    /// Pieces must start at a multiple of this.
    public var alignment: Int {
        switch content {
        case .full, .half: 1
        case .codes(_, _, _, let blockSize): blockSize
        case .companded: CompandedCode.groupSize
        case .affine(let affine): affine.groupSize
        }
    }

    /// Elements `range`, counted row by row.
    public func read(_ range: Range<Int>, into target: UnsafeMutablePointer<Element>) {
        check(range)
        switch content {
        case .full(let matrix):
            precondition(matrix.isContiguous)
            target.update(from: matrix.base + range.lowerBound, count: range.count)
        case .half(let storage, _):
            BFloat16.expand(storage.base + range.lowerBound, into: Self.floats(target), range.count)
        case .codes(let storage, let scales, let book, let blockSize):
            for start in stride(from: range.lowerBound, to: range.upperBound, by: blockSize) {
                book.dequantize(
                    storage.base + start, absmax: scales.base[start / blockSize], into: Self.floats(target + (start - range.lowerBound)),
                    min(blockSize, range.upperBound - start))
            }
        case .companded(let storage, let scales, let code):
            let first = range.lowerBound
            code.dequantize(storage.base + first, scales: scales.base + first / CompandedCode.groupSize, into: Self.floats(target), range.count)
        case .affine(let affine): affine.read(range, into: Self.floats(target))
        }
    }

    /// Overwrites elements `range`. Blocks of codes are written whole.
    ///
    /// - Parameter key: what stochastic rounding draws from; `nil` rounds to nearest.
    public func write(_ range: Range<Int>, from source: UnsafeMutablePointer<Element>, key: UInt64?) {
        check(range)
        switch content {
        case .full(let matrix):
            precondition(matrix.isContiguous)
            (matrix.base + range.lowerBound).update(from: source, count: range.count)
        case .half(let storage, let rounding):
            let (from, to) = (Self.floats(source), storage.base + range.lowerBound)
            if rounding == .stochastic, let key {
                BFloat16.compressStochastically(from, into: to, range.count, key: key, offset: range.lowerBound)
            } else {
                BFloat16.compress(from, into: to, range.count)
            }
        case .codes(let storage, let scales, let book, let blockSize):
            for start in stride(from: range.lowerBound, to: range.upperBound, by: blockSize) {
                scales.base[start / blockSize] = book.quantize(
                    Self.floats(source + (start - range.lowerBound)), into: storage.base + start, min(blockSize, range.upperBound - start))
            }
        case .companded(let storage, let scales, let code):
            let first = range.lowerBound
            code.quantize(Self.floats(source), into: storage.base + first, scales: scales.base + first / CompandedCode.groupSize, range.count)
        case .affine(let affine): affine.write(range, from: Self.floats(source), key: key)
        }
    }

    private func check(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "elements \(range) of \(count)")
        precondition(range.lowerBound % alignment == 0, "a piece at \(range.lowerBound) in blocks of \(alignment)")
    }

    /// Shorter formats exist for `Float` only (see ``init(rows:columns:format:category:ledger:)``).
    private static func floats(_ pointer: UnsafeMutablePointer<Element>) -> UnsafeMutablePointer<Float> {
        assert(Element.self == Float.self)
        return UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Float.self)
    }
}
