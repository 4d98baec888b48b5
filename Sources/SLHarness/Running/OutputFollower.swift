import Foundation

/// Reads lines from a pipe without ever waiting.
struct OutputFollower {
    private let descriptor: Int32
    private var unread: [UInt8] = []
    private(set) var isAtEnd = false
    private(set) var last: CellProgress?

    init(descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Everything that has come.
    mutating func read() -> [CellProgress] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isAtEnd {
            let count = unsafe Foundation.read(descriptor, &buffer, buffer.count)
            if count > 0 {
                unread += buffer[..<count]
            } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
                isAtEnd = true
            } else if errno == EAGAIN {
                break
            }
        }
        var found: [CellProgress] = []
        while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
            if let progress = CellProgress(line: unread[..<end]) { found.append(progress) }
            unread.removeSubrange(...end)
        }
        last = found.last { $0.notice == nil } ?? last
        return found
    }
}
