import Foundation
import SLData
import SLRandom
import SLSpec
import Testing

@Suite("Zstandard")
struct ZstdTests {
    @Test("text and JSON lines, several frames, frames to be passed over, whatever the name: the same tokens as plain")
    func layouts() throws {
        let place = try Workplace()
        defer { place.remove() }
        let text = prose(bytes: 400_000)
        let lines = try records((0..<60).map { "record \($0): " + prose(bytes: 300, seed: $0) })
        for (plain, suffix) in [(text, "txt"), (lines, "jsonl")] {
            let bytes = Array(plain.utf8)
            let half = bytes.count / 2
            let frames = skippable([1, 2, 3, 4]) + zstd(Array(bytes[..<half])) + skippable([]) + zstd([]) + zstd(Array(bytes[half...]))
            let paths = [
                try place.write(plain, "plain.\(suffix)"), try place.write(zstd(bytes), "one.\(suffix).zst"),
                try place.write(frames, "frames.\(suffix).zst"), try place.write(zstd(bytes), "called-otherwise.\(suffix)"),
            ]
            let all = try paths.map { try place.prepare($0) }
            for data in all {
                #expect(data.train[0..<data.train.count] == all[0].train[0..<all[0].train.count])
                #expect(data.validation[0..<data.validation.count] == all[0].validation[0..<all[0].validation.count])
            }
        }
    }

    @Test("a file that is cut off, anywhere, is no shorter text", arguments: [1, 3, 4, 5, 40, 2000])
    func truncated(_ missing: Int) throws {
        let place = try Workplace()
        defer { place.remove() }
        let whole = zstd(Array(prose(bytes: 300_000).utf8))
        let error = try #require(dataError { _ = try place.prepare(try place.write(Array(whole.dropLast(missing)), "cut.txt.zst")) })
        #expect(error.problem.contains("ends in the middle, after \(whole.count - missing) compressed bytes"))
        let stump = try #require(dataError { _ = try place.prepare(try place.write(Array(whole.prefix(missing)), "stump.txt.zst")) })
        #expect(stump.problem.contains("ends in the middle"), "\(stump.problem)")
    }

    @Test("damage is named by its place, and so is what follows the last frame")
    func damaged() throws {
        let place = try Workplace()
        defer { place.remove() }
        let whole = zstd(Array(prose(bytes: 300_000).utf8))
        var damaged = whole
        for index in whole.count / 2..<whole.count / 2 + 64 { damaged[index] ^= 0xFF }
        let error = try #require(dataError { _ = try place.prepare(try place.write(damaged, "damaged.txt.zst")) })
        #expect(error.problem.contains("damaged near compressed byte"))
        #expect(dataError { _ = try place.prepare(try place.write(whole + Array("junk and more".utf8), "junk.txt.zst")) } != nil)
    }

    @Test("a frame that would take more memory than is given it is refused with a way out")
    func window() throws {
        let place = try Workplace()
        defer { place.remove() }
        let path = try place.write(zstd(Array(prose(bytes: 60_000).utf8), windowLog: 30), "long.txt.zst")
        let error = try #require(dataError { _ = try place.prepare(path) })
        #expect(error.fix?.contains("--long=31") == true)
    }
}
