import SLNumerics
import SLRandom

/// The basis of one tensor: what is kept of it, how it is made in full, how it is found anew.
final class SubspaceBasis<Element: Scalar> {
    private let rule: ProjectedRule
    private let shape: SubspaceShape
    private let declared: StateDeclaration
    private let stored: StoredTensor<Element>
    /// A recorded basis where only a number would be kept, which says nothing of a basis that was drawn elsewhere.
    private var recorded: Matrix<Element>?

    init(_ rule: ProjectedRule, _ shape: SubspaceShape, ledger: MemoryLedger) throws {
        self.rule = rule
        self.shape = shape
        declared = rule.basisState(shape)
        stored = try declared.allocate(ledger: ledger)
    }

    var state: (name: String, value: StoredTensor<Element>) { (declared.name, stored) }

    /// Chosen columns, where those are what is kept.
    var indices: [Int] { stored.elements.map { Int($0) } }

    private var isKept: Bool { declared.count == shape.basisCount && declared.name == "projector" }

    /// Space for the basis: where it is kept if it is kept in full, its contents undefined until ``load(_:_:)`` otherwise.
    func projector(_ scratch: inout Scratch<Element>) -> SubspaceProjector<Element> {
        let kept = isKept ? stored.matrix : nil
        return SubspaceProjector(
            basis: kept ?? scratch.take(rows: shape.basis.rows, columns: shape.basis.columns), isRight: shape.isRight)
    }

    /// What choosing columns needs; `nil` for another projector.
    func cosines(_ scratch: inout Scratch<Element>) -> CosineBasis<Element>? {
        if case .cosine(_, let vectors) = rule.projector { CosineBasis(shape, vectors, &scratch) } else { nil }
    }

    /// The present basis.
    func load(_ projector: SubspaceProjector<Element>, _ cosines: CosineBasis<Element>?, _ context: UpdateContext<Element>) {
        if let cosines { return cosines.fill(projector, columns: indices) }
        if isKept {
            if stored.matrix == nil { stored.read(into: projector.basis) }
        } else if let recorded {
            projector.basis.copy(from: recorded)
        } else {
            draw(projector, number: Int(stored.elements.first ?? 0), context)
        }
    }

    /// By the tensor and a number: the same basis whenever it is asked for.
    private func draw(_ projector: SubspaceProjector<Element>, number: Int, _ context: UpdateContext<Element>) {
        var stream = RandomStream(seed: context.tensorKey, name: "projector/\(number)")
        RandomBasis.fillGaussian(projector, from: &stream)
    }

    /// A new basis for the subspace of `gradient`, found or taken from a record, and kept.
    ///
    /// - Parameter projected: space for the gradient inside.
    func renew(
        _ projector: SubspaceProjector<Element>, _ cosines: CosineBasis<Element>?, of gradient: Matrix<Element>, _ projected: Matrix<Element>,
        _ context: UpdateContext<Element>
    ) throws {
        if case .cosine(let norm, _) = rule.projector, let cosines {
            let columns = try choose(cosines, by: norm, gradient, context)
            stored.assign(columns.map { Element($0) })
            return cosines.fill(projector, columns: columns)
        }
        if try takeRecorded(projector, context) { return }
        switch rule.projector(atAge: context.age, of: context.totalSteps) {
        case .singularVectors(let finder):
            var stream = context.stream("subspace")
            let effort = rule.refresh.effort(atAge: context.age)
            try finder.find(projector, of: gradient, effort: effort, from: &stream, ledger: context.ledger)
        case .sampled:
            var stream = context.stream("subspace")
            try SampledVectors.fill(projector, of: gradient, from: &stream, ledger: context.ledger)
        case .orthonormal:
            var stream = context.stream("subspace")
            try RandomBasis.fillOrthonormal(projector, from: &stream, ledger: context.ledger)
        case .gaussian:
            stored.assign([Element(context.age)])
            return draw(projector, number: context.age, context)
        case .cosine: return
        }
        cut(projector, gradient, projected)
        keep(projector, context)
    }

