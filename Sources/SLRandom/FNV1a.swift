/// The FNV-1a hash, 64 bits: fast, fixed, the same everywhere. Not for secrets.
package enum FNV1a {
    package static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
        return hash
    }

    package static func hash(_ text: String) -> UInt64 {
        let bytes = Array(text.utf8)
        return hash(bytes.span)
    }
}
