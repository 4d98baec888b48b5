package import SLSpec

extension DataError {
    /// A checkpoint after so many updates that a run can't go on from.
    package static func checkpoint(after updates: Int, _ problem: String) -> DataError {
        DataError(file: "checkpoint after \(updates) updates", problem: problem, fix: "start the run anew with --rerun")
    }
}
