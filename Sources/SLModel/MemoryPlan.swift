public import SLMethodKit
import SLOptimizers
public import SLSpec

/// What a run will hold at its peak, by formula: the largest of its phases, with the refresh's space on top where a rule
/// refreshes, or the beginning, where methods decompose dense weights before anything else is there.
///
/// Everything that the method declares as trained is planned for as trained, but for what it says is never trained at once
/// (``PretrainingMethod/trainedSets(of:phase:)``). That is the peak of a run whose lifecycles freeze and thaw, too: which tensors they
/// choose, and when, depends on what they see, and such a run begins with all of them.
public struct MemoryPlan: Sendable {
    public let breakdown: MemoryBreakdown
    public let peakStage: String
    public var totalBytes: Int { breakdown.total }

    init(breakdown: MemoryBreakdown, peakStage: String) { (self.breakdown, self.peakStage) = (breakdown, peakStage) }

    /// - Parameter held: full names of tensors that are frozen all the while: of a run that begins with them frozen, or of the time between
    ///   a freeze and a thaw. They have neither gradient nor state and refresh nothing; temporary space for passes and updates is made
    ///   for all tensors once and stays.
    /// - Parameters:
    ///   - ranks: processes that share each update. - rank: of the process that is planned; by their state all may differ
    ///     (``ofRanks(_:shape:method:training:threads:)``).
    /// - Throws: as `RunOptimizer.init`.
    public init(
        shape: ModelShape, method: any PretrainingMethod, training: TrainingSpec, threads: Int, held: Set<String>? = nil, ranks: Int = 1, rank: Int = 0
    ) throws {
        let plans = try Self.all(shape: shape, method: method, training: training, threads: threads, held: held, ranks: ranks)
        self = plans[plans.count == 1 ? 0 : rank]
    }
}
