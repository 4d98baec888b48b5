import SLSpec

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
    /// Tokens a second of finished runs that did the same work, by ``ThroughputKey``.
    func measuredThroughput() throws -> [ThroughputKey: Double]
}

/// What decides how fast a run goes on one machine, as far as a finished run's row tells.
public struct ThroughputKey: Sendable, Hashable {
    public var size: String
    public var method: String
    public var rank: Int?

    public init(size: String, method: String, rank: Int?) {
        self.size = size
        self.method = method
        self.rank = rank
    }

    public init(_ spec: RunSpec) { self.init(size: spec.model.name, method: spec.method, rank: spec.rank) }
}

/// A ledger in which no run was ever started: for a plan without a database.
public struct EmptyLedger: RunLedger {
    public init() {}
    public func status(of runKeys: [String]) -> [String: RunStatus] { [:] }
    public func failure(of runKey: String) -> RunFailure? { nil }
    public func markFailed(_ spec: RunSpec, _ failure: RunFailure, processID: Int32?) {}
    public func makers(ofFinished runKeys: [String]) -> [String: ProgramIdentity] { [:] }
    public func startedSpecs(sweep: String) -> [RunSpec] { [] }
    public func measuredThroughput() -> [ThroughputKey: Double] { [:] }
}
