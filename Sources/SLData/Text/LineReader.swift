import Foundation
import SLSpec

/// A line of a text file, or a piece of one that is too long to be handled whole.
struct TextLine {
    /// With its line break, where it has one.
    let bytes: UnsafeRawBufferPointer
    /// From 1.
    let number: Int
    /// Offset of the first byte in the (inflated) file.
    let offset: Int
}

/// Reads a file line by line in bounded memory, and vouches that every line is UTF-8.
struct LineReader {
    let path: String
    /// A longer line is handed out in pieces, see ``TextCut``. `nil`: lines are never cut.
    var longestLine: Int?
    /// A longer line is refused, where lines are not cut.
    var mostLineBytes = Int.max
    /// `false` leaves it to the caller to look at the bytes of a line.
    var vouchesForUTF8 = true

    /// - Throws: what `body` throws; `DataError` when the file is missing, empty, unreadable or not UTF-8.
    func forEachLine(_ body: (TextLine) throws -> Void) throws {
        let stream = try ByteStream(path: path)
        let cursor = Cursor(self, isCompressed: stream.isCompressed)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { chunk.deallocate() }
        while true {
            let count = try stream.read(into: chunk)
            if count == 0 { break }
            try cursor.append(UnsafeRawBufferPointer(rebasing: chunk[..<count]), body)
        }
        try cursor.finish(body)
    }
}

extension LineReader {
    private final class Cursor {
        let path: String
        let longestLine: Int?
        let mostLineBytes: Int
        let vouchesForUTF8: Bool
        let isCompressed: Bool
        private var pending: [UInt8] = []
        /// How far `pending` is known to hold no line break.
        private var searched = 0
        private var lineNumber = 1
        private var offset = 0

        init(_ reader: LineReader, isCompressed: Bool) {
            path = reader.path
            longestLine = reader.longestLine
            mostLineBytes = reader.mostLineBytes
            vouchesForUTF8 = reader.vouchesForUTF8
            self.isCompressed = isCompressed
        }

        func append(_ chunk: UnsafeRawBufferPointer, _ body: (TextLine) throws -> Void) throws {
            pending.append(contentsOf: chunk)
            try drain(atEnd: false, body)
        }

        func finish(_ body: (TextLine) throws -> Void) throws { try drain(atEnd: true, body) }

        private func drain(atEnd: Bool, _ body: (TextLine) throws -> Void) throws {
            var start = 0
            try pending.withUnsafeBytes { buffer in
                while let end = Self.lineEnd(in: buffer, from: max(searched, start)) {
                    searched = 0
                    while start < end {
                        let length = pieceLength(UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
                        try emit(UnsafeRawBufferPointer(rebasing: buffer[start..<start + length]), body)
                        start += length
                    }
                    lineNumber += 1
                }
                // What is left has no line break yet; pieces of a long line need not wait for it.
                while buffer.count - start > (longestLine ?? Int.max) || (atEnd && start < buffer.count) {
                    let length = pieceLength(UnsafeRawBufferPointer(rebasing: buffer[start...]))
                    try emit(UnsafeRawBufferPointer(rebasing: buffer[start..<start + length]), body)
                    start += length
                }
            }
            pending.removeFirst(start)
            searched = pending.count
            guard pending.count <= mostLineBytes else {
                throw DataError(
                    file: "\(path):\(lineNumber)", problem: "a line of more than \(mostLineBytes >> 20) MB, which is no record",
                    fix: "put every record on a line of its own; one list of all of them is not JSON lines")
            }
        }

        private static func lineEnd(in buffer: UnsafeRawBufferPointer, from start: Int) -> Int? {
            guard start < buffer.count, let base = buffer.baseAddress,
                let found = memchr(base + start, 0x0A, buffer.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base + 1
        }

        private func pieceLength(_ line: UnsafeRawBufferPointer) -> Int {
            longestLine.map { TextCut.length(of: line, longest: $0) } ?? line.count
        }

        private func emit(_ piece: UnsafeRawBufferPointer, _ body: (TextLine) throws -> Void) throws {
            if vouchesForUTF8, let invalid = UTF8Validation.firstInvalidOffset(in: piece) { throw notUTF8(at: offset + invalid, byte: piece[invalid]) }
            var line = piece
            // Some editors mark UTF-8 with a byte order mark; it is no text.
            if offset == 0, piece.starts(with: [0xEF, 0xBB, 0xBF]) { line = UnsafeRawBufferPointer(rebasing: piece.dropFirst(3)) }
            if !line.isEmpty { try body(TextLine(bytes: line, number: lineNumber, offset: offset)) }
            offset += piece.count
        }

        private func notUTF8(at position: Int, byte: UInt8) -> DataError {
            let place = "byte \(position)\(isCompressed ? " of the inflated text" : "") (line \(lineNumber))"
            let hint = position == 0 && (byte == 0xFF || byte == 0xFE) ? "it looks like UTF-16: " : ""
            return DataError(
                file: path, problem: "not UTF-8 at \(place): 0x\(String(byte, radix: 16, uppercase: true)) is not part of a character",
                fix: "\(hint)convert the file, e.g. with iconv -t UTF-8")
        }
    }
}
