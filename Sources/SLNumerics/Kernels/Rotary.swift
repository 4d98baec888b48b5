import Glibc

/// Rotary position embedding in the half-split layout: element i of a head is paired with i + d/2.
///
/// Source: Su et al. 2021, arXiv:2104.09864, Eq. 34; layout as in Hugging Face's LLaMA (the two halves, not neighbours).
public struct RotaryTable<Element: Scalar>: Sendable {
    private let cosine: Matrix<Element>  // [T, d/2]
    private let sine: Matrix<Element>  // [T, d/2]

    /// - Parameters:
    ///   - length: positions 0 ..< length.
    ///   - headSize: even.
    public init(length: Int, headSize: Int, theta: Double, ledger: MemoryLedger) throws {
        precondition(headSize % 2 == 0, "head size \(headSize) is odd")
        let half = headSize / 2
        cosine = try Matrix(rows: length, columns: half, category: .workspace, ledger: ledger)
        sine = try Matrix(rows: length, columns: half, category: .workspace, ledger: ledger)
        for position in 0..<length {
            for i in 0..<half {
                let angle = Double(position) * pow(theta, -2 * Double(i) / Double(headSize))
                cosine[position, i] = Element(cos(angle))
                sine[position, i] = Element(sin(angle))
            }
        }
    }

    /// Rotates every head of every row of `x` [B·T, heads·d]; row b·T + t stands at position t.
    ///
    /// - Parameter y: gets the result; `x` holds it in full, too.
    public func apply(_ x: Matrix<Element>, sequenceLength: Int, heads: Int, inverse: Bool = false, into y: Operand<Element>? = nil) {
        let half = cosine.columns
        precondition(x.columns == heads * half * 2 && sequenceLength <= cosine.rows)
        precondition(y.map { $0.rows == x.rows && $0.columns == x.columns } ?? true)
        x.forEachRow { row in
            let position = row % sequenceLength
            for head in 0..<heads { rotate(x.row(row) + head * half * 2, position: position, inverse: inverse) }
            if case .bf16(let matrix) = y?.content { Element.compress(x.row(row), into: matrix.row(row), x.columns) }
        }
    }

    /// Rotates the `d` elements of one head.
    @inline(__always)
    func rotate(_ x: Element.Row, position: Int, inverse: Bool = false) {
        Element.rotate(x, cosine.row(position), sine.row(position), cosine.columns, inverse: inverse)
    }
}
