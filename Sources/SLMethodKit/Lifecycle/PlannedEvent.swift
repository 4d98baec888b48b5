/// One kind of event of a method, and when runs see it: what the trainer then records, promised before the run.
public struct PlannedEvent: Sendable, Hashable {
    /// What is so right after an event, whoever looks.
    public enum Promise: Sendable, Hashable {
        /// The model computes what it computed before.
        case functionKept
        /// All optimizer state of the tensors is zero.
        case stateZeroed(TensorChoice)
        /// The tensors are so old.
        case age(TensorChoice, Int)
    }

    /// As it is recorded: `merge`, `reset`, `age`, `refresh`, `phase`.
    public var kind: String
    /// The update after which, or in which, it happens as what a method does again and again; from 1.
    public var first: Int
    /// Updates from one to the next; `nil` for what happens once.
    public var interval: Int?
    /// Whether it happens at update 1, too, as a beginning.
    public var beginsRun: Bool
    /// Whether it changes only what later updates do. A subspace found in an update is used in that very update.
    public var actsAfterwards: Bool
    /// Whether it happens after a run's last update, too. A phase begins only where an update follows.
    public var happensAtEnd: Bool
    /// The option that says when, e.g. `merge_interval`.
    public var option: String
    public var promise: Promise?
    /// How often it recurs at most; `nil` for ever.
    public var limit: Int?
    /// Whether what happens in the run decides if it recurs: then these are the updates at which it can, and it does so at some of them.
    public var isOpen: Bool

    public init(
        kind: String, first: Int, interval: Int?, beginsRun: Bool = false, actsAfterwards: Bool = true, happensAtEnd: Bool = true,
        option: String, promise: Promise? = nil, limit: Int? = nil, isOpen: Bool = false
    ) {
        self.kind = kind
        self.first = first
        self.interval = interval
        self.beginsRun = beginsRun
        self.actsAfterwards = actsAfterwards
        self.happensAtEnd = happensAtEnd
        self.option = option
        self.promise = promise
        self.limit = limit
        self.isOpen = isOpen
    }

    /// The updates of a run of so many at which it recurs.
    public func recurrences(totalSteps: Int) -> [Int] {
        let last = happensAtEnd ? totalSteps : totalSteps - 1
        guard first >= 1, first <= last else { return [] }
        guard let interval else { return [first] }
        return Array(stride(from: first, through: last, by: interval).prefix(limit ?? Int.max))
    }

    /// All updates of a run of so many at which it happens.
    public func steps(totalSteps: Int) -> [Int] {
        let again = recurrences(totalSteps: totalSteps)
        return beginsRun && totalSteps >= 1 && again.first != 1 ? [1] + again : again
    }
}
