import SLNumerics
import SLOptimizers
import SLRandom
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct StateEditTests {
    private let ledger = MemoryLedger()

    /// 1, 2, 3, … row by row.
    private func counted<S: Scalar>(_ rows: Int, _ columns: Int, _ format: StorageFormat = .full) throws -> StoredTensor<S> {
        let state = try StoredTensor<S>(rows: rows, columns: columns, format: format, category: .optimizer, ledger: ledger)
        state.assign((1...rows * columns).map { S($0) })
        return state
    }

    @discardableResult private func apply<S: Scalar>(
        _ edit: StateEdit, to state: StoredTensor<S>, kind: StateDeclaration.Kind = .momentum, rows: Int, columns: Int
    ) throws -> StateEditOutcome {
        var stream = RandomStream(seed: 1, name: "edit")
        let declaration = StateDeclaration(name: "state", rows: state.rows, columns: state.columns, kind: kind)
        return try edit.apply(to: state, declaration, rows: rows, columns: columns, random: &stream, ledger: ledger)
    }

    @Test func rowsColumnsAndEntriesAreZeroed() throws {
        let cases: [(StateEdit, [Double], Int)] = [
            (.zeroRows([1]), [1, 2, 3, 0, 0, 0, 7, 8, 9], 3), (.zeroColumns([0, 2]), [0, 2, 0, 0, 5, 0, 0, 8, 0], 6),
            (.zeroEntries([0, 5, 8]), [0, 2, 3, 4, 5, 0, 7, 8, 0], 3), (.prune(.zero), Array(repeating: 0, count: 9), 9),
        ]
        for (edit, wanted, entries) in cases {
            let state: StoredTensor<Double> = try counted(3, 3)
            let outcome = try apply(edit, to: state, rows: 3, columns: 3)
            #expect(state.elements == wanted && outcome.entries == entries && outcome.zeros == entries && outcome.left == 0, "\(edit)")
            #expect(edit.kind == "reset")
        }
    }

    /// Entry i is what entry from[i] was; what is new begins at zero.
    @Test func remappedStateFollowsItsEntries() throws {
        let values: StoredTensor<Double> = try counted(1, 5)
        let outcome = try apply(.remapColumns(from: [4, -1, 0, 0, 2]), to: values, rows: 1, columns: 5)
        #expect(values.elements == [5, 0, 1, 1, 3] && outcome.zeros == 1 && outcome.entries == 5)
        let rows: StoredTensor<Double> = try counted(3, 2)
        try apply(.remapRows(from: [2, 0, -1]), to: rows, rows: 3, columns: 2)
        #expect(rows.elements == [5, 6, 1, 2, 0, 0])
    }

    /// Momentum turns with the coordinates, a second moment by the squares, which keeps it from becoming negative.
    @Test func rotationsAreThoseOfTheKind() throws {
        let turn = StateRotation(size: 2, elements: [0.6, -0.8, 0.8, 0.6])
        let momentum: StoredTensor<Double> = try counted(2, 2)
        try apply(.rotateRows(turn), to: momentum, rows: 2, columns: 2)
        #expect(zip(momentum.elements, [0.6 - 2.4, 1.2 - 3.2, 0.8 + 1.8, 1.6 + 2.4]).allSatisfy { abs($0 - $1) < 1e-14 })
        let second: StoredTensor<Double> = try counted(2, 2)
        try apply(.rotateColumns(turn), to: second, kind: .secondMoment, rows: 2, columns: 2)
        #expect(zip(second.elements, [0.36 + 1.28, 0.64 + 0.72, 1.08 + 2.56, 1.92 + 1.44]).allSatisfy { abs($0 - $1) < 1e-14 })
    }

    /// Norms, a basis, and moments that are shorter on the edited side are not in the parameter's coordinates.
    @Test func whatIsNotInTheParametersCoordinatesIsLeft() throws {
        for (kind, rows, edit) in [
            (StateDeclaration.Kind.other, 3, StateEdit.zeroRows([0])), (.momentum, 2, .zeroRows([0])), (.momentum, 2, .zeroEntries([0])),
        ] {
            let state: StoredTensor<Double> = try counted(rows, 3)
            let before = state.elements
            let outcome = try apply(edit, to: state, kind: kind, rows: 3, columns: 3)
            #expect(state.elements == before && outcome.left == before.count && outcome.entries == 0)
        }
        let inside: StoredTensor<Double> = try counted(2, 3)
        #expect(try apply(.zeroColumns([1]), to: inside, rows: 5, columns: 3).entries == 2)
        #expect(try apply(.prune(.zero), to: inside, kind: .other, rows: 5, columns: 3).zeros == 6)
    }

    @Test(arguments: [
        StorageFormat.bf16(.nearest), .dynamic8Bit(blockSize: 256, signed: true, search: .nearest), .companded(CompandedCode(isSigned: true)),
    ])
    func shorterFormatsAreEditedToo(format: StorageFormat) throws {
        let state: StoredTensor<Float> = try counted(4, 128, format)
        let before = state.elements
        let outcome = try apply(.zeroRows([1, 3]), to: state, rows: 4, columns: 128)
        let after = state.elements
        #expect(outcome.entries == 256 && outcome.zeros == 256)
        #expect((0..<512).allSatisfy { ($0 / 128) % 2 == 1 ? after[$0] == 0 : abs(after[$0] - before[$0]) <= 0.02 * before[$0] + 0.5 })
    }

    @Test func positionsOutsideAreErrors() throws {
        let state: StoredTensor<Double> = try counted(3, 3)
        let wrong: [StateEdit] = [
            .zeroRows([3]), .zeroColumns([-1]), .zeroEntries([9]), .remapRows(from: [0, 1]), .remapColumns(from: [0, 1, 3]),
            .rotateRows(StateRotation(size: 2, elements: [1, 0, 0, 1])),
        ]
        for edit in wrong { #expect(throws: StateEditError.self, "\(edit)") { try apply(edit, to: state, rows: 3, columns: 3) } }
    }
}
