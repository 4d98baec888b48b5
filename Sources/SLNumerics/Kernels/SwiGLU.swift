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
    public static func forward<S: Scalar>(
        gate: some ProductOperand<S>, up: some ProductOperand<S>, activation: GateActivation = .silu, into y: some ProductOperand<S>
    ) {
        let (gate, up, y) = (gate.operand, up.operand, y.operand)
        precondition(gate.rows == up.rows && gate.rows == y.rows && gate.columns == up.columns && gate.columns == y.columns)
        ElementwisePieces([gate, up, y])?.run(reads: 0..<2, writes: 2..<3) { pieces, count in
            switch activation {
            case .silu: S.swiGLU(pieces[0], pieces[1], pieces[2], count)
            case .identity: S.multiply(pieces[0], pieces[1], pieces[2], count)
            }
        }
    }

    /// gate and up are overwritten by their own derivatives.
    public static func backward<S: Scalar>(
        gate: some ProductOperand<S>, up: some ProductOperand<S>, activation: GateActivation = .silu, outputGradient dy: Matrix<S>
    ) {
        let (gate, up) = (gate.operand, up.operand)
        precondition(gate.rows == up.rows && gate.rows == dy.rows && gate.columns == up.columns && gate.columns == dy.columns)
        ElementwisePieces([gate, up, Operand(dy)])?.run(reads: 0..<3, writes: 0..<2) { pieces, count in
            switch activation {
            case .silu: S.swiGLUBackward(pieces[0], pieces[1], pieces[2], count)
            case .identity: S.multiplyBackward(pieces[0], pieces[1], pieces[2], count)
            }
        }
    }
}

/// SiLU(x) = x · sigmoid(x), elementwise. Source: Elfwing et al. 2017, arXiv:1702.03118.
public enum SiLU {
    public static func forward<S: Scalar>(_ x: some ProductOperand<S>, into y: some ProductOperand<S>) {
        let (x, y) = (x.operand, y.operand)
        precondition(x.rows == y.rows && x.columns == y.columns)
        // A row that has to be expanded is, where its result goes.
        y.fillRows { row, target in S.silu(x.inFull(row, target), target, x.columns) }
    }

    /// dy becomes dy ⊙ SiLU'(x).
    public static func backward<S: Scalar>(_ x: some ProductOperand<S>, gradient dy: Matrix<S>) {
        let x = x.operand
        precondition(x.rows == dy.rows && x.columns == dy.columns)
        x.readRows { row, source in S.siluBackward(source, dy.row(row), x.columns) }
    }
}
