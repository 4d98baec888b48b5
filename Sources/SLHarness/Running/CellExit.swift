/// How a run's process ended.
public struct CellExit: Sendable, Hashable {
    public enum End: Sendable, Hashable {
        case status(Int32)
        case signal(Int32)
    }

    public var end: End
    public var processID: Int32
    public var lastProgress: CellProgress?
    /// What the process wrote to stderr at its end.
    public var logTail: String
    /// Whether the sweep itself killed it, because it was asked to stop at once.
    public var wasKilledHere: Bool
    /// Whether it was killed because it did not end by itself when its time was over.
    public var wasOverdue = false

    /// SIGKILL from somewhere else: the kernel for want of memory, or another program.
    var wasKilledFromOutside: Bool { end == .signal(9) && !wasKilledHere && !wasOverdue }
}
