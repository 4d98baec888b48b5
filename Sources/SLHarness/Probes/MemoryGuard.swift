import Foundation
import SLSpec

/// Refuses a run that would not fit before it is started, and lets one wait that would not fit beside those at work.
public struct MemoryGuard: Sendable {
    /// Program, libraries, their buffers for each thread and the token files: what a run takes beside its tensors.
    public static func overheadBytes(threads: Int) -> Int { 96_000_000 + threads * 34_000_000 }

    public var availableBytes: @Sendable () -> Int?
    /// What a process holds.
    public var residentBytes: @Sendable (Int32) -> Int?
    public var threads: Int
    /// Processes on this machine that each take as much: the ranks of a run.
    public var ranks = 1
    /// Address space that the limits of this process leave for a run's tensors; `nil` without a limit.
    public var addressRoomBytes: Int?

    public init(
        threads: Int, availableBytes: @escaping @Sendable () -> Int? = { MemoryProbe().availableBytes },
        residentBytes: @escaping @Sendable (Int32) -> Int? = { MemoryProbe().residentBytes(of: $0) }
    ) {
        self.threads = threads
        self.availableBytes = availableBytes
        self.residentBytes = residentBytes
    }

    /// Everything that a run is predicted to take.
    public func neededBytes(_ cell: PlannedCell) -> Int { ranks * rankBytes(cell) }

    private func rankBytes(_ cell: PlannedCell) -> Int { tensorBytes(cell) + Self.overheadBytes(threads: threads) }

    private func tensorBytes(_ cell: PlannedCell) -> Int { cell.memory.total + cell.probeBytes }

    /// Whether a run fits into what is free now and is not yet promised to a run at work.
    public func fits(_ cell: PlannedCell, beside running: [(cell: PlannedCell, resident: Int)]) -> Bool {
        guard let available = availableBytes() else { return true }
        let promised = running.reduce(0) { $0 + max(0, neededBytes($1.cell) - $1.resident) }
        return neededBytes(cell) <= available - promised
    }

    /// - Parameters:
    ///   - freedAtLast: what the runs at work hold and will give back.
    /// - Returns: why the cell can't be run here, even alone; `nil` when it fits or nobody knows.
    public func refusal(_ cell: PlannedCell, freedAtLast: Int = 0) -> String? {
        if let room = addressRoomBytes, tensorBytes(cell) > room {
            return """
                would not fit: the run's tensors need \(Self.gigabytes(tensorBytes(cell))), and \(Self.gigabytes(room)) of address space are left \
                by the limits of this process (ulimit -v, -d).
                """
        }
        guard let available = availableBytes().map({ ($0 + freedAtLast) / max(1, ranks) }) else { return nil }
        let needed = rankBytes(cell)
        guard needed > available else { return nil }
        return """
            would not fit: the run needs \(Self.gigabytes(needed)) (weights \(Self.gigabytes(cell.memory.weights)), gradients \
            \(Self.gigabytes(cell.memory.gradients)), optimizer \(Self.gigabytes(cell.memory.optimizer)), activations and workspace \
            \(Self.gigabytes(cell.memory.activations + cell.memory.workspace))\(cell.probeBytes > 0 ? ", probes \(Self.gigabytes(cell.probeBytes))" : "")), and \(Self.gigabytes(available)) are free\(ranks > 1 ? " for each of \(ranks) ranks" : ""). \
            Raise training.gradient_accumulation, lower training.batch_size, or take a smaller model.
            """
    }

    private static func gigabytes(_ bytes: Int) -> String { String(format: "%.2f GB", Double(bytes) / 1e9) }
}
