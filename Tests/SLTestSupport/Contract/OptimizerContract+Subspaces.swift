import SLNumerics
import SLOptimizers
import SLSpec

/// Where the steps of a rule in a subspace lie, and how long they are.
extension OptimizerContract {
    /// From one recorded refresh to the next, steps lie in one subspace of the promised side and rank, and the state's basis stays; a refresh
    /// finds another one.
    static func checkSpan(
        _ rule: any UpdateRule, _ place: TensorPlace, _ terms: SubspaceTerms, _ subject: String, _ found: inout ViolationList
    ) throws {
        let run = try OptimizerRun<Double>(rule, place)
        var steps: [[Double]] = []
        var (secret, renewed): ([Int], [Int]) = ([], [])
        for number in 1...terms.length {
            let (weight, basis) = (run.weight.elements, run.basis)
            try run.update(try run.gradient(number))
            steps.append(zip(run.weight.elements, weight).map { $0 - $1 })
            guard run.basis != basis else { continue }
            if run.refreshes.last == number { renewed.append(number) } else { secret.append(number) }
        }
        let refreshes = Set(run.refreshes).sorted()
        found.expect(secret.isEmpty, .subspace, subject, "the basis changes in updates \(secret), which record no refresh")
        // A space of one dimension has one basis, up to its sign.
        let hasChoice = terms.side > 1 && run.basis != nil && refreshes.count > 1
        found.expect(!hasChoice || renewed.contains { $0 > 1 }, .subspace, subject, "no refresh of \(refreshes) changes the basis")
        guard terms.staysInside else { return }
        let bounds: [Int] = [0] + refreshes.map { $0 - 1 }.filter { $0 > 0 } + [steps.count]
        for (first, next) in zip(bounds, bounds.dropFirst()) {
            let dimensions = try terms.dimensions(of: Array(steps[first..<next]))
            found.expect(
                dimensions <= terms.rank, .subspace, subject, "steps \(first + 1)...\(next) have \(dimensions) dimensions, \(terms.rank) are promised")
        }
        guard refreshes.count > 1, terms.rank < terms.side, terms.rule.energy == nil else { return }
        let dimensions = try terms.dimensions(of: steps)
        found.expect(dimensions > terms.rank, .subspace, subject, "the steps of all refreshes \(refreshes) lie in one subspace")
    }

    /// A space of one dimension is its own subspace: what is left of the rule is the one inside, times the scale.
    static func checkInnerStep(
        _ rule: any UpdateRule, _ place: TensorPlace, _ terms: SubspaceTerms, _ subject: String, _ found: inout ViolationList
    ) throws {
        // A momentum is not what it was given.
        guard terms.side == 1, [.dropped, .errorFeedback].contains(terms.rule.outside), terms.rule.projector != .gaussian else { return }
        let (mine, inner) = (try OptimizerRun<Double>(rule, place), try OptimizerRun<Double>(terms.rule.inner, place))
        let start = mine.weight.elements
        for run in [mine, inner] { try run.run(4) }
        // The sign of another basis would be another matter.
        guard mine.refreshes.count == 1 else { return }
        let moved: [Double] = zip(mine.weight.elements, start).map { $0 - $1 }
        let expected: [Double] = zip(inner.weight.elements, start).map { terms.rule.scale * ($0 - $1) }
        let deviation = Deviation(moved, from: expected).relative
        found.expect(deviation < 1e-8, .innerStep, subject, "steps are off by \(deviation) from \(terms.rule.scale) times the inner rule's")
    }

    /// The shorter side is projected, or the longer one, whichever it is: a transposed tensor takes transposed steps.
    static func checkSides(
        _ rule: any UpdateRule, _ place: TensorPlace, _ terms: SubspaceTerms, _ subject: String, _ found: inout ViolationList
    ) throws {
        let hasNoSides = terms.rule.inner is AdamWRule || terms.rule.inner is SGDRule
        guard place.rows != place.columns, [.std, .reverseStd].contains(terms.rule.side), terms.isFound, hasNoSides else { return }
        let (rows, columns) = (place.rows, place.columns)
        let mine = try OptimizerRun<Double>(rule, place)
        let other = try OptimizerRun<Double>(rule, TensorPlace(.embedding, rows: columns, columns: rows))
        let start = mine.weight.elements
        other.weight.assign(transposed(start, rows, columns))
        for number in 1...4 {
            let gradient = try mine.gradient(number)
            try mine.update(gradient)
            try other.update(try .of(columns, rows, transposed(gradient.elements, rows, columns)))
        }
        // Signs of singular vectors are arbitrary, and state that is kept sees them from the second basis on.
        guard mine.refreshes.count == 1, other.refreshes.count == 1 else { return }
        let back = transposed(other.weight.elements, columns, rows)
        let moved: [Double] = zip(mine.weight.elements, start).map { $0 - $1 }
        let expected: [Double] = zip(back, start).map { $0 - $1 }
        let deviation = Deviation(moved, from: expected).relative
        found.expect(deviation < 1e-8, .sides, subject, "steps are off by \(deviation) from those of the transposed tensor")
    }

    private static func transposed(_ values: [Double], _ rows: Int, _ columns: Int) -> [Double] {
        (0..<columns).flatMap { column in (0..<rows).map { row in values[row * columns + column] } }
    }

    /// Bases that do not come from the gradient come from the tensor: no two tensors share one.
    static func checkDraws(
        _ rule: any UpdateRule, _ place: TensorPlace, _ terms: SubspaceTerms, _ subject: String, _ found: inout ViolationList
    ) throws {
        guard terms.isDrawn, terms.side > 1 else { return }
        func steps(_ tensor: UInt64) throws -> [Double] {
            let run = try OptimizerRun<Double>(rule, place, tensor: tensor)
            let start = run.weight.elements
            try run.run(4)
            return zip(run.weight.elements, start).map { $0 - $1 }
        }
        let (one, other) = (try steps(0), try steps(1))
        let deviation = Deviation(one, from: other).relative
        found.expect(deviation > 1e-3, .seed, subject, "two tensors draw one basis: their steps differ by \(deviation)")
    }
}

extension SubspaceTerms {
    /// How many dimensions steps have together on the side that is projected.
    func dimensions(of steps: [[Double]]) throws -> Int {
        let stack = try Matrix<Double>.zeros(steps.count * channels, side)
        for (number, step) in steps.enumerated() {
            for row in 0..<rows {
                for column in 0..<columns {
                    let (channel, index) = isRight ? (row, column) : (column, row)
                    stack[number * channels + channel, index] = step[row * columns + column]
                }
            }
        }
        let values = try ThinSVD(of: stack, ledger: MemoryLedger()).singularValues.elements
        let largest = values.first ?? 0
        // Far above rounding of the weights, far below any step.
        return values.count { $0 > 1e-9 * largest }
    }
}
