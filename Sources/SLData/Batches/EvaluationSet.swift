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
    /// Of the text, those that the targets give back; `nil` for tokens of which nobody knows.
    public let byteCount: Int?
    let layout: RowLayout

    /// Takes rows until they have `targetTokens` targets, or the split ends. Its last row may be a partial one.
    ///
    /// - Parameter bytes: for every id of `tokens` how many bytes of text it gives back.
    /// - Throws: `DataError` when the split has no target at all, or was prepared for another sequence length.
    public init(tokens: TokenFile, bytes: TokenFile? = nil, sequenceLength: Int, targetTokens: Int) throws {
        let layout = try RowLayout(tokens, sequenceLength: sequenceLength)
        let hash = SHA256()
        var (rows, targets, byteCount) = (0, 0, 0)
        while rows < layout.rowCount, targets < max(targetTokens, 1) {
            let batch = layout.batch(CollectionOfOne(rows))
            let ids = (batch.inputs + batch.targets).map(\.littleEndian)
            hash.update(ids.span)
            targets += batch.targetCount
            if let bytes { byteCount += bytes[layout.targets(ofRow: rows)].reduce(0) { $0 + Int($1) } }
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
        self.byteCount = bytes == nil ? nil : byteCount
        sha256 = hash.hexDigest()
    }

    /// Targets that are ids of the validation file at these places, which are in order.
    func targetCount(in places: [Range<Int>]) -> Int {
        guard !places.isEmpty else { return 0 }
        var count = 0
        var first = 0
        for row in 0..<rowCount {
            let targets = layout.targets(ofRow: row)
            while first < places.count, places[first].upperBound <= targets.lowerBound { first += 1 }
            for range in places[first...].prefix(while: { $0.lowerBound < targets.upperBound }) { count += range.clamped(to: targets).count }
        }
        return count
    }

    /// Share of the targets that are one id.
    func share(of id: Int32) -> Double {
        let found = (0..<rowCount).reduce(0) { sum, row in sum + layout.batch(CollectionOfOne(row)).targets.count { $0 == id } }
        return Double(found) / Double(max(targetCount, 1))
    }

    /// Rows from `firstRow` on: `rows` of them, or as many as are left.
    ///
    /// - Precondition: `0 <= firstRow < rowCount`, `rows > 0`.
    public func batch(from firstRow: Int, rows: Int) -> TokenBatch {
        precondition(firstRow >= 0 && firstRow < rowCount && rows > 0, "rows \(firstRow) + \(rows) of \(rowCount)")
        return layout.batch(firstRow..<min(firstRow + rows, rowCount))
    }
}
