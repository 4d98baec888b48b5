/// Temporary space for one call: pieces are taken in order and all given back when the value goes away.
public struct Scratch<Element: BitwiseCopyable> {
    private let space: Matrix<Element>
    private var used = 0

    /// - Parameter space: contiguous.
    public init(_ space: Matrix<Element>) { self.space = space }

    /// The next `rows · columns` elements; contents undefined.
    ///
    /// - Precondition: the space was planned large enough.
    public mutating func take(rows: Int, columns: Int) -> Matrix<Element> {
        let piece = space.reshaped(from: used, rows: rows, columns: columns)
        used += rows * columns
        return piece
    }
}
