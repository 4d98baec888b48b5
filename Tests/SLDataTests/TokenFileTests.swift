import Foundation
import SLData
import SLSpec
import Testing

@Suite("Token files")
struct TokenFileTests {
    private func words(_ values: [Int: Int32], _ ids: [UInt16]) -> [UInt8] {
        var head = [Int32](repeating: 0, count: 256)
        for (index, value) in values { head[index] = value }
        return head.flatMap { bytes(of: $0.littleEndian) } + ids.flatMap { bytes(of: $0.littleEndian) }
    }

    private func bytes<Value>(of value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

    @Test("what is written has llm.c's header, and the spare words say the rest")
    func layout() throws {
        let place = try Workplace()
        defer { place.remove() }
        let text = prose(bytes: 20_000)
        let data = try place.prepare(try place.write(text, "prose.txt"))
        let file = try Data(contentsOf: data.train.url)
        let head = file.prefix(1024).withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        #expect(head[0] == 20_240_520)
        #expect(head[1] == 1)
        #expect(Int(head[2]) == data.train.count)
        #expect(file.count == 1024 + 2 * data.train.count)
        #expect(head[3...8] == [259, 1, 0, 1, 0, 0])
        #expect(Int(head[11]) == data.train.textBytes)
        #expect(head[13...].allSatisfy { $0 == 0 })
    }

    @Test("files by llm.c and nanoGPT are read too")
    func foreign() throws {
        let place = try Workplace()
        defer { place.remove() }
        let ids: [UInt16] = [5, 50_256, 0, 65_535]
        let llmc = try TokenFile(URL(fileURLWithPath: try place.write(words([0: 20_240_520, 1: 1, 2: 4], ids), "llmc.bin")))
        let bare = try TokenFile(URL(fileURLWithPath: try place.write(ids.flatMap { bytes(of: $0.littleEndian) }, "nano.bin")))
        for file in [llmc, bare] {
            #expect(file[0..<file.count] == ids.map { Int32($0) })
            #expect(file[1] == 50_256)
            #expect(file.vocabularySize == nil && file.endOfSequence == nil && file.rowLength == nil)
            let middle = file.withTokens(1..<3) { ids in ids.indices.map { ids[$0] } }
            #expect(middle == [50_256, 0])
            #expect(dataError { try file.checkTokens(vocabularySize: 50_257) }?.problem.contains("65535") == true)
            try file.checkTokens(vocabularySize: 65_536)
        }
    }

    @Test("ids of 32 bits")
    func wide() throws {
        let place = try Workplace()
        defer { place.remove() }
        var file = words([0: 20_240_801, 1: 7, 2: 3], [])
        for id in [70_000, 1, 128_000] as [UInt32] { file += bytes(of: id.littleEndian) }
        let tokens = try TokenFile(URL(fileURLWithPath: try place.write(file, "wide.bin")))
        #expect(tokens[0..<3] == [70_000, 1, 128_000])
        #expect(dataError { try tokens.checkTokens(vocabularySize: 128_000) }?.problem.contains("128000") == true)
    }

    @Test("a size that contradicts the header is an error")
    func contradictions() throws {
        let place = try Workplace()
        defer { place.remove() }
        let bad: [(String, [UInt8])] = [
            ("short.bin", words([0: 20_240_520, 1: 1, 2: 4], [1, 2, 3])),
            ("long.bin", words([0: 20_240_520, 1: 1, 2: 4], [1, 2, 3, 4, 5])),
            ("version.bin", words([0: 20_240_520, 1: 2, 2: 1], [1])), ("head.bin", Array(words([0: 20_240_520, 1: 1], []).prefix(100))),
            ("odd.bin", [1, 2, 3]), ("none.bin", []), ("rows.bin", words([0: 20_240_520, 1: 1, 2: 4, 3: 10, 7: 1, 8: 3], [1, 2, 3, 4])),
        ]
        for (name, bytes) in bad {
            let url = URL(fileURLWithPath: try place.write(bytes, name))
            #expect(dataError { _ = try TokenFile(url) } != nil, "\(name)")
        }
        #expect(dataError { _ = try TokenFile(place.folder.appendingPathComponent("missing.bin")) }?.isMissingFile == true)
    }
}
