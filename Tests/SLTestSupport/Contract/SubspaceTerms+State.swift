import SLOptimizers

/// What becomes of the state inside a subspace when its basis changes, by the definition.
extension SubspaceTerms {
    enum Fate {
        case kept, turned, zeroed
    }

    /// What the rule inside keeps, for a tensor of the projected gradient's shape.
    var innerState: [StateDeclaration] {
        let shape = ProjectedRule.projectedShape(rows: rows, columns: columns, rank: rule.rank, side: rule.side)
        return rule.inner.state(rows: shape.rows, columns: shape.columns)
    }

    /// `nil` where the definition leaves it open: what is not a moment of the projected gradient's own shape is neither kept nor turned as one.
    func fate(of state: StateDeclaration) -> Fate? {
        if rule.stateAtRefresh == .reset { return .zeroed }
        guard state.kind != .other, state.count == rank * channels else { return nil }
        let isTurned = rule.stateAtRefresh == .rotate || rule.stateAtRefresh == .rotateMomentum && state.kind == .momentum
        return isTurned ? .turned : .kept
    }

    /// M·Cᵀ (right) or C·M (left) with C = new basis · old basisᵀ, its squares for second moments; `nil` for bases that are not kept in full.
    func turned(_ values: [Double], _ kind: StateDeclaration.Kind, from old: [Double], to new: [Double]) -> [Double]? {
        guard old.count == rank * side, new.count == old.count, values.count == rank * channels else { return nil }
        // Vectors are rows of [r, n] and columns of [m, r].
        func component(_ basis: [Double], _ vector: Int, _ index: Int) -> Double {
            basis[isRight ? vector * side + index : index * rank + vector]
        }
        func coefficient(_ vector: Int, _ before: Int) -> Double {
            var product = 0.0
            for index in 0..<side { product += component(new, vector, index) * component(old, before, index) }
            return kind == .secondMoment ? product * product : product
        }
        func position(_ vector: Int, _ channel: Int) -> Int { isRight ? channel * rank + vector : vector * channels + channel }
        var result = [Double](repeating: 0, count: values.count)
        for vector in 0..<rank {
            for before in 0..<rank {
                let factor = coefficient(vector, before)
                for channel in 0..<channels { result[position(vector, channel)] += factor * values[position(before, channel)] }
            }
        }
        return result
    }
}
