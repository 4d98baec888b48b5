public import SLSpec

/// What a harness must know and change about recorded runs. Whoever wires the program brings the database behind it.
public protocol RunLedger: Sendable {
    /// How runs stand, by run key. A run that was never started has no entry.
    func status(of runKeys: [String]) throws -> [String: RunStatus]
    /// Why a run ended short of its end, where it did.
    func failure(of runKey: String) throws -> RunFailure?
    /// Ends a run for a process that could not do so itself; a run that has ended keeps its own words.
    func markFailed(_ spec: RunSpec, _ failure: RunFailure, processID: Int32?) throws
    /// Which program made finished runs, by run key.
    func makers(ofFinished runKeys: [String]) throws -> [String: ProgramIdentity]
    /// What those runs of a sweep are that were started, the oldest first.
    func startedSpecs(sweep: String) throws -> [RunSpec]
    /// Positions a second, padding included, of runs that finished on this machine with so many threads.
    func measuredThroughput(threads: Int) throws -> [ThroughputKey: Double]
}

/// A ledger in which no run was ever started: for a plan without a database.
public struct EmptyLedger: RunLedger {
    public init() {}
    public func status(of runKeys: [String]) -> [String: RunStatus] { [:] }
    public func failure(of runKey: String) -> RunFailure? { nil }
    public func markFailed(_ spec: RunSpec, _ failure: RunFailure, processID: Int32?) {}
    public func makers(ofFinished runKeys: [String]) -> [String: ProgramIdentity] { [:] }
    public func startedSpecs(sweep: String) -> [RunSpec] { [] }
    public func measuredThroughput(threads: Int) -> [ThroughputKey: Double] { [:] }
}
