/// A job's state in the queue's words.
public struct JobState: Sendable, Hashable, CustomStringConvertible {
    /// `PENDING`, `NODE_FAIL`: the long form that `squeue` prints.
    public var word: String

    public init(_ word: String) { self.word = word }

    public var description: String { word }

    public enum Phase: Sendable, Hashable { case waiting, working, ended }

    private static let waiting: Set<String> = [
        "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD",
    ]
    private static let ended: Set<String> = [
        "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY", "REVOKED", "LAUNCH_FAILED",
    ]

    /// A state that is not known here counts as work: nothing is submitted twice for want of a word.
    public var phase: Phase { Self.waiting.contains(word) ? .waiting : Self.ended.contains(word) ? .ended : .working }
}
