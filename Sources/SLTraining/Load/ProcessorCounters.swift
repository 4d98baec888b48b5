/// Processor time used so far, as the kernel counts it, in seconds.
package struct ProcessorCounters: Sendable, Hashable {
    /// Processors with a limit that several processes share: those this one may run on, or what a control group pays for.
    package struct Share: Sendable, Hashable {
        /// Which processors, or which group.
        package var name: String
        /// Of all processes on them, this one included; for the machine with what its host took away.
        package var busySeconds: Double
        /// Processor seconds that a second has.
        package var capacity: Double

        package init(name: String, busySeconds: Double, capacity: Double) {
            self.name = name
            self.busySeconds = busySeconds
            self.capacity = capacity
        }
    }

    /// Monotonic.
    package var wallSeconds: Double
    /// Of this process and of its children that have ended.
    package var ownSeconds: Double
    package var shares: [Share]

    package init(wallSeconds: Double, ownSeconds: Double, shares: [Share]) {
        self.wallSeconds = wallSeconds
        self.ownSeconds = ownSeconds
        self.shares = shares
    }
}
