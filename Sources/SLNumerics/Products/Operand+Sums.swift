extension Matrix where Element: Scalar {
    /// self adds the values of an operand.
    public func add(_ other: Operand<Element>) {
        precondition(rows == other.rows && columns == other.columns, "\(other.rows)x\(other.columns) to \(rows)x\(columns)")
        if let matrix = other.matrix { return add(matrix) }
        other.readRows { Element.addScaled(self.row($0), 1, $1, columns) }
    }
}
