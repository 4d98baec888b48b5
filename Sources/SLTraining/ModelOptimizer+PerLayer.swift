public import SLMethodKit
public import SLModel
public import SLNumerics
public import SLOptimizers

/// Updates that are made during the backward pass: begin, consume every gradient, finish.
///
/// Processes that share the run have one micro-batch of the update each. A gradient is added to the others' as soon as it is complete; who
/// keeps the tensor's state makes the step, and the space serves the next gradient. So no process ever holds more of summed gradients than
/// those of one linear: ZeRO's second stage. Source: Rajbhandari et al. 2020, arXiv:1910.02054, §5.2 (P_os+g). Weights are handed out when the pass is
/// over.
extension ModelOptimizer: GradientConsumer {
    /// - Parameter step: 1 for the first.
    public func begin(learningRate: Double, step: Int) throws {
        current = (try makeContext(learningRate: learningRate, step: step), Array(repeating: 0, count: entries.count))
    }

    public func consume(_ parameter: Parameter<Element>, scratch: Scratch<Element>) throws {
        guard let gradient = parameter.gradient, var context = current?.context else { return }
        // Those that are only looked at, too.
        try exchange?.sum(gradient, to: owner(of: parameter.name))
        guard let position = positions[ObjectIdentifier(parameter)], isOwn(entries[position]) else { return }
        current?.squares[position] = entries[position].updater.updater.squaredNorm(of: gradient)
        context.scratch = scratch
        context.log.place = position
        model.ledger.enter(.update)
        try step(position, context)
        model.ledger.enter(.backward)
    }

    /// What refreshes did, in the order of the tensors, and the square of the global gradient norm, summed like that of a whole update.
    public func finish() throws -> (log: RefreshLog, squaredGradientNorm: Double) {
        defer { current = nil }
        guard let current else { return (RefreshLog(), 0) }
        let square = try takeDown(current.squares)
        let log = current.context.log
        return (owners == nil ? RefreshLog(joining: [log.entries]) : try handOut(log), square)
    }
}
