extension StoredTensor {
    /// The elements as products of such operands read them, where they are kept so.
    public func operand(_ precision: OperandPrecision) -> Operand<Element>? {
        switch (content, precision) {
        case (.full(let matrix), .full): Operand(matrix)
        case (.half(let storage, _), .bf16): Operand(Matrix(storage, rows: rows, columns: columns))
        default: nil
        }
    }
}
