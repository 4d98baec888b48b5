public import SLModel
public import SLSpec

/// One run of a sweep before it is started: what it is, what it will take, and how it stands.
public struct PlannedCell: Sendable {
    /// What the sweep will do with the cell.
    public enum Action: String, Sendable, Hashable {
        case run
        /// Finished before.
        case skipDone = "done"
        /// Failed or diverged before; it is run again only when asked for.
        case skipFailed = "keep"
        /// Another process trains it at this moment.
        case skipRunning = "elsewhere"
    }

    public var spec: RunSpec
    public var data: DataSpec
    public var runKey: String
    /// `nil` when it was never started.
    public var status: RunStatus?
    public var action: Action
    public var totalParameters: Int
    public var trainableParameters: Int
    public var memory: MemoryBreakdown
    /// What probes take beside it, apart from the run's figures; 0 without any.
    public var probeBytes = 0
    public var paperBytes: Int
    public var disk: DiskEstimate
    /// Of all updates; evaluations are not counted.
    public var totalFloatingPointOperations: Double
    public var time: TimeEstimate
    /// Which of several equal ways the linears are computed in, e.g. "56 by factors"; `nil` where there is no choice.
    public var computation: String?
    /// What an activation scheme keeps; `nil` where inputs are exact.
    public var activations: ActivationPlan?
    /// What it is asked for and will not see, as sentences.
    public var silent: [String] = []
    /// What changed since it, or one that is like it but for the data, was run.
    public var note: String?
    /// Values that tell it from cells of the same name: `lr 0.003`.
    public var distinction: [String] = []

    /// As much of the key as names the run in the database and its files.
    public var runID: String { ShortKey.of(runKey) }

    /// `60m sltrain r128 seed 1`, `1b galore r512 (8-bit states, bf16) seed 1`, `9m lora r32 (lr 0.003) seed 1`
    public var label: String {
        var words = [spec.model.name, spec.method]
        if let rank = spec.rank { words.append("r\(rank)") }
        let options = spec.training.words + distinction
        if !options.isEmpty { words.append("(\(options.joined(separator: ", ")))") }
        words.append("seed \(spec.seed)")
        return words.joined(separator: " ")
    }
}

/// A cell that is planned and never run: what it would take.
public struct PredictedCell: Sendable {
    public var record: PredictionRecord
    public var totalParameters: Int
    public var trainableParameters: Int
}

/// The cells of a sweep in its order.
public struct SweepPlan: Sendable {
    public var name: String
    public var cells: [PlannedCell]
    public var predictions: [PredictedCell]

    public init(name: String, cells: [PlannedCell], predictions: [PredictedCell] = []) {
        self.name = name
        self.cells = Self.toldApart(cells)
        self.predictions = predictions
    }

    /// Cells that would be called alike are named by the values in which they differ, too.
    private static func toldApart(_ cells: [PlannedCell]) -> [PlannedCell] {
        var cells = cells
        for alike in Dictionary(grouping: cells.indices, by: { cells[$0].label }).values where alike.count > 1 {
            let fields = alike.map { CellFields(cells[$0].spec).values }
            let differing = Set(fields.flatMap(\.keys)).filter { key in Set(fields.map { $0[key] }).count > 1 }
            // A warm-up that follows from the budget is no word of its own.
            let schedules = Set(fields.map { [$0["steps"], $0["warmup_steps"]] }).count
            let follows = differing.contains("steps") && schedules == Set(fields.map { $0["steps"] }).count
            let keys = differing.filter { !follows || $0 != "warmup_steps" }.sorted()
            for (place, values) in zip(alike, fields) { cells[place].distinction = keys.compactMap { key in
                    // What a cell does not have is not what it is called by.
                    values[key].flatMap { $0 == .null ? nil : "\(key) \($0)" }
                }
            }
        }
        return cells
    }

    public func count(_ action: PlannedCell.Action) -> Int { cells.count { $0.action == action } }

    /// Seconds that the cells to run are expected to take together, so many at a time.
    public func remainingSeconds(jobs: Int = 1) -> Double {
        Makespan.seconds(waiting: cells.filter { $0.action == .run }.map(\.time.seconds), jobs: jobs)
    }
}
