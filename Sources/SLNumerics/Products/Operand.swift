/// What a product reads: a matrix in the precision in which it is multiplied. Sums are always in full.
///
/// Whoever makes an operand decides the precision for every product that reads it: the engine for a linear's input and output
/// gradient, a parameter for its weights. A parameterization passes on what it is given and makes the operands between its own
/// products with ``alike(_:)``, so that it is written once for all precisions.
public struct Operand<Element: Scalar>: Sendable {
    /// The values as the product reads them: in full.
    public let matrix: Matrix<Element>

    public init(_ matrix: Matrix<Element>) { self.matrix = matrix }

    public var rows: Int { matrix.rows }
    public var columns: Int { matrix.columns }

    /// Other values in this operand's precision.
    public func alike(_ values: Matrix<Element>) -> Operand { Operand(values) }
}

/// What can stand on either side of a product.
public protocol ProductOperand<Element> {
    associatedtype Element: Scalar
    var operand: Operand<Element> { get }
}

extension Operand: ProductOperand {
    public var operand: Operand { self }
}

extension Matrix: ProductOperand where Element: Scalar {
    /// The matrix in full.
    public var operand: Operand<Element> { Operand(self) }
}
