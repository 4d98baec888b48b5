import SLMethodKit
import SLRandom
import SLSpec

/// Freezes the present block and thaws the next at intervals: state and age begin anew with it.
struct BAdamLifecycle: Lifecycle {
    enum Order: String, Sendable, CaseIterable {
        /// Another order every round, all blocks once in each.
        case random
        /// From the last layer to the first.
        case descending
        case ascending
    }

    struct BAdamState: Codable, Sendable {
        var blocks = BAdamBlocks()
        /// The block that is trained.
        var present = 0
        /// Those still to come in this round, the next one first.
        var coming: [Int] = []
        var round = 0
    }

    var state = BAdamState()
    private let interval: Int
    private let order: Order
    private let tables: BAdamTables

    init(interval: Int, order: Order, tables: BAdamTables) {
        self.interval = interval
        self.order = order
        self.tables = tables
    }

    mutating func beginning(of run: RunView) -> RunBeginning {
        state.blocks = BAdamBlocks(run.tensors.map(\.place), tables: tables)
        turn(run.seed)
        return RunBeginning(frozen: .named(state.blocks.held(but: state.present)))
    }

    mutating func actions(after update: RunView) -> [LifecycleAction] {
        guard update.step % interval == 0, !update.isLast, !state.blocks.blocks.isEmpty else { return [] }
        let before = state.present
        turn(update.seed)
        return [.freeze(.named(Set(state.blocks.blocks[before]))), .thaw(.named(Set(state.blocks.blocks[state.present])))]
    }

    private mutating func turn(_ seed: UInt64) {
        if state.coming.isEmpty {
            let count = state.blocks.blocks.count
            switch order {
            case .ascending: state.coming = Array(0..<count)
            case .descending: state.coming = Array((0..<count).reversed())
            case .random:
                var stream = RandomStream(seed: seed, name: "badam/\(state.round)")
                state.coming = stream.permutation(count)
            }
            state.round += 1
        }
        if !state.coming.isEmpty { state.present = state.coming.removeFirst() }
    }

    var plannedEvents: [PlannedEvent] {
        ["freeze", "thaw"].map {
            PlannedEvent(kind: $0, first: interval, interval: interval, happensAtEnd: false, option: "switch_interval")
        }
    }
}
