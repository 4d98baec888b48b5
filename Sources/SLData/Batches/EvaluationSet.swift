import Foundation
import SLDigest
import SLSpec

/// The fixed tokens that losses are measured on: the first rows of the validation split, the same for every run.
public struct EvaluationSet: Sendable {
    /// Of the inputs, then the targets, of row after row as 32-bit little-endian numbers.
    public let sha256: String
    public let targetCount: Int
    public let rowCount: Int
    public let sequenceLength: Int
    private let layout: RowLayout

    /// Takes rows until they have `targetTokens` targets, or the split ends. Its last row may be a partial one.
    ///
    /// - Throws: `DataError` when the split has no target at all, or was prepared for another sequence length.
    public init(tokens: TokenFile, sequenceLength: Int, targetTokens: Int) throws {
        let layout = try RowLayout(tokens, sequenceLength: sequenceLength)
        let hash = SHA256()
        var (rows, targets) = (0, 0)
        while rows < layout.rowCount, targets < max(targetTokens, 1) {
            let batch = layout.batch(CollectionOfOne(rows))
            (batch.inputs + batch.targets).map(\.littleEndian).withUnsafeBytes { hash.update($0) }
            targets += batch.targetCount
            rows += 1
        }
        guard targets > 0 else {
            throw DataError(
                file: tokens.url.path, problem: "the validation part holds \(tokens.count) tokens: nothing to predict",
                fix: "give more text, or validation text of its own (data.validation)")
        }
        self.layout = layout
        self.sequenceLength = sequenceLength
        rowCount = rows
        targetCount = targets
        sha256 = hash.hexDigest()
    }

    /// Rows from `firstRow` on: `rows` of them, or as many as are left.
    ///
    /// - Precondition: `0 <= firstRow < rowCount`, `rows > 0`.
    public func batch(from firstRow: Int, rows: Int) -> TokenBatch {
        precondition(firstRow >= 0 && firstRow < rowCount && rows > 0, "rows \(firstRow) + \(rows) of \(rowCount)")
        return layout.batch(firstRow..<min(firstRow + rows, rowCount))
    }
}
