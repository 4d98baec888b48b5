import SLSpec

/// What the memory tables say of one cell, run or only planned.
package struct MemoryEntry {
    var label: String
    var split: MemoryBreakdown
    var stage: String
    var paperBytes: Int
    var predictedBytes: Int
    var trackedBytes: Int?
    var constantBytes: Int?
    var residentBytes: Int?

    /// Of several seeds the one with the highest tracked peak; `nil` when no run recorded its memory.
    init?(_ cell: ReportCell) {
        let records = cell.runs.compactMap { $0.memory ?? $0.result?.memory }
        guard let memory = records.max(by: { $0.peakTrackedBytes < $1.peakTrackedBytes }) else { return nil }
        label = cell.label
        split = memory.peak
        stage = memory.peakStage
        paperBytes = memory.paperBytes
        predictedBytes = memory.predictedBytes
        trackedBytes = memory.peakTrackedBytes
        constantBytes = memory.constantBytes
        residentBytes = memory.peakResidentBytes
    }

    init(_ cell: PredictedCell) {
        label = cell.label
        split = cell.record.memory
        stage = cell.record.peakStage
        paperBytes = cell.record.paperBytes
        predictedBytes = cell.record.predictedBytes
    }

    /// Tracked peak and process constant together: what the resident peak should be.
    var explainedBytes: Int? {
        guard let trackedBytes, let constantBytes else { return nil }
        return trackedBytes + constantBytes
    }
}
