import SLSpec

/// What one reading of a corpus passed over.
struct ReadingTally: Sendable {
    /// Records that could not be read, as far as the config allows to skip them.
    var skippedRecords = 0
    /// The first of them, with its place.
    var firstSkipped: DataError?
    /// Records whose text is empty.
    var emptyRecords = 0
}
