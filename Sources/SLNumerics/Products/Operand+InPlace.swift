/// Rounding where values stand: no second copy, and the values in full are gone.
extension Matrix where Element: Scalar {
    /// All rows rounded in place, shared out over the threads.
    ///
    /// - Returns: the operand, whose rows lie at the beginning of this matrix's own; this matrix itself where nothing is rounded.
    public func roundInPlace(to precision: OperandPrecision) -> Operand<Element> {
        let rounded = roundedInPlace(to: precision)
        if precision != .full { forEachRow { rounded.roundRowInPlace($0, from: self) } }
        return rounded
    }

    /// The operand that this matrix becomes when its rows are rounded where they stand: each rounded row lies at the beginning of its own.
    func roundedInPlace(to precision: OperandPrecision) -> Operand<Element> {
        precision == .full ? Operand(self) : Operand(overlaid(by: BFloat16.self, columns: columns))
    }
}

extension Operand {
    /// Rounds one row of ``Matrix/roundedInPlace(to:)``. Rounding goes from the front, and a rounded element never lies behind its own place.
    @inline(__always)
    func roundRowInPlace(_ row: Int, from values: Matrix<Element>) {
        if case .bf16(let matrix) = content { Element.compress(values.row(row), into: matrix.row(row), values.columns) }
    }
}
