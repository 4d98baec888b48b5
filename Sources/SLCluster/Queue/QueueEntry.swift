import Foundation

/// What the queue says of one job, or of one element of an array.
public struct QueueEntry: Sendable, Hashable {
    public var id: JobID
    public var state: JobState
    /// Why it waits, or why it ended; `nil` where there is nothing to say.
    public var reason: String?
    public var nodes: String?
    /// When it began or is expected to; local time as Slurm prints it, `nil` when nobody knows.
    public var start: String?
    public var comment: String
    /// The signal that ended it; `nil` where none did, or nobody asked.
    public var signal: Int?

    public init(
        id: JobID, state: JobState, reason: String? = nil, nodes: String? = nil, start: String? = nil, comment: String = "", signal: Int? = nil
    ) {
        self.id = id
        self.state = state
        self.reason = reason
        self.nodes = nodes
        self.start = start
        self.comment = comment
        self.signal = signal
    }

    /// Between fields: a character that stands in no name.
    package static let separator = "\u{1F}"
    /// Array, index, state, reason, nodes, start, comment.
    package static let format = ["%F", "%K", "%T", "%r", "%N", "%S", "%k"].joined(separator: separator)

    /// `nil` for a line that is none of `squeue`'s.
    package init?(line: some StringProtocol) {
        let fields = line.components(separatedBy: Self.separator)
        guard fields.count >= 7, let job = Int(fields[0]) else { return nil }
        func known(_ text: String) -> String? { ["", "None", "N/A", "(null)", "Unknown"].contains(text) ? nil : text }
        // Without -r, or before an array is known as one, several indices may stand in a line; they are no element.
        self.init(
            id: JobID(job: job, task: Int(fields[1])), state: JobState(fields[2]), reason: known(fields[3]), nodes: known(fields[4]), start: known(fields[5]),
            comment: fields[6...].joined(separator: Self.separator))
    }
}
