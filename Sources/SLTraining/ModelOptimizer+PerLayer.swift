public import SLMethodKit
public import SLModel
public import SLNumerics
public import SLOptimizers

/// Updates that are made during the backward pass: begin, consume every gradient, finish.
extension ModelOptimizer: GradientConsumer {
    /// - Parameter step: 1 for the first.
    public func begin(learningRate: Double, step: Int) throws {
        current = (try makeContext(learningRate: learningRate, step: step), Array(repeating: 0, count: entries.count))
    }

    public func consume(_ parameter: Parameter<Element>, scratch: Scratch<Element>) throws {
        guard let position = positions[ObjectIdentifier(parameter)], let gradient = parameter.gradient, var context = current?.context
        else { return }
        current?.squares[position] = entries[position].updater.updater.squaredNorm(of: gradient)
        context.scratch = scratch
        model.ledger.enter(.update)
        try step(position, context)
        model.ledger.enter(.backward)
    }

    /// What refreshes did, and the square of the global gradient norm, summed like that of a whole update.
    public func finish() -> (log: RefreshLog, squaredGradientNorm: Double) {
        defer { current = nil }
        guard let current else { return (RefreshLog(), 0) }
        lastSquares = current.squares
        return (current.context.log, current.squares.reduce(observedSquare, +))
    }
}
