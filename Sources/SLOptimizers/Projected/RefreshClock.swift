import SLNumerics

/// A tensor's count of its refreshes.
final class RefreshClock<Element: Scalar> {
    private let policy: RefreshPolicy
    private let declared: [StateDeclaration]
    private let tensors: [StoredTensor<Element>]

    init(_ policy: RefreshPolicy, _ shape: SubspaceShape, ledger: MemoryLedger) throws {
        self.policy = policy
        declared = policy.state(shape)
        tensors = try declared.map { try $0.allocate(ledger: ledger) }
    }

    var state: [(name: String, value: StoredTensor<Element>)] { zip(declared, tensors).map { ($0.name, $1) } }

    /// lazy: last refresh, interval, cosines kept, cosines; converged: last refresh, length of the projected gradient then.
    private var numbers: Matrix<Element>? { tensors.first?.matrix }

    /// Whether an update at this age begins with a refresh, before anything is known of its gradient.
    ///
    /// - Parameter recorded: of a run elsewhere, whose lazy refreshes can't be told from here: they are where it has a basis.
    func isDue(age: Int, recorded: RecordedChoices?) throws -> Bool {
        switch policy.condition {
        case .fixed: return policy.lastRefresh(atAge: age) == age
        case .lazy:
            if let recorded { return try recorded("projector") ?? recorded("projector_codes") != nil }
            guard age > 1, let numbers else { return true }
            return age > policy.offset && (age - 1 - policy.offset) % max(1, Int(numbers[0, 1])) == 0
        case .converged:
            guard age > 1, let numbers else { return true }
            let last = Int(numbers[0, 0])
            return age - last >= (last == 1 && policy.offset > 0 ? policy.offset : policy.interval)
        }
    }

    /// Whether a gradient of this length inside the subspace ends it at this age.
    func isConverged(_ length: Double, age: Int) -> Bool {
        guard case .converged(let share) = policy.condition, let numbers, policy.isTurn(atAge: age) else { return false }
        return length <= share * Double(numbers[0, 1])
    }

    /// The age at which the present basis was found.
    func lastRefresh(atAge age: Int) -> Int { numbers.map { min(age, max(1, Int($0[0, 0]))) } ?? policy.lastRefresh(atAge: age) }

    /// Takes note of a refresh.
    ///
    /// - Parameter length: of the gradient inside the new subspace.
    func note(_ projector: SubspaceProjector<Element>, age: Int, length: Double) {
        guard let numbers else { return }
        numbers[0, 0] = Element(age)
        switch policy.condition {
        case .fixed: break
        case .converged: numbers[0, 1] = Element(length)
        case .lazy(let threshold, let factor, let queue):
            guard let vector = tensors.last?.matrix else { return }
            // A first subspace that was replaced after less than an interval says nothing of how far one turns in an interval.
            if age <= 1 + policy.offset {
                (numbers[0, 1], numbers[0, 2]) = (Element(policy.interval), 0)
            } else {
                push(cosine(projector, vector), numbers, queue)
                let kept = (0..<queue).map { Double(numbers[0, 3 + $0]) }
                if Int(numbers[0, 2]) == queue, kept.reduce(0, +) >= threshold * Double(queue) {
                    numbers[0, 1] = Element(min(Double(1 << 24), (Double(numbers[0, 1]) * factor).rounded(.down)))
                }
            }
            projector.copyFirstVector(into: vector)
        }
    }

    private func push(_ cosine: Double, _ numbers: Matrix<Element>, _ queue: Int) {
        let kept = Int(numbers[0, 2])
        if kept == queue { for index in 1..<max(1, queue) { numbers[0, 2 + index] = numbers[0, 3 + index] } }
        numbers[0, 3 + min(kept, queue - 1)] = Element(cosine)
        numbers[0, 2] = Element(min(kept + 1, queue))
    }

    private func cosine(_ projector: SubspaceProjector<Element>, _ before: Matrix<Element>) -> Double {
        var (product, now, then) = (0.0, 0.0, 0.0)
        for index in 0..<before.columns {
            let (a, b) = (Double(projector.isRight ? projector.basis[0, index] : projector.basis[index, 0]), Double(before[0, index]))
            product += a * b
            now += a * a
            then += b * b
        }
        return abs(product) / max((now * then).squareRoot(), 1e-8)
    }
}
