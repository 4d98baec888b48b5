import Foundation
import SLSpec
import SLTensorFiles
import Testing

/// Weights in the types that checkpoints are published in, and what a file says whatever its bytes' order.
struct WeightTests {
    private func file(_ tensors: [(name: String, type: TensorType, shape: [Int], bytes: [UInt8])], _ metadata: [String: String] = [:]) throws -> TensorFile {
        let path = FileManager.default.temporaryDirectory.appending(path: "slbench-weights-\(UUID().uuidString).safetensors").path
        let writer = try TensorFileWriter(path: path, tensors: tensors.map { ($0.name, $0.type, $0.shape) }, metadata: metadata)
        for tensor in tensors { try writer.write(tensor.bytes.span) }
        try writer.commit()
        defer { unlink(path) }
        return try TensorFile(path: path)
    }

    private func bytes<Value>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    /// 1, −2, ⅓ to the nearest, the largest, the least subnormal, infinity.
    @Test func shortFormatsAreReadExactly() throws {
        let halves: [Float16] = [1, -2, 1 / 3, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity]
        let brains: [UInt16] = [0x3f80, 0xc000, 0x3eab, 0x7f7f, 0x0001, 0x7f80]
        let plain: [Float] = [1, -2, 1 / 3, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity]
        let file = try file([
            ("f16", .float16, [6], bytes(halves.map(\.bitPattern))), ("bf16", .bfloat16, [2, 3], bytes(brains)), ("f32", .float32, [6], bytes(plain)),
            ("f64", .float64, [1], bytes([1.0])), ("i32", .int32, [2], bytes([Int32(-1), .max])), ("i64", .int64, [2], bytes([Int64.min, 7])),
        ])
        #expect(try file.weights("f16") == halves.map { Float($0) })
        #expect(try file.weights("bf16") == [1, -2, 0.333984375, 0x1.fep127, 0x1p-133, .infinity])
        #expect(try file.weights("f32") == plain)
        #expect(try file.integers("i32") == [-1, Int(Int32.max)] && file.integers("i64") == [Int.min, 7])
        for name in ["f64", "i32", "none"] { #expect(throws: DataError.self) { try file.weights(name) } }
        #expect(throws: DataError.self) { try file.integers("f32") }
    }

    @Test func theDigestIsOfTheContent() throws {
        let (a, b) = (bytes([Float(1), 2]), bytes([Float(3), 4]))
        let digest = try file([("a", .float32, [2], a), ("b", .float32, [2], b)]).contentDigest()
        #expect(digest.count == 64)
        #expect(try file([("b", .float32, [2], b), ("a", .float32, [2], a)], ["format": "pt"]).contentDigest() == digest)
        #expect(try file([("a", .float32, [2], b), ("b", .float32, [2], a)]).contentDigest() != digest)
        #expect(try file([("a", .float32, [1, 2], a), ("b", .float32, [2], b)]).contentDigest() != digest)
        #expect(try file([("a", .float32, [2], a), ("c", .float32, [2], b)]).contentDigest() != digest)
    }
}
