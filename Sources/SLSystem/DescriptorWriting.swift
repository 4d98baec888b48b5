import Glibc

/// Writing to a descriptor of unknown kind: terminal, pipe, file, or nothing at all.
package enum DescriptorWriting {
    /// What any pipe or terminal that says it can be written takes without letting the caller wait.
    private static let piece = 4096
    /// Milliseconds between two looks.
    private static let pause: Int32 = 100

    /// - Parameter goesOn: asked while the other side takes nothing, with the milliseconds waited for this piece.
    /// - Returns: 0, or `errno` of what failed; `EAGAIN` when waiting was given up.
    package static func write(_ text: String, to descriptor: Int32, while goesOn: (_ waited: Int32) -> Bool) -> Int32 {
        // What has no number is never ready and never refused.
        guard descriptor >= 0 else { return text.isEmpty ? 0 : EBADF }
        var text = text
        return text.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            var done = 0
            while done < bytes.count {
                if let code = waitUntilWritable(descriptor, goesOn) { return code }
                let count = unsafe Glibc.write(descriptor, base + done, min(piece, bytes.count - done))
                if count > 0 {
                    done += count
                } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
                    return count == 0 ? EIO : errno
                }
            }
            return 0
        }
    }

    /// - Returns: `nil` when a write will not wait, or will say itself what is wrong.
    private static func waitUntilWritable(_ descriptor: Int32, _ goesOn: (Int32) -> Bool) -> Int32? {
        var waited: Int32 = 0
        while true {
            var asked = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let count = unsafe poll(&asked, 1, waited == 0 ? 0 : pause)
            if count > 0 || (count < 0 && errno != EINTR) { return nil }
            guard goesOn(waited) else { return EAGAIN }
            waited += pause
        }
    }
}
