import SLNumerics

/// Temporary space, exactly: the planner counts what the updater takes.
extension ProjectedRule {
    /// The projected gradient; the basis where it is not kept in full; lengths of channels; what the inner rule needs.
    public func scratchCount(rows: Int, columns: Int) -> Int {
        let shape = shape(rows, columns)
        return shape.projectedCount + projector.scratchCount(shape, format: basisState(shape).format) + outside.scratchCount(shape)
            + inner.scratchCount(rows: shape.projected.rows, columns: shape.projected.columns)
    }

    /// What finding a basis takes, and turning the state into it.
    public func refreshCount(rows: Int, columns: Int) -> Int {
        let shape = shape(rows, columns)
        let later = randomFrom == nil ? 0 : Projector.orthonormal.workspaceCount(shape)
        let found = max(projector.workspaceCount(shape), later)
        let turned = turnedState(shape)
        guard stateAtRefresh.turnsMomentum else { return found }
        // The old basis lives through both; the finder's space is free again when the state is turned. Chosen columns are compared by number.
        let old = keepsOldBasis ? shape.basisCount : 0
        let copies = turned.isEmpty ? 0 : turned.contains { $0.format != .full } ? 2 : 1
        let restored = stateAtRefresh == .turnMomentumOnce ? turned.count * shape.projectedCount : 0
        return old + max(found, restored + 2 * shape.rank * shape.rank + copies * shape.projectedCount)
    }

    var keepsOldBasis: Bool {
        if case .cosine = projector { return false }
        return stateAtRefresh.turnsMomentum
    }

    /// What of the inner state changes with the coordinates.
    func turnedState(_ shape: SubspaceShape) -> [StateDeclaration] {
        inner.state(rows: shape.projected.rows, columns: shape.projected.columns).filter { stateAtRefresh.turns($0, shape) }
    }
}
