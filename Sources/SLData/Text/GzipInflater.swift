import CZlib
import Foundation
import SLSpec

/// Inflates gzip, member after member, as `gzip -dc` does.
final class GzipInflater: Inflater {
    private let path: String
    private var stream = z_stream()
    private let input: UnsafeMutableRawBufferPointer
    private var memberIsOpen = false
    private var inputHasEnded = false
    private var consumedBytes = 0

    init(path: String) throws(DataError) {
        self.path = path
        input = .allocate(byteCount: 1 << 18, alignment: 16)
        // 15 bits of window; +32 lets zlib tell gzip from zlib by the header.
        guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw DataError(file: path, problem: "zlib could not be started: out of memory")
        }
    }

    deinit {
        inflateEnd(&stream)
        input.deallocate()
    }

    func inflate(
        into output: UnsafeMutableRawBufferPointer, refill: (UnsafeMutableRawBufferPointer) throws(DataError) -> Int
    ) throws(DataError) -> Int {
        stream.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.avail_out = uInt(output.count)
        while stream.avail_out > 0 {
            if stream.avail_in == 0, !inputHasEnded { try refillInput(refill) }
            if stream.avail_in == 0, inputHasEnded {
                guard !memberIsOpen else {
                    throw DataError(
                        file: path, problem: "the gzip data ends in the middle, after \(consumedBytes) compressed bytes",
                        fix: "the file is truncated: fetch it again")
                }
                break
            }
            if !memberIsOpen, try !openMember(refill) { break }
            try step()
        }
        return output.count - Int(stream.avail_out)
    }

    private func refillInput(_ refill: (UnsafeMutableRawBufferPointer) throws(DataError) -> Int) throws(DataError) {
        let count = try refill(input)
        inputHasEnded = count == 0
        consumedBytes += count
        stream.next_in = input.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.avail_in = uInt(count)
    }

    /// Starts the next member. Zero bytes between and behind members are padding (tape blocks) and passed over.
    ///
    /// - Returns: false at the end of the file.
    private func openMember(_ refill: (UnsafeMutableRawBufferPointer) throws(DataError) -> Int) throws(DataError) -> Bool {
        while true {
            while stream.avail_in > 0, let byte = stream.next_in?.pointee, byte == 0 {
                stream.next_in = stream.next_in.map { $0 + 1 }
                stream.avail_in -= 1
            }
            if stream.avail_in > 0 { break }
            if inputHasEnded { return false }
            try refillInput(refill)
        }
        guard stream.next_in?.pointee == 0x1F else {
            let position = consumedBytes - Int(stream.avail_in)
            throw DataError(file: path, problem: "byte \(position) of the compressed file starts neither a gzip member nor padding")
        }
        guard inflateReset(&stream) == Z_OK else { throw DataError(file: path, problem: "zlib refused to start a member") }
        memberIsOpen = true
        return true
    }

    private func step() throws(DataError) {
        switch CZlib.inflate(&stream, Z_NO_FLUSH) {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: memberIsOpen = false
        case let code:
            let position = consumedBytes - Int(stream.avail_in)
            let reason = stream.msg.map { String(cString: $0) } ?? "zlib error \(code)"
            throw DataError(file: path, problem: "the gzip data is damaged near compressed byte \(position): \(reason)")
        }
    }
}
