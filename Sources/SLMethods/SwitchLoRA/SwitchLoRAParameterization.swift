import SLMethodKit
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec

/// y = x·Wᵀ + s·(x·Aᵀ)·Bᵀ, in whose updates vectors of A and B are switched with candidates.
final class SwitchLoRAParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // [out, in]
    private let passes: FrozenPlusLowRankParameterization<Element>
    private let scale: Element
    private let rows: SwitchedVectors<Element>  // of A
    private let columns: SwitchedVectors<Element>  // of B
    /// The row of A that is switched next [1, 1]; of B's columns it is the one r/2 further.
    private let next: Matrix<Element>
    private let schedule: SwitchSchedule
    private let frozenUpdates: Int

    /// Rows of W that are in full at once where it is kept shorter.
    private static var pieceRows: Int { 64 }

    init(
        weight: Parameter<Element>, factors: LowRankFactors<Element>, module: LinearModule, rows: SwitchedVectors<Element>,
        columns: SwitchedVectors<Element>, next: Matrix<Element>, schedule: SwitchSchedule, frozenUpdates: Int
    ) {
        self.weight = weight
        passes = FrozenPlusLowRankParameterization(weight: weight, factors: factors, module: module)
        scale = factors.scale
        self.rows = rows
        self.columns = columns
        self.next = next
        self.schedule = schedule
        self.frozenUpdates = frozenUpdates
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        passes.forward(x, into: y, accumulate: accumulate, saved: saved, scratch: scratch)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        try passes.backward(
            x, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, saved: saved, scratch: scratch,
            accumulate: accumulate)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool { passes.writeDenseEquivalent(into: dense) }

    // MARK: Updates

    /// What a switch changes besides the factors.
    static var switched: Set<String> { ["weight", "candidates_A", "candidates_B", "selected_A", "selected_B", "next"] }

    /// What ``step(_:)`` takes.
    static func scratchCount(at module: LinearModule, rank: Int) -> Int {
        rank * (module.outFeatures + module.inFeatures) + max(module.outFeatures, module.inFeatures) + pieceRows * module.inFeatures
    }

    /// Rows of A are switched, then columns of B, then vectors whose mates changed are held, then both factors are stepped.
    func step(_ step: LinearStep<Element>) throws {
        guard let down = step.member("lora_A"), let up = step.member("lora_B") else { return try passes.step(step) }
        let count = try self.count(step)
        if count > 0 {
            let start = MonotonicClock.seconds
            let first = Int(next[0, 0])
            switchVectors(count, of: rows, from: first, mates: columns, of: up, step)
            switchVectors(count, of: columns, from: (first + rows.rank / 2) % rows.rank, mates: rows, of: down, step)
            next[0, 0] = Element((first + count) % rows.rank)
            step.record("switch", ["vectors": Double(2 * count), "seconds": MonotonicClock.seconds - start])
            try compare(with: step)
        } else {
            step.spare(Self.switched)
        }
        rows.holdFrozen(down.gradient)
        columns.holdFrozen(up.gradient)
        for member in step.members { try member.update() }
    }

    /// As many as the schedule says and as are free: both ends of a pair are never switched, or held, at once.
    private func count(_ step: LinearStep<Element>) throws -> Int {
        let rank = rows.rank
        guard rows.pool.rows > rank else { return 0 }
        if let recorded = try recordedCount(step) { return recorded }
        let (a, b) = (Int(next[0, 0]), (Int(next[0, 0]) + rank / 2) % rank)
        func free(_ distance: Int) -> Int { ((distance % rank) + rank) % rank }
        var stream = step.stream("switch")
        let wanted = schedule.count(rank: rank, step: step.step, totalSteps: step.totalSteps, draw: stream.uniform())
        return min(wanted, free(a - rows.frozenCount - b), free(b - columns.frozenCount - a))
    }

    private func switchVectors(
        _ count: Int, of vectors: SwitchedVectors<Element>, from first: Int, mates: SwitchedVectors<Element>, of mate: LinearStep<Element>.Member,
        _ step: LinearStep<Element>
    ) {
        let chosen = (0..<count).map { (first + $0) % vectors.rank }
        var scratch = step.scratch
        let (change, kept) = (scratch.take(rows: count, columns: vectors.length), scratch.take(rows: count, columns: mates.length))
        let row = scratch.take(rows: 1, columns: vectors.length)
        vectors.exchange(chosen, for: vectors.successors(count, from: first), change: change, row: row)
        mates.copy(chosen, into: kept)
        // W takes over what the product loses: s·Σ Bᵢ·(Aᵢ − Aᵢ′)ᵀ, or s·Σ (Bᵢ − Bᵢ′)·Aᵢᵀ.
        let (left, right) = vectors.isByColumn ? (change, kept) : (kept, change)
        merge(left, right, key: mate.context.key &+ (vectors.isByColumn ? 7 : 8), &scratch)
        mates.freeze(chosen, updates: frozenUpdates)
        VectorCountedAdamRule.beginAnew(chosen, in: mate.state)
    }

    /// W ← W + s·leftᵀ·right
    private func merge(_ left: Matrix<Element>, _ right: Matrix<Element>, key: UInt64, _ scratch: inout Scratch<Element>) {
        if let matrix = weight.stored.matrix { return matrix.setProduct(transposing: left, right, scale: scale, keep: 1) }
        let piece = scratch.take(rows: min(Self.pieceRows, weight.rows), columns: weight.columns)
        for start in stride(from: 0, to: weight.rows, by: piece.rows) {
            let range = start..<min(start + piece.rows, weight.rows)
            let part = piece.window(rows: 0..<range.count)
            weight.stored.read(rows: range, into: part)
            part.setProduct(transposing: left.window(rows: 0..<left.rows, columns: range), right, scale: scale, keep: 1)
            weight.stored.write(rows: range, from: part, key: key)
        }
    }

    // MARK: A run that was recorded elsewhere

    /// How many vectors changed there; `nil` for a run of our own.
    private func recordedCount(_ step: LinearStep<Element>) throws -> Int? {
        guard let recorded = step.recorded else { return nil }
        guard let selection = try recorded("selected_A") else { return 0 }
        return zip(selection, rows.selection).count { Int($0) != $1 }
    }

    /// Which they are, and what takes their places, is nobody's choice.
    private func compare(with step: LinearStep<Element>) throws {
        for (name, vectors) in [("selected_A", rows), ("selected_B", columns)] {
            guard let recorded = step.recorded, let selection = try recorded(name), selection.map({ Int($0) }) != vectors.selection else { continue }
            recorded.disagree("\(name): \(vectors.selection) here, \(selection.map { Int($0) }) recorded")
        }
    }
}
