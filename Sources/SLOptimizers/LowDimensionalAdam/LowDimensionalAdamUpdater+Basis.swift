import SLNumerics

extension LowDimensionalAdamUpdater {
    /// The basis of this update.
    ///
    /// - Parameter work: space of the projected gradient's shape.
    func findBasis(
        _ new: Matrix<Element>, from old: Matrix<Element>, momentum: Matrix<Element>, _ gradient: Matrix<Element>, _ work: Matrix<Element>,
        _ context: inout UpdateContext<Element>
    ) throws {
        guard context.age > 1 else { return try findByDecomposition(new, of: gradient, context) }
        let weight = Element(rule.rho / (1 - power(rule.settings.beta1, context.age - 1)))
        let rest = Element(1 - rule.rho)
        switch rule.search {
        case .svd:
            let mixed = try Matrix<Element>(rows: shape.rows, columns: shape.columns, category: .workspace, ledger: context.ledger)
            mixed.add(gradient, scaledBy: rest)
            addBack(momentum, by: old, scaledBy: weight, to: mixed, keep: 1)
            try findByDecomposition(new, of: mixed, context)
        case .powerIteration:
            // b is never formed: with F′ orthonormal, bF′ᵀ = w·m + (1 − ρ)·GF′ᵀ =: Y, and Yᵀb = w·(Yᵀm)·F′ + (1 − ρ)·YᵀG.
            project(gradient, by: old, into: work)
            work.scale(by: rest)
            work.add(momentum, scaledBy: weight)
            let gram = context.scratch.take(rows: shape.rank, columns: shape.rank)
            if shape.isRight {
                gram.setProduct(transposing: work, momentum)
                new.setProduct(transposing: work, gradient, scale: rest)
            } else {
                gram.setProduct(work, transposing: momentum)
                new.setProduct(work, transposing: gradient, scale: rest)
            }
            new.setProduct(gram, old, scale: weight, keep: 1)
            try ThinQR<Element>(rows: shape.rank, columns: shape.projectedSide, ledger: context.ledger).orthonormalizeRows(of: new)
        }
    }

    /// Leading singular vectors: those of one pass where the updates that follow iterate anyway.
    private func findByDecomposition(_ new: Matrix<Element>, of matrix: Matrix<Element>, _ context: UpdateContext<Element>) throws {
        var stream = context.stream("subspace")
        guard !shape.isRight else {
            return try rule.subspace.find(
                SubspaceProjector(basis: new, isRight: true), of: matrix, effort: rule.search.effort, from: &stream, ledger: context.ledger)
        }
        let columns = try Matrix<Element>(rows: shape.projectedSide, columns: shape.rank, category: .workspace, ledger: context.ledger)
        try rule.subspace.find(
            SubspaceProjector(basis: columns, isRight: false), of: matrix, effort: rule.search.effort, from: &stream, ledger: context.ledger)
        new.setTransposed(columns)
    }
}
