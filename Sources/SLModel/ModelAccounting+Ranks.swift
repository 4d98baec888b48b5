import SLMethodKit
import SLNumerics
import SLOptimizers

/// What one rank keeps of an optimizer's state that is dealt out, and what it updates.
public struct StateLoad: Sendable, Hashable {
    public var stateBytes = 0
    /// Trained elements.
    public var elements = 0
    /// Elements that the largest refresh of a tensor's rule allocates for as long as it lasts.
    public var refreshCount = 0
}

/// What ranks that train one model together hold and send, by formula.
extension ModelAccounting {
    /// Trained weights as they are stored: what goes back to the others where one rank updates a tensor for all.
    public func trainedWeightBytes(phase: Int) -> Int {
        trained(phase).reduce(0) { $0 + $1.format(optimizer.storage).byteCount($1.declaration.count) }
    }

    /// Of each rank, in their order, as ``StateOwners`` deals the trained tensors out.
    public func stateLoads(phase: Int, ranks: Int) -> [StateLoad] {
        guard ranks > 1 else { return [wholeLoad(phase: phase)] }
        return stateLoads(StateOwners(shape: shape, method: method, optimizer: optimizer, ranks: ranks, phase: phase), ranks: ranks)
    }

    func stateLoads(_ owners: StateOwners, ranks: Int) -> [StateLoad] {
        var owners = owners
        owners.follow(held: trainedSet(owners.phase).held)
        var loads = [StateLoad](repeating: StateLoad(), count: ranks)
        for entry in trained(owners.phase) {
            if let owner = owners[entry.name] { add(entry, to: &loads[owner]) }
        }
        return loads
    }

    /// Of a process that keeps everything.
    func wholeLoad(phase: Int) -> StateLoad {
        trained(phase).reduce(into: StateLoad()) { add($1, to: &$0) }
    }

    private func add(_ entry: TensorEntry, to load: inout StateLoad) {
        let rule = method.updateRule(for: entry.place, optimizer: optimizer)
        let (rows, columns) = (entry.declaration.rows, entry.declaration.columns)
        load.stateBytes += rule.stateBytes(rows: rows, columns: columns)
        load.elements += entry.declaration.count
        load.refreshCount = max(load.refreshCount, rule.refreshCount(rows: rows, columns: columns))
    }
}