    /// What is used is what is kept.
    private func keep(_ projector: SubspaceProjector<Element>, _ context: UpdateContext<Element>) {
        guard stored.matrix == nil else { return }
        stored.write(from: projector.basis, key: context.key &+ 3)
        stored.read(into: projector.basis)
    }

    private func takeRecorded(_ projector: SubspaceProjector<Element>, _ context: UpdateContext<Element>) throws -> Bool {
        guard let choices = context.recorded else { return false }
        if let codes = try choices("projector_codes"), let scales = try choices("projector_scales"), let zeros = try choices("projector_zeros") {
            guard stored.assignCodes(codes, scales: scales, zeros: zeros) else { throw ProjectionError.recorded("projector_codes") }
            stored.read(into: projector.basis)
            return true
        }
        guard let basis = try choices("projector") else { return false }
        guard basis.count == projector.basis.count else { throw ProjectionError.recorded("projector") }
        projector.basis.assign(basis.map { Element($0) })
        guard !isKept else {
            keep(projector, context)
            return true
        }
        let copy = try recorded ?? Matrix(rows: shape.basis.rows, columns: shape.basis.columns, category: .workspace, ledger: context.ledger)
        copy.copy(from: projector.basis)
        recorded = copy
        return true
    }

    /// Columns of the largest scores. Recorded ones are used in the place of ours, which may differ where scores are nearly equal.
    private func choose(
        _ cosines: CosineBasis<Element>, by norm: Projector.ColumnNorm, _ gradient: Matrix<Element>, _ context: UpdateContext<Element>
    ) throws -> [Int] {
        let scores = cosines.score(gradient, isRight: shape.isRight, by: norm)
        let own = CosineBasis<Element>.leading(shape.rank, of: scores)
        guard let choices = context.recorded, let recorded = try choices("indices")?.map({ Int($0) }) else { return own }
        guard recorded.count == shape.rank, recorded.allSatisfy({ scores.indices.contains($0) }) else { throw ProjectionError.recorded("indices") }
        let least = recorded.map { scores[$0] }.min() ?? 0
        let others = Set(own).subtracting(recorded).filter { abs(Double(scores[$0] - least)) > 1e-4 * Double(least) }
        if !others.isEmpty { choices.disagree("\(others.count) of \(own.count) columns are chosen otherwise than recorded") }
        return recorded
    }

    /// Cuts the basis to the fewest leading vectors that hold the asked share of the gradient's square.
    private func cut(_ projector: SubspaceProjector<Element>, _ gradient: Matrix<Element>, _ projected: Matrix<Element>) {
        guard let energy = rule.energy else { return }
        projector.project(gradient, into: projected)
        rank = Self.neededRank(projected, isRight: shape.isRight, wanted: energy * gradient.sumOfSquares())
        projector.cut(to: rank)
    }

    /// The fewest leading vectors along which the gradient's square is at least `wanted`; all of them where none is enough.
    private static func neededRank(_ projected: Matrix<Element>, isRight: Bool, wanted: Double) -> Int {
        let held = squaresByVector(projected, isRight: isRight)
        var sum = 0.0
        for (index, square) in held.enumerated() {
            sum += square
            if sum >= wanted { return index + 1 }
        }
        return held.count
    }

    /// Vectors of the present basis that are not zero.
    private(set) lazy var rank = shape.rank
}

/// Σ x² of every column (right) or row (left).
@specialized(where Element == Float)
private func squaresByVector<Element: Scalar>(_ projected: Matrix<Element>, isRight: Bool) -> [Double] {
    var held = [Double](repeating: 0, count: isRight ? projected.columns : projected.rows)
    for row in 0..<projected.rows {
        let x = projected.base + row * projected.stride
        for column in 0..<projected.columns { held[isRight ? column : row] += Double(x[column]) * Double(x[column]) }
    }
    return held
}

/// A record that does not fit what it is used for.
public enum ProjectionError: Error, Sendable, CustomStringConvertible {
    /// A recorded choice has another size or other values than the tensor's.
    case recorded(String)

    public var description: String {
        switch self {
        case .recorded(let name): "the recorded '\(name)' does not fit the tensor"
        }
    }
}
