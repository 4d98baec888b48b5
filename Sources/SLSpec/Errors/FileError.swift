/// The database or another file could not be opened, read or written. Exit code 74.
public struct FileError: Error, Sendable {
    /// What may pass by itself, so that waiting makes sense.
    public enum Condition: Sendable, Hashable {
        case diskFull
        /// Another process holds the file.
        case locked
        /// The folder or the disk behind it is gone.
        case vanished
    }

    public var file: String
    public var problem: String
    public var fix: String?
    /// `nil` for what waiting does not mend.
    public var condition: Condition?
    /// Whether something was to be read that is not there.
    public var isMissingFile: Bool

    public init(file: String, problem: String, fix: String? = nil, condition: Condition? = nil, isMissingFile: Bool = false) {
        self.file = file
        self.problem = problem
        self.fix = fix
        self.condition = condition
        self.isMissingFile = isMissingFile
    }
}
