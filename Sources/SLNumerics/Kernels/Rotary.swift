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
    public func apply(_ x: Matrix<Element>, sequenceLength: Int, heads: Int, inverse: Bool = false) {
        let half = cosine.columns
        precondition(x.columns == heads * half * 2 && sequenceLength <= cosine.rows)
        x.forEachRow { row in
            let position = row % sequenceLength
            for head in 0..<heads {
                Element.rotate(
                    x.row(row) + head * half * 2, cosine.row(position), sine.row(position), half, inverse: inverse)
            }
        }
    }
}
