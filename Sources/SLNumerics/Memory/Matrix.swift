/// A row-major matrix, or a window into one: `rows` rows of `columns` elements, `stride` elements apart.
///
/// A reference to storage, not a value: copies see the same elements. Writers of one buffer never run side by side on
/// the same rows; that is what makes it safe to hand to other threads.
public struct Matrix<Element: BitwiseCopyable>: @unchecked Sendable {
    public let storage: Allocation<Element>
    public let base: UnsafeMutablePointer<Element>
    public let rows: Int
    public let columns: Int
    public let stride: Int

    /// A fresh, zero-filled matrix.
    ///
    /// - Throws: ``OutOfMemoryError``.
    public init(rows: Int, columns: Int, category: MemoryCategory, ledger: MemoryLedger) throws {
        let storage = try Allocation<Element>(count: rows * columns, category: category, ledger: ledger)
        self.init(storage: storage, offset: 0, rows: rows, columns: columns, stride: columns)
    }

    private init(storage: Allocation<Element>, offset: Int, rows: Int, columns: Int, stride: Int) {
        assert(rows >= 0 && columns >= 0 && stride >= columns && offset >= 0)
        assert(rows == 0 || columns == 0 || offset + (rows - 1) * stride + columns <= storage.count, "window outside its storage")
        self.storage = storage
        self.base = storage.base + offset
        self.rows = rows
        self.columns = columns
        self.stride = stride
    }

    public var count: Int { rows * columns }
    public var isContiguous: Bool { stride == columns || rows <= 1 }

    /// The window of the given rows and columns.
    ///
    /// - Precondition: inside this matrix.
    public func window(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> Matrix {
        precondition(rowRange.lowerBound >= 0 && rowRange.upperBound <= rows, "rows \(rowRange) of \(rows)")
        precondition(columnRange.lowerBound >= 0 && columnRange.upperBound <= columns, "columns \(columnRange) of \(columns)")
        return Matrix(
            storage: storage, offset: (base - storage.base) + rowRange.lowerBound * stride + columnRange.lowerBound,
            rows: rowRange.count, columns: columnRange.count, stride: stride)
    }

    public func window(rows rowRange: Range<Int>) -> Matrix { window(rows: rowRange, columns: 0..<columns) }

    /// The first `rows · columns` elements under another shape.
    ///
    /// - Precondition: contiguous, and large enough.
    public func reshaped(rows: Int, columns: Int) -> Matrix { reshaped(from: 0, rows: rows, columns: columns) }

    public func reshaped(from offset: Int, rows: Int, columns: Int) -> Matrix {
        precondition(isContiguous && offset + rows * columns <= count, "\(offset) + \(rows)x\(columns) of \(count)")
        return Matrix(storage: storage, offset: (base - storage.base) + offset, rows: rows, columns: columns, stride: columns)
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
