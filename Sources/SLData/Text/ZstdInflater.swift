import CZstd
import Foundation
import SLSpec

/// Inflates Zstandard, frame after frame, as `zstd -dc` does.
///
/// Safe though it holds a pointer: the library's state is this object's own, lives as long as it does and never leaves it.
@safe final class ZstdInflater: Inflater {
    private let path: String
    private let stream: OpaquePointer
    /// Compressed bytes, the first `taken` of which the library has.
    private var input: [UInt8] = []
    private var taken = 0
    private var frameIsOpen = false
    private var inputHasEnded = false
    private var consumedBytes = 0

    init(path: String) throws(DataError) {
        self.path = path
        guard let stream = unsafe ZSTD_createDStream() else {
            throw DataError(file: path, problem: "zstd could not be started: out of memory")
        }
        unsafe self.stream = stream
    }

    deinit { unsafe ZSTD_freeDStream(stream) }

    func inflate(into output: inout OutputSpan<UInt8>, refill: Refill) throws(DataError) {
        while !output.isFull {
            if taken == input.count, !inputHasEnded {
                taken = 0
                input.removeAll(keepingCapacity: true)
                try input.append(addingCapacity: 1 << 18, initializingWith: refill)
                inputHasEnded = input.isEmpty
                consumedBytes += input.count
            }
            if taken == input.count, inputHasEnded, !frameIsOpen { break }
            let before = (taken, output.count)
            let left = inflateOnce(&output)
            guard ZSTD_isError(left) == 0 else { throw damaged(left) }
            frameIsOpen = left != 0
            // What the library still holds comes out without input; when nothing does, the rest of the frame is missing.
            if inputHasEnded, frameIsOpen, before == (taken, output.count) {
                throw DataError(
                    file: path, problem: "the zstd data ends in the middle, after \(consumedBytes) compressed bytes",
                    fix: "the file is truncated: fetch it again")
            }
        }
    }

    /// - Returns: the library's code: 0 behind a frame, an error, or anything else within one.
    private func inflateOnce(_ output: inout OutputSpan<UInt8>) -> Int {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target, filled in
                var compressed = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: taken)
                var plain = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: filled)
                let left = unsafe ZSTD_decompressStream(stream, &plain, &compressed)
                taken = unsafe compressed.pos
                filled = unsafe plain.pos
                return left
            }
        }
    }

    private func damaged(_ code: Int) -> DataError {
        let position = consumedBytes - (input.count - taken)
        if ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge {
            return DataError(
                file: path, problem: "the zstd data looks back further than 128 MB, which takes as much memory to read",
                fix: "compress it again without --long: zstd -d --long=31 FILE, then zstd")
        }
        let reason = unsafe String(cString: ZSTD_getErrorName(code))
        return DataError(
            file: path, problem: "the zstd data is damaged near compressed byte \(position): \(reason)",
            fix: "fetch the file again, or compress it again")
    }
}
