import SLReport
import SLSpec
import Testing

struct TensorBoardTests {
    /// The check value of the CRC catalogue for "123456789", and one of RFC 3720's.
    @Test func checksumsAreTheStandards() {
        #expect(TensorBoardEvents.crc32c(Array("123456789".utf8)) == 0xe306_9283)
        #expect(TensorBoardEvents.crc32c([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    }

    /// Records follow each other without a gap, and the first names the format.
    @Test func recordsAreWhole() throws {
        let run = try #require(Fixture.oneSeed.runs.first)
        let bytes = TensorBoardEvents.file(run)
        var (place, records) = (0, [[UInt8]]())
        while place < bytes.count {
            let length = bytes[place..<place + 8].enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
            records.append(Array(bytes[(place + 12)..<(place + 12 + length)]))
            place += 16 + length
        }
        #expect(place == bytes.count)
        #expect(records.count == 2 + run.steps.count)
        #expect(String(decoding: records[0], as: UTF8.self).contains("brain.Event:2"))
        #expect(String(decoding: try #require(records.last), as: UTF8.self).contains("eval/perplexity"))
    }
}
