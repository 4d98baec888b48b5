import SLMethodKit
import SLModel
import SLSpec

/// What a run takes on the disk, by formula.
public struct DiskEstimate: Sendable, Hashable {
    /// One checkpoint: weights, supports, optimizer state, the losses so far.
    public var checkpointBytes: Int
    /// How many there are at most, the one that is being written included.
    public var checkpoints: Int
    /// Of the weights that stay; 0 when none do.
    public var weightsBytes: Int
    /// Rows of the database and the log.
    public var recordBytes: Int

    /// While the run goes on. Its weights are written while the last checkpoints are there.
    public var peakBytes: Int { checkpoints * checkpointBytes + keptBytes }
    /// Afterwards.
    public var keptBytes: Int { weightsBytes + recordBytes }
}

extension DiskEstimate {
    /// A row of a step, with its share of the tree that holds it. Measured: 90 to 110 bytes.
    static let stepBytes = 120
    static let evaluationBytes = 120
    /// Specification, environment, result, events, the log and the order.
    static let runBytes = 64_000
    /// What the header of a tensor file says of a tensor: name, type, shape, place.
    static let tensorHeaderBytes = 140
    /// What a checkpoint says of its run.
    static let stateBytes = 1500

    init(_ spec: RunSpec, method: any PretrainingMethod, accounting: ModelAccounting, policy: CheckpointPolicy, probeBytes: Int = 0) {
        let phases = 0..<max(1, method.phaseCount)
        let (steps, every) = (spec.training.steps, spec.evaluation.every)
        let onTheWay = 2 + (every > 0 ? steps / every : 0)
        let heldOut = (spec.data.heldOut?.count ?? 0) * (spec.evaluation.heldOutTime == .end ? 1 : onTheWay)
        let evaluations = onTheWay + heldOut + (spec.data.test == nil ? 0 : 1)
        checkpointBytes = Self.stateBytes + 8 * steps + (phases.map { phase in
            accounting.weightBytes(phase: phase) + accounting.indexBytes(phase: phase) + accounting.optimizerBytes(phase: phase)
                + accounting.fileBytes(phase: phase) + Self.tensorHeaderBytes * accounting.storedTensorCount(phase: phase)
        }.max() ?? 0)
        // Without an interval a run that is told to stop still writes one.
        checkpoints = policy.everySteps == nil && policy.everyMinutes == nil ? 1 : policy.keep + 1
        let last = method.phase(ofUpdate: steps)
        weightsBytes = policy.final == .weights
            ? accounting.weightBytes(phase: last) + accounting.indexBytes(phase: last)
                + Self.tensorHeaderBytes * accounting.storedTensorCount(phase: last, withState: false)
            : 0
        recordBytes = Self.runBytes + Self.stepBytes * steps + Self.evaluationBytes * evaluations + probeBytes
    }
}

/// What a sweep takes on the disk.
public struct DiskNeed: Sendable, Hashable {
    /// Of the runs that are at work at once, the largest ones at that.
    public var checkpointBytes = 0
    public var weightsBytes = 0
    public var recordBytes = 0

    public var total: Int { checkpointBytes + weightsBytes + recordBytes }
}

extension SweepPlan {
    /// What the cells to run take together, so many at a time.
    ///
    /// - Parameter existingBytes: what a cell's checkpoints of an earlier time take already.
    public func diskNeed(jobs: Int, existingBytes: (PlannedCell) -> Int = { _ in 0 }) -> DiskNeed {
        let open = cells.filter { $0.action == .run }
        let checkpoints = open.map { max(0, $0.disk.checkpoints * $0.disk.checkpointBytes - existingBytes($0)) }
        return DiskNeed(
            checkpointBytes: checkpoints.sorted(by: >).prefix(max(1, jobs)).reduce(0, +),
            weightsBytes: open.reduce(0) { $0 + $1.disk.weightsBytes }, recordBytes: open.reduce(0) { $0 + $1.disk.recordBytes })
    }
}
