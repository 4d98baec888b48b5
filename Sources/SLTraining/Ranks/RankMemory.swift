import SLSpec

/// What one process of a run held.
struct RankMemory: Codable {
    var memory: MemoryRecord
    /// Of the optimizer at the end.
    var optimizerBytes: Int
}
