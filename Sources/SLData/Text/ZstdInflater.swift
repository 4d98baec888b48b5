import CZstd
import Foundation
import SLSpec

/// Inflates Zstandard, frame after frame, as `zstd -dc` does.
final class ZstdInflater: Inflater {
    private let path: String
    private let stream: OpaquePointer
    private let input: UnsafeMutableRawBufferPointer
    private var pending = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
    private var frameIsOpen = false
    private var inputHasEnded = false
    private var consumedBytes = 0

    init(path: String) throws(DataError) {
        self.path = path
        guard let stream = ZSTD_createDStream() else { throw DataError(file: path, problem: "zstd could not be started: out of memory") }
        self.stream = stream
        input = .allocate(byteCount: 1 << 18, alignment: 16)
        pending.src = UnsafeRawPointer(input.baseAddress)
    }

    deinit {
        ZSTD_freeDStream(stream)
        input.deallocate()
    }

    func inflate(
        into output: UnsafeMutableRawBufferPointer, refill: (UnsafeMutableRawBufferPointer) throws(DataError) -> Int
    ) throws(DataError) -> Int {
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        while target.pos < target.size {
            if pending.pos == pending.size, !inputHasEnded {
                pending.pos = 0
                pending.size = try refill(input)
                inputHasEnded = pending.size == 0
                consumedBytes += pending.size
            }
            if pending.pos == pending.size, inputHasEnded, !frameIsOpen { break }
            let before = (pending.pos, target.pos)
            let left = ZSTD_decompressStream(stream, &target, &pending)
            guard ZSTD_isError(left) == 0 else { throw damaged(left) }
            frameIsOpen = left != 0
            // What the library still holds comes out without input; when nothing does, the rest of the frame is missing.
            if inputHasEnded, frameIsOpen, before == (pending.pos, target.pos) {
                throw DataError(
                    file: path, problem: "the zstd data ends in the middle, after \(consumedBytes) compressed bytes",
                    fix: "the file is truncated: fetch it again")
            }
        }
        return target.pos
    }

    private func damaged(_ code: Int) -> DataError {
        let position = consumedBytes - (pending.size - pending.pos)
        if ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge {
            return DataError(
                file: path, problem: "the zstd data looks back further than 128 MB, which takes as much memory to read",
                fix: "compress it again without --long: zstd -d --long=31 FILE, then zstd")
        }
        return DataError(
            file: path, problem: "the zstd data is damaged near compressed byte \(position): \(String(cString: ZSTD_getErrorName(code)))",
            fix: "fetch the file again, or compress it again")
    }
}
