import CZstd

/// One Zstandard frame.
func zstd(_ bytes: [UInt8], windowLog: Int32? = nil) -> [UInt8] {
    guard let context = ZSTD_createCCtx() else { return [] }
    defer { ZSTD_freeCCtx(context) }
    if let windowLog {
        _ = ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1)
        _ = ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog)
    } else {
        // As the command does it.
        _ = ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count) + 64)
    var source = ZSTD_inBuffer(src: nil, size: bytes.count, pos: 0)
    let written = output.withUnsafeMutableBytes { target in
        bytes.withUnsafeBytes { text -> Int in
            source.src = text.baseAddress
            var sink = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
            // In steps, so that the frame does not say how long its content is.
            while source.pos < source.size { _ = ZSTD_compressStream2(context, &sink, &source, ZSTD_e_continue) }
            while ZSTD_compressStream2(context, &sink, &source, ZSTD_e_end) != 0 {}
            return sink.pos
        }
    }
    return Array(output[..<written])
}

/// A frame that readers pass over.
func skippable(_ content: [UInt8]) -> [UInt8] {
    [0x50, 0x2A, 0x4D, 0x18] + (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) } + content
}
