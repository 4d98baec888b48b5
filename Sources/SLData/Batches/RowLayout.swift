import Foundation
import SLSpec

/// How a token file is cut into rows of T inputs and T targets, which is the ids of the row moved on by one.
struct RowLayout: Sendable {
    let tokens: TokenFile
    let sequenceLength: Int
    /// Rows whose every position has an id.
    let fullRows: Int
    /// Whether a shorter row follows them (one stream, when its length isn't a multiple).
    let hasPartialRow: Bool

    /// - Throws: `DataError` when there isn't one row, or the file's rows have another length.
    init(_ tokens: TokenFile, sequenceLength: Int) throws(DataError) {
        guard sequenceLength > 0 else { throw DataError(file: tokens.url.path, problem: "rows of \(sequenceLength) tokens can't be cut") }
        self.tokens = tokens
        self.sequenceLength = sequenceLength
        if let rowLength = tokens.rowLength {
            guard rowLength == sequenceLength + 1 else {
                throw DataError(
                    file: tokens.url.path, problem: "was prepared for sequences of \(rowLength - 1) tokens, \(sequenceLength) are asked for"
                )
            }
            guard tokens.endOfSequence != nil else {
                throw DataError(file: tokens.url.path, problem: "has rows, but doesn't say which id ends a document")
            }
            fullRows = tokens.count / rowLength
            hasPartialRow = false
        } else {
            // Windows of T + 1 ids, T apart: every id but the first is a target once.
            fullRows = max(tokens.count - 1, 0) / sequenceLength
            hasPartialRow = max(tokens.count - 1, 0) % sequenceLength > 0
        }
    }

    /// Rows, the partial one included.
    var rowCount: Int { fullRows + (hasPartialRow ? 1 : 0) }

    /// The rows as a batch. Behind the end of a partial row, and of a document in a row of its own, targets are -1.
    ///
    /// - Precondition: every row is below `rowCount`.
    func batch(_ rows: some Collection<Int>) -> TokenBatch {
        var inputs: [Int32] = []
        var targets: [Int32] = []
        inputs.reserveCapacity(rows.count * sequenceLength)
        targets.reserveCapacity(rows.count * sequenceLength)
        for row in rows { append(row, &inputs, &targets) }
        return TokenBatch(rows: rows.count, sequenceLength: sequenceLength, inputs: inputs, targets: targets)
    }

    /// Places in the token file of what a row predicts.
    func targets(ofRow row: Int) -> Range<Int> {
        guard let rowLength = tokens.rowLength, let end = tokens.endOfSequence else {
            let start = row * sequenceLength
            return start + 1..<min(start + sequenceLength + 1, tokens.count)
        }
        let start = row * rowLength
        let last = tokens[start..<start + rowLength].firstIndex(of: end) ?? rowLength - 1
        return start + 1..<start + last + 1
    }

    private func append(_ row: Int, _ inputs: inout [Int32], _ targets: inout [Int32]) {
        precondition(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
        if let rowLength = tokens.rowLength, let end = tokens.endOfSequence {
            let ids = tokens[row * rowLength..<(row + 1) * rowLength]
            inputs.append(contentsOf: ids.dropLast())
            // The end of the document is a target; what pads the row behind it is none.
            let last = ids.firstIndex(of: end) ?? rowLength - 1
            for position in 1..<rowLength { targets.append(position <= last ? ids[position] : -1) }
        } else {
            let start = row * sequenceLength
            let ids = tokens[start..<min(start + sequenceLength + 1, tokens.count)]
            let missing = sequenceLength + 1 - ids.count
            inputs.append(contentsOf: ids.dropLast())
            inputs.append(contentsOf: repeatElement(ids[0], count: missing))
            targets.append(contentsOf: ids.dropFirst())
            targets.append(contentsOf: repeatElement(-1, count: missing))
        }
    }
}
