public import SLNumerics
public import SLRandom

extension StateEdit {
    /// Edits one state tensor of a parameter.
    ///
    /// - Parameters:
    ///   - rows: of the parameter. - columns: of the parameter.
    ///   - stream: for random prunings.
    /// - Throws: ``StateEditError`` for positions outside the parameter, ``OutOfMemoryError``.
    public func apply<Element: Scalar>(
        to state: StoredTensor<Element>, _ declaration: StateDeclaration, rows: Int, columns: Int, random stream: inout RandomStream,
        ledger: MemoryLedger
    ) throws -> StateEditOutcome {
        var outcome = StateEditOutcome()
        if case .prune(let pruning) = self {
            outcome.zeros = try pruning.apply(to: state, random: &stream, ledger: ledger)
            outcome.entries = state.count
            return outcome
        }
        try check(declaration.name, rows: rows, columns: columns)
        let follows = (sameRows: state.rows == rows, sameColumns: state.columns == columns)
        guard declaration.kind != .other, reaches(follows.sameRows, follows.sameColumns), declaration.kind != .age || !turns else {
            outcome.left = state.count
            return outcome
        }
        if case .seedEntries(let entries, let seeds) = self {
            guard let values = seeds.values(declaration) else {
                outcome.left = entries.count
                return outcome
            }
            try state.edit(ledger) { matrix in
                for (entry, value) in zip(entries, values) { matrix[entry / columns, entry % columns] = Element(value) }
            }
            outcome.entries = entries.count
            return outcome
        }
        try state.edit(ledger) { outcome = change($0, declaration.kind) }
        return outcome
    }

    private func reaches(_ sameRows: Bool, _ sameColumns: Bool) -> Bool {
        switch self {
        case .prune: true
        case .zeroRows, .remapRows, .rotateRows: sameRows
        case .zeroColumns, .remapColumns, .rotateColumns: sameColumns
        case .zeroEntries, .seedEntries: sameRows && sameColumns
        }
    }

    /// Whether it is a change of coordinates.
    private var turns: Bool {
        switch self {
        case .rotateRows, .rotateColumns: true
        default: false
        }
    }

    private func check(_ name: String, rows: Int, columns: Int) throws(StateEditError) {
        let (positions, count, least): ([Int], Int, Int) =
            switch self {
            case .prune: ([], 0, 0)
            case .zeroRows(let chosen): (chosen, rows, 0)
            case .zeroColumns(let chosen): (chosen, columns, 0)
            case .zeroEntries(let chosen), .seedEntries(let chosen, _): (chosen, rows * columns, 0)
            case .remapRows(let from): (from, rows, -1)
            case .remapColumns(let from): (from, columns, -1)
            case .rotateRows(let rotation): ([rotation.size - 1], rows, 0)
            case .rotateColumns(let rotation): ([rotation.size - 1], columns, 0)
            }
        if let outside = positions.first(where: { $0 < least || $0 >= count }) {
            throw StateEditError(state: name, problem: "position \(outside) of \(count)")
        }
        let length: Int? =
            switch self {
            case .remapRows(let from), .remapColumns(let from): from.count
            case .rotateRows(let rotation), .rotateColumns(let rotation): rotation.size
            default: nil
            }
        if case .seedEntries(let entries, let seeds) = self, seeds.means.count != entries.count || seeds.squares.count != entries.count {
            throw StateEditError(state: name, problem: "\(seeds.means.count) and \(seeds.squares.count) means for \(entries.count) entries")
        }
        if let length, length != count { throw StateEditError(state: name, problem: "\(length) positions, \(count) needed") }
    }

    private func change<Element: Scalar>(_ state: Matrix<Element>, _ kind: StateDeclaration.Kind) -> StateEditOutcome {
        var touched: [Element] = []
        func zero(_ row: Int, _ column: Int) {
            state[row, column] = 0
            touched.append(state[row, column])
        }
        switch self {
        case .prune, .seedEntries: break
        case .zeroRows(let rows): for row in rows { for column in 0..<state.columns { zero(row, column) } }
        case .zeroColumns(let columns): for row in 0..<state.rows { for column in columns { zero(row, column) } }
        case .zeroEntries(let entries): for entry in entries { zero(entry / state.columns, entry % state.columns) }
        case .remapRows(let from):
            let old = state.elements
            for (row, source) in from.enumerated() {
                for column in 0..<state.columns { state[row, column] = source < 0 ? 0 : old[source * state.columns + column] }
            }
            touched = state.elements
        case .remapColumns(let from):
            let old = state.elements
            for row in 0..<state.rows {
                for (column, source) in from.enumerated() { state[row, column] = source < 0 ? 0 : old[row * state.columns + source] }
            }
            touched = state.elements
        case .rotateRows(let rotation):
            rotate(state, rotation, kind, byRows: true)
            touched = state.elements
        case .rotateColumns(let rotation):
            rotate(state, rotation, kind, byRows: false)
            touched = state.elements
        }
        var outcome = StateEditOutcome()
        outcome.entries = touched.count
        outcome.zeros = touched.count { $0 == 0 }
        return outcome
    }

    /// In double: what is small beside the rest must not be lost, nor a second moment come out below 0.
    private func rotate<Element: Scalar>(_ state: Matrix<Element>, _ rotation: StateRotation, _ kind: StateDeclaration.Kind, byRows: Bool) {
        let old = state.elements
        let size = rotation.size
        let coefficients = kind == .secondMoment ? rotation.elements.map { $0 * $0 } : rotation.elements
        for row in 0..<state.rows {
            for column in 0..<state.columns {
                var sum = 0.0
                for k in 0..<size {
                    sum += coefficients[(byRows ? row : column) * size + k] * Double(old[byRows ? k * state.columns + column : row * state.columns + k])
                }
                state[row, column] = Element(sum)
            }
        }
    }
}

extension StoredTensor {
    /// Runs `body` on all elements in full, and writes back what it changed, rounded to nearest.
    func edit(_ ledger: MemoryLedger, _ body: (Matrix<Element>) throws -> Void) throws {
        if let matrix { return try body(matrix) }
        let copy = try Matrix<Element>(rows: rows, columns: columns, category: .workspace, ledger: ledger)
        read(into: copy)
        try body(copy)
        write(from: copy, key: nil)
    }
}
