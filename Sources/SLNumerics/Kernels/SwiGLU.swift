/// φ of a gated feed-forward block, y = φ(gate) ⊙ up.
public enum GateActivation: String, Sendable, Hashable, CaseIterable {
    /// LLaMA's: SwiGLU.
    case silu
    /// The plain product of the two, which Shazeer calls bilinear.
    case identity
}

/// The gate of LLaMA's feed-forward block: y = SiLU(gate) ⊙ up. Source: Shazeer 2020, arXiv:2002.05202, Eq. 6; without SiLU its
/// bilinear form.
public enum SwiGLU {
    public static func forward<S: Scalar>(gate: Matrix<S>, up: Matrix<S>, activation: GateActivation = .silu, into y: Matrix<S>) {
        precondition(gate.count == up.count && gate.count == y.count && gate.isContiguous && up.isContiguous && y.isContiguous)
        Compute.ranges(of: gate.count, grain: Matrix<S>.grain / 4, alignment: 16) { _, range in
            let start = range.lowerBound
            switch activation {
            case .silu: S.swiGLU(gate.base + start, up.base + start, y.base + start, range.count)
            case .identity: multiply(gate.base + start, up.base + start, y.base + start, range.count)
            }
        }
    }

    /// gate and up are overwritten by their own derivatives.
    public static func backward<S: Scalar>(gate: Matrix<S>, up: Matrix<S>, activation: GateActivation = .silu, outputGradient dy: Matrix<S>) {
        precondition(gate.count == up.count && gate.count == dy.count && gate.isContiguous && up.isContiguous && dy.isContiguous)
        Compute.ranges(of: gate.count, grain: Matrix<S>.grain / 4, alignment: 16) { _, range in
            let start = range.lowerBound
            switch activation {
            case .silu: S.swiGLUBackward(gate.base + start, up.base + start, dy.base + start, range.count)
            case .identity: multiplyBackward(gate.base + start, up.base + start, dy.base + start, range.count)
            }
        }
    }

    @specialized(where S == Float)
    private static func multiply<S: Scalar>(_ gate: S.Row, _ up: S.Row, _ y: S.Row, _ n: Int) {
        for i in 0..<n { y[i] = gate[i] * up[i] }
    }

    @specialized(where S == Float)
    private static func multiplyBackward<S: Scalar>(_ gate: S.Row, _ up: S.Row, _ dy: S.Row, _ n: Int) {
        for i in 0..<n { (gate[i], up[i]) = (dy[i] * up[i], dy[i] * gate[i]) }
    }
}

/// SiLU(x) = x · sigmoid(x), elementwise. Source: Elfwing et al. 2017, arXiv:1702.03118.
public enum SiLU {
    public static func forward<S: Scalar>(_ x: Matrix<S>, into y: Matrix<S>) {
        precondition(x.rows == y.rows && x.columns == y.columns)
        x.forEachRow { S.silu(x.row($0), y.row($0), x.columns) }
    }

    /// dy becomes dy ⊙ SiLU'(x).
    public static func backward<S: Scalar>(_ x: Matrix<S>, gradient dy: Matrix<S>) {
        precondition(x.rows == dy.rows && x.columns == dy.columns)
        x.forEachRow { S.siluBackward(x.row($0), dy.row($0), x.columns) }
    }
}
