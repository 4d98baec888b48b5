/// Processor time used so far, as the kernel counts it, in seconds.
struct ProcessorCounters: Sendable, Hashable {
    /// Processors with a limit that several processes share: those this one may run on, or what a control group pays for.
    struct Share: Sendable, Hashable {
        /// Which processors, or which group.
        var name: String
        /// Of all processes on them, this one included; for the machine with what its host took away.
        var busySeconds: Double
        /// Processor seconds that a second has.
        var capacity: Double
    }

    /// Monotonic.
    var wallSeconds: Double
    /// Of this process and of its children that have ended.
    var ownSeconds: Double
    var shares: [Share]
}
