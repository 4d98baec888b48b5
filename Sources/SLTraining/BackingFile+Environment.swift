import SLNumerics
import SLSystem

extension BackingFile {
    /// Where a run's tensors are that are kept in files: TMPDIR, if that is set.
    static var folder: String { EnvironmentVariable.value("TMPDIR") ?? usualFolder }
}
