import SLMethodKit
import SLNumerics
import SLOptimizers

/// What one rank keeps of an optimizer's state that is dealt out, and what it updates.
public struct StateLoad: Sendable, Hashable {
    public var stateBytes = 0
    /// Trained elements.
    public var elements = 0
}

/// What ranks that train one model together hold and send, by formula.
extension ModelAccounting {
    /// Trained weights as they are stored: what goes back to the others where one rank updates a tensor for all.
    public func trainedWeightBytes(phase: Int) -> Int {
        trained(phase).reduce(0) { $0 + $1.format(optimizer.storage).byteCount($1.declaration.count) }
    }

    /// Whole tensors, the largest state first, each to the rank that has least.
    public func stateLoads(phase: Int, ranks: Int) -> [StateLoad] {
        let tensors = trained(phase).map { entry in
            StateLoad(
                stateBytes: method.updateRule(for: entry.place, optimizer: optimizer)
                    .state(rows: entry.declaration.rows, columns: entry.declaration.columns)
                    .reduce(0) { $0 + $1.format.byteCount($1.count) },
                elements: entry.declaration.count)
        }
        func isSmaller(_ one: StateLoad, _ other: StateLoad) -> Bool { (one.stateBytes, one.elements) < (other.stateBytes, other.elements) }
        var loads = [StateLoad](repeating: StateLoad(), count: max(1, ranks))
        for tensor in tensors.sorted(by: { isSmaller($1, $0) }) {
            guard let least = loads.indices.min(by: { isSmaller(loads[$0], loads[$1]) }) else { break }
            loads[least].stateBytes += tensor.stateBytes
            loads[least].elements += tensor.elements
        }
        return loads
    }
}
