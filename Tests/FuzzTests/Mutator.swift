import Foundation
import SLRandom

/// Damages bytes in the ways that disks, editors and enemies do. The same seed gives the same damage.
struct Mutator {
    private var stream: RandomStream
    /// Words of the format: what a random byte would never hit.
    let words: [[UInt8]]

    init(seed: UInt64, name: String, words: [String]) {
        stream = RandomStream(seed: seed, name: "fuzz/\(name)")
        self.words = words.map { Array($0.utf8) }
    }

    mutating func below(_ count: Int) -> Int { stream.below(max(1, count)) }

    mutating func mutated(_ seeds: [[UInt8]]) -> [UInt8] {
        var bytes = seeds[below(seeds.count)]
        for _ in 0..<1 + below(4) { damage(&bytes, beside: seeds) }
        return bytes
    }

    private mutating func damage(_ bytes: inout [UInt8], beside seeds: [[UInt8]]) {
        guard !bytes.isEmpty else { return bytes.append(UInt8(below(256))) }
        let place = below(bytes.count)
        switch below(12) {
        case 0: bytes[place] = UInt8(below(256))
        case 1: bytes[place] ^= 1 << UInt8(below(8))
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(16)))
        case 3: bytes.removeLast(bytes.count - place)
        case 4: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + below(24))], at: below(bytes.count))
        case 5: if !words.isEmpty { bytes.insert(contentsOf: words[below(words.count)], at: place) }
        case 6:
            // A number becomes another: the largest, the smallest, one beside it.
            let values: [UInt64] = [0, 1, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff, .max, .max >> 1]
            let (value, width) = (values[below(values.count)], 1 << below(4))
            for index in 0..<width where place + index < bytes.count { bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
        case 7:
            // Half of one, half of another.
            let other = seeds[below(seeds.count)]
            bytes = Array(bytes[..<place] + other[below(other.count)...])
        case 8: bytes.insert(contentsOf: repeatElement(bytes[place], count: 1 + below(300)), at: place)
        case 9:
            let digits = Array("0123456789".utf8)
            if digits.contains(bytes[place]) { bytes[place] = digits[below(10)] } else { bytes.insert(digits[below(10)], at: place) }
        case 10: bytes.swapAt(place, below(bytes.count))
        default: bytes.insert(contentsOf: Array("[{\"".utf8)[below(3)...], at: place)
        }
    }
}

/// How many damaged inputs each reader gets: few in the ordinary tests, $SLBENCH_FUZZ_COUNT in `scripts/fuzz`.
enum FuzzCount {
    static let value = ProcessInfo.processInfo.environment["SLBENCH_FUZZ_COUNT"].flatMap { Int($0) } ?? 1500

    /// A folder in memory where there is one: a hundred thousand small files.
    static func folder(_ name: String) throws -> URL {
        let shared = URL(filePath: "/dev/shm")
        let base = FileManager.default.isWritableFile(atPath: shared.path) ? shared : FileManager.default.temporaryDirectory
        let folder = base.appending(path: "slbench-fuzz-\(name)-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// What the run says at its end, for `scripts/fuzz`.
    static func report(_ name: String, inputs: Int, refused: Int, bytes: Int) {
        print("fuzz: \(name): \(inputs) inputs, \(bytes) bytes, \(refused) refused with an error that names the place, \(inputs - refused) accepted")
    }
}
