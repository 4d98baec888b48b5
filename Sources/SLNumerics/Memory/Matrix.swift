/// A row-major matrix, or a window into one: `rows` rows of `columns` elements, `stride` elements apart.
///
/// A reference to storage, not a value: copies see the same elements. Writers of one buffer never run side by side on
/// the same rows; that is what makes it safe to hand to other threads.
public struct Matrix<Element: BitwiseCopyable>: @unchecked Sendable {
    /// What holds the elements; others may share it.
    let storage: Pages
    public let base: UnsafeMutablePointer<Element>
    public let rows: Int
    public let columns: Int
    public let stride: Int

    /// A fresh, zero-filled matrix.
    ///
    /// - Throws: ``OutOfMemoryError``.
    public init(rows: Int, columns: Int, category: MemoryCategory, ledger: MemoryLedger) throws {
        let storage = try Allocation<Element>(count: rows * columns, category: category, ledger: ledger)
        self.init(storage: storage, base: storage.base, rows: rows, columns: columns, stride: columns)
    }

    /// A zero-filled matrix that is kept in a file.
    ///
    /// - Throws: ``BackingFileError``.
    public init(rows: Int, columns: Int, in file: BackingFile) throws {
        let storage = try Allocation<Element>(count: rows * columns, in: file)
        self.init(storage: storage, base: storage.base, rows: rows, columns: columns, stride: columns)
    }

    /// Of a matrix in a file: what was read of it leaves memory again.
    public func releaseFromMemory() { storage.release() }

    /// All elements of a block of memory, row by row.
    ///
    /// - Precondition: as many as the block has.
    public init(_ storage: Allocation<Element>, rows: Int, columns: Int) {
        precondition(rows * columns == storage.count, "\(rows)x\(columns) of \(storage.count)")
        self.init(storage: storage, base: storage.base, rows: rows, columns: columns, stride: columns)
    }

    private init(storage: Pages, base: UnsafeMutablePointer<Element>, rows: Int, columns: Int, stride: Int) {
        assert(rows >= 0 && columns >= 0 && stride >= columns)
        assert(
            rows == 0 || columns == 0 || (UnsafeRawPointer(base) >= UnsafeRawPointer(storage.address)
                && UnsafeRawPointer(base + (rows - 1) * stride + columns) <= UnsafeRawPointer(storage.address + storage.byteCount)),
            "window outside its storage")
        self.storage = storage
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride
    }

    public var count: Int { rows * columns }
    /// Whether it is all of its memory, and no window.
    public var isWhole: Bool { count * MemoryLayout<Element>.stride == storage.byteCount }
    public var isContiguous: Bool { stride == columns || rows <= 1 }

    /// The window of the given rows and columns.
    ///
    /// - Precondition: inside this matrix.
    public func window(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> Matrix {
        precondition(rowRange.lowerBound >= 0 && rowRange.upperBound <= rows, "rows \(rowRange) of \(rows)")
        precondition(columnRange.lowerBound >= 0 && columnRange.upperBound <= columns, "columns \(columnRange) of \(columns)")
        return Matrix(
            storage: storage, base: base + rowRange.lowerBound * stride + columnRange.lowerBound,
            rows: rowRange.count, columns: columnRange.count, stride: stride)
    }

    public func window(rows rowRange: Range<Int>) -> Matrix { window(rows: rowRange, columns: 0..<columns) }

    /// The first `rows · columns` elements under another shape.
    ///
    /// - Precondition: contiguous, and large enough.
    public func reshaped(rows: Int, columns: Int) -> Matrix { reshaped(from: 0, rows: rows, columns: columns) }

    public func reshaped(from offset: Int, rows: Int, columns: Int) -> Matrix {
        precondition(isContiguous && offset + rows * columns <= count, "\(offset) + \(rows)x\(columns) of \(count)")
        return Matrix(storage: storage, base: base + offset, rows: rows, columns: columns, stride: columns)
    }

    /// The same memory as rows of other elements, each row at the beginning of one of this matrix: shorter elements leave the rest of a row
    /// unused. What was there is of no use any more.
    ///
    /// - Precondition: a row of `columns` others fits into a row here.
    func overlaid<Other: BitwiseCopyable>(by type: Other.Type, columns: Int) -> Matrix<Other> {
        let (size, other) = (MemoryLayout<Element>.stride, MemoryLayout<Other>.stride)
        precondition(columns * other <= self.columns * size && size % other == 0, "\(columns) of \(other) bytes in \(self.columns) of \(size)")
        return Matrix<Other>(
            storage: storage, base: UnsafeMutableRawPointer(base).assumingMemoryBound(to: Other.self), rows: rows, columns: columns,
            stride: stride * (size / other))
    }

    /// The same memory as a matrix of other elements, row by row without gaps.
    ///
    /// - Precondition: contiguous, and large enough.
    func recast<Other: BitwiseCopyable>(to type: Other.Type, rows: Int, columns: Int) -> Matrix<Other> {
        precondition(isContiguous && rows * columns * MemoryLayout<Other>.stride <= count * MemoryLayout<Element>.stride, "\(rows)x\(columns) in \(count)")
        return Matrix<Other>(
            storage: storage, base: UnsafeMutableRawPointer(base).assumingMemoryBound(to: Other.self), rows: rows, columns: columns, stride: columns)
    }

    @inline(__always)
    func row(_ index: Int) -> UnsafeMutablePointer<Element> {
        assert(index >= 0 && index < rows)
        return base + index * stride
    }

    public subscript(row: Int, column: Int) -> Element {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            return base[row * stride + column]
        }
        nonmutating set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            base[row * stride + column] = newValue
        }
    }

    /// All elements, row by row.
    public var elements: [Element] {
        var result: [Element] = []
        result.reserveCapacity(count)
        for row in 0..<rows { result.append(contentsOf: UnsafeBufferPointer(start: base + row * stride, count: columns)) }
        return result
    }

    /// Overwrites all elements, row by row.
    ///
    /// - Precondition: `values.count == count`.
    public func assign(_ values: some Collection<Element>) {
        precondition(values.count == count, "\(values.count) values for \(rows)x\(columns)")
        var iterator = values.makeIterator()
        for row in 0..<rows {
            for column in 0..<columns {
                guard let value = iterator.next() else { return }
                base[row * stride + column] = value
            }
        }
    }
}
