import Foundation
import SLDigest
import Testing

struct SHA256Tests {
    /// NIST FIPS 180-4 examples, and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    ])
    func knownDigests(message: String, digest: String) {
        #expect(SHA256.hexDigest(of: Data(message.utf8)) == digest)
    }

    @Test func piecesGiveTheDigestOfTheWhole() {
        let data = Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 31) })
        let hash = SHA256()
        var start = 0
        for length in [0, 1, 63, 64, 65, 127, 4096] {
            hash.update(data[start..<start + length])
            start += length
        }
        hash.update(data[start...])
        #expect(hash.hexDigest() == SHA256.hexDigest(of: data))
    }

    @Test func spansGiveTheDigestOfTheirBytes() {
        let numbers = (0..<1000).map { Int32($0 * 7919).littleEndian }
        let bytes = (0..<1000).flatMap { index in (0..<4).map { UInt8(truncatingIfNeeded: Int32(index * 7919) >> (8 * Int32($0))) } }
        let data = Data(bytes)
        let (ofNumbers, ofBytes, ofMemory) = (digest { $0.update(numbers.span) }, digest { $0.update(bytes.span) }, digest { $0.update(data.bytes) })
        let whole = SHA256.hexDigest(of: data)
        #expect(ofNumbers == whole && ofBytes == whole && ofMemory == whole)
    }

    private func digest(_ body: (borrowing SHA256) -> Void) -> String {
        let hash = SHA256()
        body(hash)
        return hash.hexDigest()
    }

    @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1]) func filesAreReadInPieces(size: Int) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "slbench-digest-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        let data = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) })
        try data.write(to: url)
        #expect(try SHA256.hexDigest(ofFile: url) == SHA256.hexDigest(of: data))
    }

    @Test func aMissingFileIsAnError() {
        #expect(throws: (any Error).self) { try SHA256.hexDigest(ofFile: URL(fileURLWithPath: "/no/such/file")) }
    }
}
