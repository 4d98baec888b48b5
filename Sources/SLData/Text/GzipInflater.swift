import CZlib
import Foundation
import SLSpec

/// Inflates gzip, member after member, as `gzip -dc` does.
///
/// Safe though zlib's state holds pointers: those to bytes are set for one call and gone behind it, the others are zlib's own.
@safe final class GzipInflater: Inflater {
    private let path: String
    private var stream = unsafe z_stream()
    /// Compressed bytes, the first `taken` of which zlib has.
    private var input: [UInt8] = []
    private var taken = 0
    private var memberIsOpen = false
    private var inputHasEnded = false
    private var consumedBytes = 0

    init(path: String) throws(DataError) {
        self.path = path
        // 15 bits of window; +32 lets zlib tell gzip from zlib by the header.
        guard unsafe inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw DataError(file: path, problem: "zlib could not be started: out of memory")
        }
    }

    deinit { unsafe inflateEnd(&stream) }

    func inflate(into output: inout OutputSpan<UInt8>, refill: Refill) throws(DataError) {
        while !output.isFull {
            if taken == input.count, !inputHasEnded { try refillInput(refill) }
            if taken == input.count, inputHasEnded {
                guard !memberIsOpen else {
                    throw DataError(
                        file: path, problem: "the gzip data ends in the middle, after \(consumedBytes) compressed bytes",
                        fix: "the file is truncated: fetch it again")
                }
                break
            }
            if !memberIsOpen, try !openMember(refill) { break }
            try step(&output)
        }
    }

    /// Of the next compressed byte in the file.
    private var position: Int { consumedBytes - (input.count - taken) }

    private func refillInput(_ refill: Refill) throws(DataError) {
        taken = 0
        input.removeAll(keepingCapacity: true)
        try input.append(addingCapacity: 1 << 18, initializingWith: refill)
        inputHasEnded = input.isEmpty
        consumedBytes += input.count
    }

    /// Starts the next member. Zero bytes between and behind members are padding (tape blocks) and passed over.
    ///
    /// - Returns: false at the end of the file.
    private func openMember(_ refill: Refill) throws(DataError) -> Bool {
        while true {
            while taken < input.count, input[taken] == 0 { taken += 1 }
            if taken < input.count { break }
            if inputHasEnded { return false }
            try refillInput(refill)
        }
        guard input[taken] == 0x1F else {
            throw DataError(file: path, problem: "byte \(position) of the compressed file starts neither a gzip member nor padding")
        }
        guard unsafe inflateReset(&stream) == Z_OK else { throw DataError(file: path, problem: "zlib refused to start a member") }
        memberIsOpen = true
        return true
    }

    private func step(_ output: inout OutputSpan<UInt8>) throws(DataError) {
        switch inflateOnce(&output) {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: memberIsOpen = false
        case let code:
            let reason = unsafe stream.msg.map { unsafe String(cString: $0) } ?? "zlib error \(code)"
            throw DataError(file: path, problem: "the gzip data is damaged near compressed byte \(position): \(reason)")
        }
    }

    /// - Returns: zlib's code.
    private func inflateOnce(_ output: inout OutputSpan<UInt8>) -> Int32 {
        unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target, filled in
                let (rest, free) = (source.extracting(taken...), target.extracting(filled...))
                unsafe (stream.next_in, stream.avail_in) = (rest.baseAddress, uInt(rest.count))
                unsafe (stream.next_out, stream.avail_out) = (free.baseAddress, uInt(free.count))
                let code = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
                taken = unsafe source.count - Int(stream.avail_in)
                filled = unsafe target.count - Int(stream.avail_out)
                unsafe (stream.next_in, stream.next_out) = (nil, nil)
                return code
            }
        }
    }
}
