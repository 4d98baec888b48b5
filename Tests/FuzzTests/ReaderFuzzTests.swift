import Foundation
import SLData
import SLMethodKit
import SLMethods
import SLNumerics
import SLSpec
import SLTensorFiles
import SLTraining
import Testing

/// Every reader of foreign bytes, under damaged ones: no crash, no hang, no memory without bound, and an error that names the
/// place or a value that is whole.
@Suite struct ReaderFuzzTests {
    private func resident() -> Int { ResidentMemory.currentBytes ?? 0 }

    /// - Parameter read: returns whether it was accepted; throws what the reader throws.
    private func fuzz(
        _ name: String, seeds: [[UInt8]], words: [String], isPlaced: (any Error) -> Bool, read: ([UInt8]) throws -> Void
    ) throws {
        var mutator = Mutator(seed: 1, name: name, words: words)
        var (refused, bytes) = (0, 0)
        let before = resident()
        for index in 0..<FuzzCount.value {
            let input = mutator.mutated(seeds)
            bytes += input.count
            do {
                try read(input)
            } catch {
                refused += 1
                #expect(isPlaced(error), "\(name) \(index): \(error)")
            }
        }
        // What one input leaves behind must not add up: half a gigabyte is far above what the largest input takes.
        #expect(resident() - before < 500_000_000, "\(name): \(resident() - before) bytes more")
        #expect(refused > FuzzCount.value / 10 && refused <= FuzzCount.value)
        FuzzCount.report(name, inputs: FuzzCount.value, refused: refused, bytes: bytes)
    }

    private func namesFile(_ error: any Error) -> Bool {
        guard let error = error as? DataError else { return false }
        return !error.file.isEmpty && !error.problem.isEmpty
    }

