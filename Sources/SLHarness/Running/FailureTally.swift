public import Foundation
import SLSpec

/// How many runs of a submission failed or diverged, kept as marks in its folder: its jobs see nothing else of each other, and whoever submitted
/// them is gone.
public struct FailureTally: Sendable, Hashable {
    /// Where the submission's list of tasks is.
    public let folder: URL
    /// After so many no other run is begun; `nil` for no bound.
    public let most: Int?

    public init(folder: URL, most: Int?) {
        self.folder = folder
        self.most = most
    }

    private static let failed = "failed-"
    private static let held = "held-"

    public var count: Int { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).count { $0.hasPrefix(Self.failed) } }

    public var isFull: Bool { most.map { count >= $0 } ?? false }

    /// Counts a run once, however often it fails.
    public func note(_ runID: String) { mark(Self.failed + runID, "failed or diverged") }

    /// Whether a run is among them.
    public func holds(_ runID: String) -> Bool { FileManager.default.fileExists(atPath: folder.appendingPathComponent(Self.failed + runID).path) }

    /// Why runs are not begun when there are too many.
    public var words: String { "\(count) \(count == 1 ? "run" : "runs") failed or diverged (--max-failures)" }

    /// Says of a run that it was not begun: its job ends without a record, and is not lost.
    ///
    /// - Parameter reason: why.
    public func hold(_ runID: String, _ reason: String) { mark(Self.held + runID, reason) }

    /// It is begun after all.
    public func release(_ runID: String) { try? FileManager.default.removeItem(at: folder.appendingPathComponent(Self.held + runID)) }

    /// Without it a run too many is begun, or one is taken for lost and submitted again: nothing worth an end.
    private func mark(_ name: String, _ words: String) { try? Data((words + "\n").utf8).write(to: folder.appendingPathComponent(name)) }
}
