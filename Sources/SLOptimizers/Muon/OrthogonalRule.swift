public import SLNumerics

/// Steps along the orthogonalised gradient, with nothing kept. The momentum is whoever's that gives the gradients.
public struct OrthogonalRule: UpdateRule, Hashable {
    public var iterations: Int

    public init(iterations: Int = 5) { self.iterations = iterations }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] { [] }

    public func scratchCount(rows: Int, columns: Int) -> Int { NewtonSchulz.scratchCount(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        OrthogonalUpdater<Element>(iterations: iterations)
    }
}

final class OrthogonalUpdater<Element: Scalar>: TensorUpdater {
    private let iterations: Int

    init(iterations: Int) { self.iterations = iterations }

    var state: [(name: String, value: StoredTensor<Element>)] { [] }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        context.clip(gradient)
        var scratch = context.scratch
        NewtonSchulz.orthogonalize(gradient, iterations: iterations, scratch: &scratch)
        return context.learningRate
    }
}
