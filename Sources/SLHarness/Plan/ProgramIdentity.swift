public import SLSpec

/// Which program made a run, or is to make one.
public struct ProgramIdentity: Sendable, Hashable {
    public var version: String
    /// `nil` when nobody knows.
    public var commit: String?
    /// Whether its sources differed from the commit.
    public var isModified: Bool

    public init(version: String, commit: String? = nil, isModified: Bool = false) {
        self.version = version
        self.commit = commit
        self.isModified = isModified
    }

    public init(_ environment: EnvironmentRecord) {
        self.init(version: environment.programVersion, commit: environment.commit, isModified: environment.commitIsDirty ?? false)
    }

    /// `slbench 0.1.0 at 1f2e3d4c, modified`
    var words: String {
        "slbench \(version)" + (commit.map { " at \($0.prefix(8))\(isModified ? ", modified" : "")" } ?? "")
    }

    /// Whether the two are known to differ. Of two modified ones nobody knows.
    func differs(from other: ProgramIdentity) -> Bool {
        if version != other.version { return true }
        guard let commit, let theirs = other.commit else { return false }
        return commit != theirs || isModified != other.isModified
    }
}
