import Foundation
import SLDigest
import SLRandom
import SLSpec
import SLTensorFiles
import Testing

struct TensorFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-tensor-files-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private static let floats: [Float] = [1, -2.5, .infinity, 0, -0.0, Float(bitPattern: 12_345)]
    private static let counts: [Int32] = [7, -1, .max]

    @discardableResult
    private func write(_ name: String, _ metadata: [String: String] = ["a": "b \"quoted\" ü"]) throws -> String {
        let writer = try TensorFileWriter(
            path: path(name), tensors: [("w", .float32, [2, 3]), ("nothing", .uint8, [0]), ("n", .int32, [3])], metadata: metadata)
        let (floats, counts) = (Self.floats, Self.counts)
        try writer.write(floats.span)
        try writer.write(counts.span)
        return try writer.commit()
    }

    @Test func whatWasWrittenIsRead() throws {
        let seal = try write("a.safetensors")
        let file = try TensorFile(path: path("a.safetensors"))
        #expect(try file.floats("w").map(\.bitPattern) == Self.floats.map(\.bitPattern))
        #expect(try file.int32s("n") == Self.counts)
        #expect(file.table.entries["nothing"]?.count == 0)
        #expect(file.metadata["a"] == "b \"quoted\" ü")
        #expect(file.metadata["sha256"] == seal && seal.count == 64)
        try file.checkSeal()
        // The header's length is a multiple of 8, so that tensors are aligned for whoever maps the file.
        let bytes = try Data(contentsOf: URL(filePath: path("a.safetensors")))
        #expect(bytes[0] % 8 == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.safetensors"])
    }

    @Test func theSealIsTheDigestWithZerosInItsPlace() throws {
        let seal = try write("seal.safetensors")
        let text = try Data(contentsOf: URL(filePath: path("seal.safetensors")))
        let place = try #require(text.range(of: Data(seal.utf8)))
        var open = text
        open.replaceSubrange(place, with: Data(repeating: UInt8(ascii: "0"), count: 64))
        #expect(SHA256.hexDigest(of: open) == seal)
    }

    private func read(_ file: TensorFile, _ shape: [Int], into values: inout [Float]) throws {
        var elements = values.mutableSpan
        var bytes = elements.mutableBytes
        try file.read("w", .float32, shape, into: &bytes)
    }

    @Test func refusesWhatDoesNotFit() throws {
        try write("b.safetensors")
        let file = try TensorFile(path: path("b.safetensors"))
        func problem(_ body: () throws -> Void) -> String {
            do { try body() } catch let error as DataError { return error.problem } catch { return "\(error)" }
            return "nothing"
        }
        #expect(problem { _ = try file.floats("v") } == "no tensor 'v'")
        #expect(problem { _ = try file.doubles("w") } == "tensor 'w' is F32 [2, 3], F64 [2, 3] needed")
        var six = [Float](repeating: 0, count: 6)
        #expect(problem { try read(file, [3, 2], into: &six) }.contains("[3, 2] needed"))
        #expect(problem { _ = try TensorFile(path: path("none")) } == "no such file")
        #expect(problem { _ = try TensorFile(path: folder.path) }.contains("no regular file"))
    }

    @Test func tensorsAreReadIntoMemoryThatIsThere() throws {
        try write("c.safetensors")
        let file = try TensorFile(path: path("c.safetensors"))
        var six = [Float](repeating: 0, count: 6)
        try read(file, [2, 3], into: &six)
        #expect(six.map(\.bitPattern) == Self.floats.map(\.bitPattern))
        var five = [Float](repeating: 7, count: 5)
        #expect(throws: DataError.self) { try read(file, [2, 3], into: &five) }
        #expect(throws: DataError.self) { try read(file, [3, 2], into: &six) }
        #expect(five == [7, 7, 7, 7, 7], "what does not fit is left alone")
    }

    /// Cut anywhere, a file is refused before or when its seal is checked, and the words name what is missing.
    @Test func aCutFileIsRefused() throws {
        try write("whole")
        let whole = try Data(contentsOf: URL(filePath: path("whole")))
        for length in 0..<whole.count {
            try whole.prefix(length).write(to: URL(filePath: path("cut")))
            #expect(throws: DataError.self, "\(length) of \(whole.count) bytes") {
                try TensorFile(path: path("cut")).checkSeal()
            }
        }
    }

    /// One changed byte anywhere is noticed.
    @Test func aChangedByteIsNoticed() throws {
        try write("good")
        let good = try Data(contentsOf: URL(filePath: path("good")))
        for index in good.indices {
            var bad = good
            bad[index] ^= 1
            try bad.write(to: URL(filePath: path("bad")))
            #expect(throws: DataError.self, "byte \(index)") { try TensorFile(path: path("bad")).checkSeal() }
        }
    }

    /// Headers that lie: about length, shape, offsets, overlap, holes, types.
    @Test func headersThatLieAreRefused() throws {
        func refused(_ json: String, data: Int, length: Int? = nil) throws -> String {
            let header = Data(json.utf8)
            let count = length ?? header.count
            let bytes = Data((0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }) + header + Data(count: data)
            try bytes.write(to: URL(filePath: path("lie")))
            do { _ = try TensorFile(path: path("lie")) } catch { return error.problem }
            return "accepted"
        }
        #expect(try refused(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 8) == "accepted")
        #expect(try refused("{}", data: 0) == "accepted")
        #expect(try refused("{}", data: 0, length: -1).contains("header of 18446744073709551615 bytes"))
        #expect(try refused("{}", data: 0, length: 1 << 40).contains("header of"))
        #expect(try refused("[1]", data: 0).contains("not the expected JSON"))
        #expect(try refused(String(repeating: "[", count: 20_000), data: 0).contains("not the expected JSON"))
        #expect(try refused(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 9).contains("take 8 bytes, but 9"))
        #expect(try refused(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, data: 12).contains("begins at byte 4"))
        #expect(try refused(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}"#, data: 16).contains("does not fit"))
        #expect(try refused(#"{"a":{"dtype":"F8","shape":[2],"data_offsets":[0,2]}}"#, data: 2).contains("no usable dtype"))
        #expect(try refused(#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}}"#, data: 0).contains("no usable dtype"))
        let huge = #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#
        #expect(try refused(huge, data: 0).contains("larger than any memory"))
        let twice = #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#
        #expect(try refused(twice, data: 6).contains("where 4 was expected"))
    }

    /// Random damage gives an error or the file, never a crash.
    @Test func randomDamage() throws {
        try write("sound")
        let sound = [UInt8](try Data(contentsOf: URL(filePath: path("sound"))))
        var stream = RandomStream(seed: 5, name: "damage")
        for round in 0..<3000 {
            var bytes = sound
            for _ in 0..<1 + stream.below(4) {
                switch stream.below(4) {
                case 0: bytes[stream.below(bytes.count)] = UInt8(stream.below(256))
                case 1: bytes.removeSubrange(0..<min(bytes.count - 1, stream.below(12)))
                case 2: bytes.removeLast(min(bytes.count - 1, stream.below(40)))
                default: bytes.insert(contentsOf: Array("0123456789[]{},:\"".utf8).shuffled(using: &stream), at: stream.below(bytes.count))
                }
            }
            try Data(bytes).write(to: URL(filePath: path("damaged")))
            do throws(DataError) {
                let file = try TensorFile(path: path("damaged"))
                for (name, entry) in file.table.entries where entry.type == .float32 { _ = try file.floats(name) }
                try file.checkSeal()
                #expect(bytes == sound, "round \(round) passed")
            } catch {
                #expect(!error.problem.isEmpty && error.file.hasSuffix("damaged"))
            }
        }
    }
}
