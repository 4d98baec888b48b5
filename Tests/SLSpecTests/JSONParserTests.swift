import Foundation
import SLRandom
import SLSpec
import Testing

@Suite struct JSONParserTests {
    @Test func everyKindOfValue() throws {
        let value = try JSONValue.parse(#" {"b": [1, -2, 0, 1.5, -1e-3, 2E+2, true, false, null], "a": {}, "": "x", "c": [] } "#)
        #expect(
            value
                == .object([
                    .init(
                        key: "b",
                        value: .array([
                            .integer(1), .integer(-2), .integer(0), .real(1.5), .real(-0.001), .real(200), .bool(true), .bool(false), .null,
                        ])), .init(key: "a", value: .object([])), .init(key: "", value: .string("x")), .init(key: "c", value: .array([])),
                ]))
        // One more than the largest Int is a number still.
        #expect(try JSONValue.parse("9223372036854775807") == .integer(.max))
        #expect(try JSONValue.parse("9223372036854775808") == .real(0x1p63))
    }

    @Test func escapesInTexts() throws {
        #expect(try JSONValue.parse(#""\"\\\/\b\f\n\r\té\u00e9\ud83d\ude00 😀""#) == .string("\"\\/\u{8}\u{c}\n\r\téé😀 😀"))
        #expect(try JSONValue.parse(#""\u0000""#) == .string("\u{0}"))
    }

    @Test(arguments: [
        ("", 1, 1), ("  \n\t", 2, 2), ("{", 1, 2), ("[1 2]", 1, 4), ("[1,]", 1, 4), (#"{"a" 1}"#, 1, 6), (#"{"a": 1,}"#, 1, 9),
        (#"{"é": x}"#, 1, 7), ("[01]", 1, 4), ("[1.]", 1, 4), ("[.5]", 1, 2), ("[+1]", 1, 2), ("[1e]", 1, 4), ("[-]", 1, 3), ("tru", 1, 1),
        ("nul", 1, 1), ("\"a", 1, 3), ("\"a\nb\"", 1, 3), (#""\x""#, 1, 4), (#""\u12g4""#, 1, 6), (#""\u+123""#, 1, 4),
        (#""\ud800""#, 1, 8),
        (#""\udc00""#, 1, 8), (#""\ud800\u0041""#, 1, 14), ("[]]", 1, 3), ("{\n \"a\": 1,\n \"a\": 2}", 3, 2), ("{'a': 1}", 1, 2),
        ("{a: 1}", 1, 2), ("1e999", 1, 6), ("\u{feff}{}", 1, 1),
    ])
    func whatIsRefusedAndWhere(text: String, line: Int, column: Int) {
        do {
            Issue.record("read as \(try JSONValue.parse(text).text)")
        } catch {
            #expect(error.line == line && error.column == column, "\(text): \(error)")
            #expect(!error.problem.isEmpty)
        }
    }

    @Test(arguments: [
        ("[NaN]", "not a JSON number"), ("[Infinity]", "not a JSON number"), ("['a']", "double quotes"), ("[1, // one\n 2]", "no comments"),
        ("{# x\n}", "no comments"), ("[True]", "small letters"), ("[1,]", "before ']'"), (#"{"a": 1,}"#, "no comma stands after the last"),
        ("\u{feff}{}", "byte order mark"), (#"{"a": 1, "b": 2, "a": 3}"#, "the key 'a' is given twice"),
        (String(repeating: "[", count: 65), "nested deeper than 64"), (String(repeating: #"{"a":"#, count: 100_000), "nested deeper"),
    ])
    func otherNotationsAreNamed(text: String, words: String) {
        #expect { try JSONValue.parse(text) } throws: { ($0 as? JSONSyntaxError)?.problem.contains(words) ?? false }
    }

    /// Damaged texts are refused or read, never a crash; what is read, Foundation reads too, and it survives being written.
    @Test func mutationsNeverCrashAndAgreeWithFoundation() {
        let originals = [
            #"{"model": ["60m", {"hidden_size": 64}], "lr": [1e-3, 2.5E+1, -0.0], "x-é": "\u00e9\n\ud83d\ude00", "n": null, "t": [true, false]}"#,
            #"[[[{"a": {"b": [0, 10, -7, 0.25]}}]], "\\\"", "", {}, []]"#,
        ].map { Array($0.utf8) }
        let letters = Array(#"{}[]",:0123456789-+.eE\u"ntrfalsd /'"#.utf8)
        var stream = RandomStream(seed: 1, name: "fuzz/json")
        var taken = 0
        for round in 0..<5000 {
            var bytes = originals[round % originals.count]
            for _ in 0...stream.below(3) {
                let place = stream.below(bytes.count)
                switch stream.below(4) {
                case 0: bytes[place] = UInt8(stream.below(128))
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(letters[stream.below(letters.count)], at: place)
                default: bytes[place] = letters[stream.below(letters.count)]
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let value = try? JSONValue.parse(text) else { continue }
            taken += 1
            #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil, "\(text)")
            #expect((try? JSONValue.parse(value.pretty)) == value, "\(text)")
        }
        #expect(taken > 300)
    }

    @Test func longValuesAreCutInMessages() {
        #expect(JSONValue.array(Array(repeating: .integer(7), count: 1000)).text.count == 78)
        #expect(JSONValue.string("a\"b\n").text == #""a\"b\n""#)
    }
}