    @Test func configs() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "configs")
        let seeds = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") && $0 != "schema.json" }.sorted()
            .map { [UInt8](try Data(contentsOf: folder.appending(path: $0))) }
        let words = [
            "\"methods\":", "\"model\":", "\"training\":", "\"seeds\":", "null", "1e999", "-1", "9223372036854775807", "\"sltrain\"", "\"rank\":",
            "{\"method\":", "[[[[", "\"steps\":", "\\u0000", "\"checkpoint\":", "0.1",
        ]
        let catalog = BuiltinMethods.registry.catalog
        try fuzz("config decoder", seeds: seeds, words: words, isPlaced: { error in
            guard let error = error as? ConfigError else { return false }
            return !error.issues.isEmpty && error.issues.allSatisfy { !$0.file.isEmpty && !$0.problem.isEmpty }
        }) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let config = try SweepConfig.load(text: text, name: "f.json", folder: folder, catalog: catalog)
            #expect(!config.cells.isEmpty)
        }
    }

    @Test func tokenFiles() throws {
        let folder = try FuzzCount.folder("tokens")
        defer { try? FileManager.default.removeItem(at: folder) }
        func prepared(_ packing: DataSpec.Packing) throws -> [UInt8] {
            let data = try DataPreparation.prepare(
                DataSpec(corpus: "synthetic", tokenizer: "bytes", packing: packing), sequenceLength: 32, modelVocabularySize: 259, batchSize: 2,
                directory: DataDirectory(root: folder.appending(path: packing.rawValue)), progress: { _ in })
            // The head and some tokens, with the count set right.
            var bytes = [UInt8](try Data(contentsOf: data.validation.url).prefix(1024 + 2 * 33 * 20))
            let count = UInt32((bytes.count - 1024) / 2)
            for index in 0..<4 { bytes[8 + index] = UInt8(truncatingIfNeeded: count >> (8 * UInt32(index))) }
            return bytes
        }
        let seeds = [try prepared(.concat), try prepared(.truncate), [UInt8](repeating: 7, count: 600)]
        let file = folder.appending(path: "f.bin")
        try fuzz("token files", seeds: seeds, words: [], isPlaced: namesFile) { bytes in
            try Data(bytes).write(to: file)
            let tokens = try TokenFile(file)
            _ = try tokens.checkTokens(vocabularySize: 259)
            var sampler = try BatchSampler(tokens: tokens, sequenceLength: 32, seed: 1, batchRows: 2)
            let batch = sampler.next(rows: 2)
            #expect(batch.inputs.allSatisfy { $0 >= 0 && $0 < 259 } && batch.targets.allSatisfy { $0 >= -1 && $0 < 259 })
            _ = try EvaluationSet(tokens: tokens, sequenceLength: 32, targetTokens: 64)
        }
    }

    @Test func safetensors() throws {
        let folder = try FuzzCount.folder("safetensors")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "f.safetensors")
        let writer = try TensorFileWriter(
            path: file.path, tensors: [("model.a", .float32, [3, 4]), ("b", .int32, [5]), ("c", .bfloat16, [2, 2])], metadata: ["format": "pt"])
        try writer.write([UInt8](repeating: 3, count: 48 + 20 + 8).span)
        try writer.commit()
        let bare = Array(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#.utf8)
        let seeds = [
            [UInt8](try Data(contentsOf: file)), [UInt8(bare.count), 0, 0, 0, 0, 0, 0, 0] + bare + [UInt8](repeating: 0, count: 8),
        ]
        let words = ["\"dtype\":", "\"F64\"", "\"shape\":[", "data_offsets", "4611686018427387904", "__metadata__", "-1", "null"]
        try fuzz("safetensors", seeds: seeds, words: words, isPlaced: namesFile) { bytes in
            try Data(bytes).write(to: file)
            let tensors = try TensorFile(path: file.path)
            for (name, entry) in tensors.table.entries where entry.type == .float32 { #expect(try tensors.floats(name).count == entry.count) }
            try tensors.checkSeal()
        }
    }

    /// Bytes of a checkpoint damaged as on a disk, and states damaged under a valid seal as by a program.
    @Test func checkpoints() throws {
        let folder = try FuzzCount.folder("checkpoints")
        defer { try? FileManager.default.removeItem(at: folder) }
        let state = #"{"blas_core":"Zen","evaluation":{"loss":5,"perplexity":148,"step":0,"tokens":64,"seconds":1},"position":{"phase":0,"step":3},"# +
            #""progress":{"refresh_seconds":0,"timed_seconds":1,"timed_tokens":9,"tokens":9,"train_seconds":1,"wall_seconds":2},"run_key":"k","# +
            #""sampler":{"epoch":0,"position":6,"stream":{"s0":1,"s1":2,"s2":3,"s3":4}},"threads":2,"version":1}"#
        let file = folder.appending(path: "step-000000003.safetensors")
        func write(_ state: String, losses: Int) throws {
            let writer = try TensorFileWriter(
                path: file.path, tensors: [("history/loss", .float64, [losses])], metadata: ["format": "slbench", "slbench.checkpoint": state])
            try writer.write([UInt8](repeating: 0, count: 8 * losses).span)
            try writer.commit()
        }
        struct Refused: Error { let words: [String] }
        func find() throws {
            var words: [String] = []
            let checkpoints = Checkpoints(folder: CheckpointFolder(url: folder), policy: CheckpointPolicy(), notice: { words.append($0) })
            guard let step = checkpoints.resumableStep(runKey: "k") else { throw Refused(words: words) }
            #expect(step == 3)
        }
        func isPlaced(_ error: any Error) -> Bool {
            guard let error = error as? Refused else { return false }
            return error.words.count == 1 && error.words[0].contains(file.lastPathComponent)
        }
        try write(state, losses: 3)
        try find()
        let whole = [UInt8](try Data(contentsOf: file))
        try fuzz("checkpoints, bytes", seeds: [whole], words: ["\"step\":", "sha256", "slbench.checkpoint"], isPlaced: isPlaced) { bytes in
            try Data(bytes).write(to: file)
            try find()
        }
        var turn = 0
        let words = ["\"step\":", "-1", "1e308", "\"version\":2", "null", "\"phase\":", "18446744073709551615"]
        try fuzz("checkpoints, state", seeds: [Array(state.utf8)], words: words, isPlaced: isPlaced) { bytes in
            turn += 1
            try write(String(decoding: bytes, as: UTF8.self), losses: turn % 7 == 0 ? turn % 5 : 3)
            try find()
        }
    }

    @Test func jsonLines() throws {
        let folder = try FuzzCount.folder("jsonl")
        defer { try? FileManager.default.removeItem(at: folder) }
        let plain = #"{"text": "A first document, with ünïcode \u00e9 and \"quotes\"."}"# + "\n" + #"{"url": "x", "text": "Another\nline"}"# + "\n\n"
            + #"{"text": "last, without an end"}"#
        func compressed() throws -> [UInt8] {
            // A gzip member of stored blocks needs no compressor: header, one block, CRC-32, size.
            let bytes = Array(plain.utf8)
            var crc: UInt32 = 0xffff_ffff
            for byte in bytes {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
            }
            crc = ~crc
            let count = UInt16(bytes.count)
            func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
            return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(count) + little(~count) + bytes + little(crc) + little(UInt32(bytes.count))
        }
        for (name, seed) in [("documents.jsonl", Array(plain.utf8)), ("documents.json.gz", try compressed())] {
            let file = folder.appending(path: name)
            try Data(seed).write(to: file)
            var count = 0
            try RecordReader(path: file.path).forEachText { _ in count += 1 }
            #expect(count == 3)
            try fuzz("JSON lines, \(name)", seeds: [seed], words: ["\"text\":", "null", "\\ud800", "\n", "{", "1e999"], isPlaced: namesFile) { bytes in
                try Data(bytes).write(to: file)
                try RecordReader(path: file.path).forEachText { text in
                    let count = text.count
                    #expect(count <= 1 << 20)
                }
            }
        }
    }
}
