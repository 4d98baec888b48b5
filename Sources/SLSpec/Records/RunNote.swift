/// A fact about a run that its reader must know and no figure shows.
public struct RunNote: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// An event of the method that this run will not see, e.g. a merge that is due after its last update.
        case silentEvent = "silent_event"
        /// The run went on from a checkpoint under other conditions than it began with, so equal bits are not promised.
        case changedConditions = "changed_conditions"
        /// Something about the text: unread files, skipped records, unknown pieces.
        case data
        /// Something about what was measured on the way.
        case probes
    }

    /// Updates done before it.
    public var step: Int
    public var kind: Kind
    /// A sentence for people.
    public var message: String

    public init(step: Int, kind: Kind, message: String) {
        self.step = step
        self.kind = kind
        self.message = message
    }
}
