import SLNumerics

extension ProjectedUpdater {
    /// A new basis, what becomes of the inner state, and the gradient inside.
    func refresh(
        _ inside: inout Inside, _ cosines: CosineBasis<Element>?, _ gradient: Matrix<Element>, _ context: UpdateContext<Element>
    ) throws {
        let start = MonotonicClock.seconds
        let (ledger, projector) = (context.ledger, inside.projector)
        ledger.enter(.refresh)
        let turns = rule.stateAtRefresh.turnsMomentum && context.age > 1
        let oldColumns = turns && cosines != nil ? basis.indices : []
        let old = try turns && rule.keepsOldBasis ? space(shape.basis.rows, shape.basis.columns, ledger) : nil
        old?.copy(from: projector.basis)
        try basis.renew(projector, cosines, of: gradient, inside.projected, context)
        if turns { try turn(&inside, old: old, oldColumns, ledger) }
        if rule.stateAtRefresh == .reset, context.age > 1 {
            for (_, value) in inner.state { value.clear() }
        }
        ledger.enter(.update)
        projector.project(gradient, into: inside.projected)
        let (held, whole) = (inside.projected.sumOfSquares(), gradient.sumOfSquares())
        clock.note(projector, age: context.age, length: context.gradientScale * held.squareRoot())
        context.log.add(
            seconds: MonotonicClock.seconds - start, energy: rule.projector.isOrthonormal ? held / max(whole, .leastNormalMagnitude) : nil,
            rank: rule.energy == nil ? nil : basis.rank)
    }

    private func space(_ rows: Int, _ columns: Int, _ ledger: MemoryLedger) throws -> Matrix<Element> {
        try Matrix(rows: rows, columns: columns, category: .workspace, ledger: ledger)
    }

    /// Momentum by C, second moments by its squares.
    private func turn(_ inside: inout Inside, old: Matrix<Element>?, _ oldColumns: [Int], _ ledger: MemoryLedger) throws {
        let (rows, columns) = shape.projected
        let declared = rule.inner.state(rows: rows, columns: columns)
        let moving = zip(inner.state.map(\.value), declared).filter { rule.stateAtRefresh.turns($0.1, shape) }
        guard !moving.isEmpty else { return }
        if rule.stateAtRefresh == .turnMomentumOnce {
            inside.restored = try moving.map { value, _ in
                let copy = try space(rows, columns, ledger)
                value.read(into: copy)
                return (value, copy)
            }
        }
        let change = try space(shape.rank, shape.rank, ledger)
        let squared = try space(shape.rank, shape.rank, ledger)
        let copy = try space(rows, columns, ledger)
        let result = moving.contains { $0.0.matrix == nil } ? try space(rows, columns, ledger) : nil
        if let old { inside.projector.setChangeOfBasis(from: old, into: change) } else { setSelection(from: oldColumns, into: change) }
        for row in 0..<shape.rank {
            for column in 0..<shape.rank { squared[row, column] = change[row, column] * change[row, column] }
        }
        for (value, declaration) in moving {
            guard let target = value.matrix ?? result else { continue }
            let matrix = declaration.kind == .momentum ? change : squared
            value.read(into: copy)
            if shape.isRight {
                target.setProduct(copy, transposing: matrix)
            } else {
                target.setProduct(matrix, copy)
            }
            if value.matrix == nil { value.write(from: target, key: nil) }
        }
    }

    /// Between choices of columns of one orthonormal matrix the change of basis is 0 and 1 exactly: what stays keeps its state, what is new
    /// begins at zero. (A product of the bases would be so but for rounding, which leaks second moments from column to column.)
    private func setSelection(from old: [Int], into change: Matrix<Element>) {
        change.fill(0)
        for (row, column) in basis.indices.enumerated() {
            if let before = old.firstIndex(of: column) { change[row, before] = 1 }
        }
    }
}
