import Foundation
import SLSpec

/// Reads a file line by line in bounded memory, and vouches that every line is UTF-8.
struct LineReader {
    let path: String
    /// A longer line is handed out in pieces, see ``TextCut``. `nil`: lines are never cut.
    var longestLine: Int?
    /// A longer line is refused, where lines are not cut.
    var mostLineBytes = Int.max
    /// `false` leaves it to the caller to look at the bytes of a line.
    var vouchesForUTF8 = true

    /// Gets a line, or a piece of one that is too long to be handled whole, with its line break where it has one; and the
    /// line's number, from 1.
    typealias Body = (_ line: Span<UInt8>, _ number: Int) throws -> Void

    /// - Throws: what `body` throws; `DataError` when the file is missing, empty, unreadable or not UTF-8.
    func forEachLine(_ body: Body) throws {
        let stream = try ByteStream(path: path)
        var cutter = LineCutter(path: path, longestLine: longestLine, vouchesForUTF8: vouchesForUTF8, isCompressed: stream.isCompressed)
        var pending: [UInt8] = []
        var isAtEnd = false
        while !isAtEnd {
            // What was left over holds no line break.
            let searched = pending.count
            try pending.append(addingCapacity: 1 << 20) { (free: inout OutputSpan<UInt8>) throws(DataError) in try stream.read(into: &free) }
            isAtEnd = pending.count == searched
            let cut = try cutter.cut(pending.span, searched: searched, isAtEnd: isAtEnd, body)
            pending.removeFirst(cut)
            guard pending.count <= mostLineBytes else {
                throw DataError(
                    file: "\(path):\(cutter.lineNumber)", problem: "a line of more than \(mostLineBytes >> 20) MB, which is no record",
                    fix: "put every record on a line of its own; one list of all of them is not JSON lines")
            }
        }
    }
}
