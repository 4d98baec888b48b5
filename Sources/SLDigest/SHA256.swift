import CCrypto
public import Foundation

/// SHA-256 by the system's libcrypto, in one call or as a stream.
///
/// Safe though it holds a pointer: libcrypto's context is this value's own, lives as long as it does and never leaves it.
@safe public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    public init() {
        // Both calls fail only when memory for a few hundred bytes is gone or libcrypto lacks SHA-256.
        guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto offers no SHA-256")
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    public func update(_ bytes: RawSpan) {
        let status = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(status == 1, "EVP_DigestUpdate failed")
    }

    /// Numbers as they lie in memory.
    public func update<Number: FixedWidthInteger & BitwiseCopyable>(_ numbers: Span<Number>) {
        // Whole numbers have no padding, whose bytes could be anything.
        unsafe update(numbers.bytes)
    }

    public func update(_ data: some ContiguousBytes) { unsafe data.withUnsafeBytes { unsafe update($0.bytes) } }

    /// The digest of what came so far; more may follow.
    public func hexDigest() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        // Finishing a context spends it, so a copy is finished.
        let copy = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(copy) }
        let status = unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 ? EVP_DigestFinal_ex(copy, &digest, nil) : 0
        precondition(status == 1, "EVP_DigestFinal_ex failed")
        return digest.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    public static func hexDigest(of data: some ContiguousBytes) -> String {
        let hash = SHA256()
        hash.update(data)
        return hash.hexDigest()
    }

    /// The digest of a file, read in pieces of 1 MiB.
    ///
    /// - Throws: Foundation's error when the file can't be opened or read.
    public static func hexDigest(ofFile url: URL) throws -> String {
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        let hash = SHA256()
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(piece) }
        return hash.hexDigest()
    }
}
