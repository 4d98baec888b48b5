/// In which precision a product reads its operands. Sums are in full always.
public enum OperandPrecision: Sendable, Hashable {
    /// The engine's own type.
    case full
    /// Rounded to the nearest brain float.
    case bf16

    /// Elements of temporary space, of 4 bytes each, that `count` values take.
    public func spaceCount(_ count: Int) -> Int { self == .full ? count : (count + 1) / 2 }
}

/// What a product reads: a matrix kept in the precision in which it is multiplied, and, where it is another product's result, rounded
/// to it once.
///
/// Whoever makes an operand decides the precision for every product that reads it: the engine for a linear's input and output
/// gradient, a parameter for its weights. A parameterization passes on what it is given and takes the operands between its own
/// products from its temporary space (``Scratch/take(rows:columns:like:)``), so that it is written once for all precisions.
public struct Operand<Element: Scalar>: Sendable {
    enum Content: Sendable {
        case full(Matrix<Element>)
        case bf16(Matrix<BFloat16>)
    }

    let content: Content

    public init(_ matrix: Matrix<Element>) { content = .full(matrix) }
    init(_ matrix: Matrix<BFloat16>) { content = .bf16(matrix) }

    /// - Throws: ``OutOfMemoryError``.
    public init(rows: Int, columns: Int, precision: OperandPrecision, category: MemoryCategory, ledger: MemoryLedger) throws {
        content =
            switch precision {
            case .full: .full(try Matrix(rows: rows, columns: columns, category: category, ledger: ledger))
            case .bf16: .bf16(try Matrix(rows: rows, columns: columns, category: category, ledger: ledger))
            }
    }

    public var precision: OperandPrecision {
        switch content {
        case .full: .full
        case .bf16: .bf16
        }
    }

    public var rows: Int {
        switch content {
        case .full(let matrix): matrix.rows
        case .bf16(let matrix): matrix.rows
        }
    }

    public var columns: Int {
        switch content {
        case .full(let matrix): matrix.columns
        case .bf16(let matrix): matrix.columns
        }
    }

    /// The values themselves where they are kept in full.
    public var matrix: Matrix<Element>? { if case .full(let matrix) = content { matrix } else { nil } }

    public func window(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> Operand {
        switch content {
        case .full(let matrix): Operand(matrix.window(rows: rowRange, columns: columnRange))
        case .bf16(let matrix): Operand(matrix.window(rows: rowRange, columns: columnRange))
        }
    }

    public func window(rows rowRange: Range<Int>) -> Operand { window(rows: rowRange, columns: 0..<columns) }

    /// A copy of all values, row by row.
    public var elements: [Element] {
        switch content {
        case .full(let matrix): matrix.elements
        case .bf16(let matrix): matrix.elements.map { Element($0.value) }
        }
    }
}

/// What can stand on either side of a product.
public protocol ProductOperand<Element> {
    associatedtype Element: Scalar
    var operand: Operand<Element> { get }
}

extension Operand: ProductOperand {
    public var operand: Operand<Element> { self }
}

extension Matrix: ProductOperand where Element: Scalar {
    /// The matrix in full.
    public var operand: Operand<Element> { Operand(self) }
}

extension Scratch where Element: Scalar {
    /// The next `rows · columns` values as an operand; contents undefined.
    ///
    /// - Precondition: the space was planned large enough: ``OperandPrecision/spaceCount(_:)``.
    public mutating func take(rows: Int, columns: Int, precision: OperandPrecision) -> Operand<Element> {
        switch precision {
        case .full: return Operand(take(rows: rows, columns: columns) as Matrix<Element>)
        case .bf16:
            let space = take(rows: 1, columns: precision.spaceCount(rows * columns)) as Matrix<Element>
            return Operand(space.recast(to: BFloat16.self, rows: rows, columns: columns))
        }
    }

    /// The same in the precision of another operand.
    public mutating func take(rows: Int, columns: Int, like other: Operand<Element>) -> Operand<Element> {
        take(rows: rows, columns: columns, precision: other.precision)
    }

    /// Space in full for what `operand` shall hold in the end: its own where it is kept in full.
    public mutating func inFull(_ operand: Operand<Element>) -> Matrix<Element> {
        operand.matrix ?? take(rows: operand.rows, columns: operand.columns)
    }
}
