import Foundation
import SLDigest
public import SLSpec

/// The fixed tokens that losses are measured on: the first rows of the validation split, or as many spread over all of a text, the
/// same for every run.
public struct EvaluationSet: Sendable {
    /// Of the inputs, then the targets, of row after row as 32-bit little-endian numbers.
    public let sha256: String
    public let targetCount: Int
    public let rowCount: Int
    public let sequenceLength: Int
    /// Of the text, those that the targets give back; `nil` for tokens of which nobody knows.
    public let byteCount: Int?
    let layout: RowLayout
    /// Numbers of the file's rows, ascending.
    private let rows: [Int]

    /// Takes rows until they have `targetTokens` targets, or the text ends. Its last row may be a partial one.
    ///
    /// - Parameters:
    ///   - bytes: for every id of `tokens` how many bytes of text it gives back.
    ///   - rows: the first ones, or rows at equal distances over the whole text.
    /// - Throws: `DataError` when the split has no target at all, or was prepared for another sequence length.
    public init(
        tokens: TokenFile, bytes: TokenFile? = nil, sequenceLength: Int, targetTokens: Int, rows choice: EvaluationSpec.Rows = .first
    ) throws {
        let layout = try RowLayout(tokens, sequenceLength: sequenceLength)
        let hash = SHA256()
        var taken: [Int] = []
        var (targets, byteCount) = (0, 0)
        // Spread rows are as many as full ones would have to be: where rows are padded the set has somewhat fewer targets then.
        let wanted = min((max(targetTokens, 1) - 1) / layout.sequenceLength + 1, layout.rowCount)
        let isSpread = choice == .spread && wanted < layout.rowCount
        for place in 0..<(isSpread ? wanted : layout.rowCount) {
            guard targets < max(targetTokens, 1) else { break }
            let row = isSpread ? place * layout.rowCount / wanted : place
            let batch = layout.batch(CollectionOfOne(row))
            let ids = (batch.inputs + batch.targets).map(\.littleEndian)
            hash.update(ids.span)
            targets += batch.targetCount
            if let bytes { byteCount += bytes[layout.targets(ofRow: row)].reduce(0) { $0 + Int($1) } }
            taken.append(row)
        }
        guard targets > 0 else {
            throw DataError(
                file: tokens.url.path, problem: "the validation part holds \(tokens.count) tokens: nothing to predict",
                fix: "give more text, or validation text of its own (data.validation)")
        }
        self.layout = layout
        self.sequenceLength = sequenceLength
        rows = taken
        rowCount = taken.count
        targetCount = targets
        self.byteCount = bytes == nil ? nil : byteCount
        sha256 = hash.hexDigest()
    }

    /// Targets that are ids of the validation file at these places, which are in order.
    func targetCount(in places: [Range<Int>]) -> Int {
        guard !places.isEmpty else { return 0 }
        var count = 0
        var first = 0
        for row in rows {
            let targets = layout.targets(ofRow: row)
            while first < places.count, places[first].upperBound <= targets.lowerBound { first += 1 }
            for range in places[first...].prefix(while: { $0.lowerBound < targets.upperBound }) { count += range.clamped(to: targets).count }
        }
        return count
    }

    /// Share of the targets that are one id.
    func share(of id: Int32) -> Double {
        let found = rows.reduce(0) { sum, row in sum + layout.batch(CollectionOfOne(row)).targets.count { $0 == id } }
        return Double(found) / Double(max(targetCount, 1))
    }

    /// Rows from `firstRow` on: `rows` of them, or as many as are left.
    ///
    /// - Precondition: `0 <= firstRow < rowCount`, `rows > 0`.
    public func batch(from firstRow: Int, rows count: Int) -> TokenBatch {
        precondition(firstRow >= 0 && firstRow < rowCount && count > 0, "rows \(firstRow) + \(count) of \(rowCount)")
        return layout.batch(rows[firstRow..<min(firstRow + count, rowCount)])
    }
}
