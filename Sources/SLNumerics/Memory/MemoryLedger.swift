import Synchronization

/// What a piece of tensor storage is for.
public enum MemoryCategory: Int, Sendable, CaseIterable {
    case weights, gradients, optimizer, indices, activations, workspace
}

/// Where in a run the program is: the label of a memory peak.
public enum RunStage: String, Sendable, CaseIterable {
    case setup, forward, backward, update, refresh, evaluate
}

/// The book of all tensor storage of one run: bytes held by category, and the high-water mark with its split and stage.
public final class MemoryLedger: Sendable {
    /// The book at one moment.
    public struct Snapshot: Sendable, Hashable {
        /// Bytes, indexed by ``MemoryCategory/rawValue``.
        public var bytes: [Int]
        public var stage: RunStage

        public var total: Int { bytes.reduce(0, +) }
        public subscript(category: MemoryCategory) -> Int { bytes[category.rawValue] }
    }

    private struct State {
        var current = Snapshot(bytes: Array(repeating: 0, count: MemoryCategory.allCases.count), stage: .setup)
        var peak = Snapshot(bytes: Array(repeating: 0, count: MemoryCategory.allCases.count), stage: .setup)
    }

    private let state = Mutex(State())

    public init() {}

    public var current: Snapshot { state.withLock { $0.current } }
    public var peak: Snapshot { state.withLock { $0.peak } }

    /// The stage that a new peak will be labelled with. A peak that is allocated once and held from then on is labelled
    /// with the backward pass, in which all of it is in use.
    public func enter(_ stage: RunStage) {
        state.withLock { state in
            state.current.stage = stage
            if stage == .backward, state.current.total == state.peak.total { state.peak.stage = stage }
        }
    }

    func add(_ bytes: Int, to category: MemoryCategory) {
        state.withLock { state in
            state.current.bytes[category.rawValue] += bytes
            if state.current.total > state.peak.total { state.peak = state.current }
        }
    }

    func remove(_ bytes: Int, from category: MemoryCategory) {
        state.withLock { $0.current.bytes[category.rawValue] -= bytes }
    }
}
