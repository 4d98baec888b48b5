import Foundation
import SLSpec
import Testing

/// Numbers that JSON has none for, and numbers that are too long to read.
struct RecordJSONTests {
    @Test(arguments: [Double.infinity, -.infinity, 1e308, -0.0, 5.6e201]) func everyNumberComesBack(value: Double) throws {
        let bytes = try RecordJSON.encoder().encode(["a": value])
        #expect(try RecordJSON.decoder().decode([String: Double].self, from: bytes) == ["a": value])
    }

    @Test func notANumberComesBackToo() throws {
        let bytes = try RecordJSON.encoder().encode([Double.nan, 1])
        #expect(String(decoding: bytes, as: UTF8.self) == #"["NaN",1]"#)
        #expect(try RecordJSON.decoder().decode([Double].self, from: bytes)[0].isNaN)
    }

    @Test(arguments: [5.6e201, -5.6e201, 1e9, 9.9e8, 464.0, .infinity, -.infinity, .nan, 1e-300, 0]) func noNumberIsLong(value: Double) {
        #expect(NumberText.fixed(value, decimals: 4).count <= 16, "\(NumberText.fixed(value, decimals: 4))")
        #expect(NumberText.perplexity(value).count <= 16)
    }

    @Test func ordinaryNumbersAreWrittenOut() {
        #expect(NumberText.fixed(6.61104, decimals: 4) == "6.6110" && NumberText.fixed(-0.00001, decimals: 4) == "0.0000")
        #expect(NumberText.perplexity(743.2) == "743.20" && NumberText.perplexity(5.6e201) == "5.60e+201")
        #expect(NumberText.fixed(123_456_789, decimals: 1) == "123456789.0")
    }
}
