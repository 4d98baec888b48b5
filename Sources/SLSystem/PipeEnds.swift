import Glibc

/// Both ends of a pipe, which no child inherits unless it is handed one.
public struct PipeEnds: Sendable {
    public let reading: Int32
    public let writing: Int32

    /// - Throws: ``ChildProcess/StartError`` when the process may not open as many descriptors.
    public init() throws(ChildProcess.StartError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw ChildProcess.StartError(errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }

    public func close() {
        for end in [reading, writing] { _ = Glibc.close(end) }
    }
}
