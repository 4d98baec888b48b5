public import Glibc

/// A process started by this one. Nothing here waits without a limit.
///
/// A child has three descriptors and no other, so that none keeps open what the death of this process must close, and takes signals as
/// a program started from a shell does. That a child has ended is asked of the kernel and not of a pipe, which a grandchild may hold.
public final class ChildProcess {
    public enum End: Sendable, Hashable {
        case status(Int32)
        case signal(Int32)
    }

    /// Why a process could not be started, in the system's words.
    public struct StartError: Error, Sendable, CustomStringConvertible {
        public let description: String
        package init(_ code: Int32) { description = unsafe String(cString: strerror(code)) }
    }

    public let id: pid_t
    private let leadsGroup: Bool
    private var ended: End?

    /// - Parameters:
    ///   - environment: `NAME=VALUE` each.
    ///   - streams: descriptors that become the child's stdin, stdout and stderr; they stay the caller's to close.
    ///   - leadsGroup: whether the child and all that it starts can be ended together. Such a group does not get the terminal's signals.
    public init(
        executable: String, arguments: [String], environment: [String], streams: (input: Int32, output: Int32, errors: Int32),
        leadsGroup: Bool = false
    ) throws(StartError) {
        self.leadsGroup = leadsGroup
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        for (number, descriptor) in [streams.input, streams.output, streams.errors].enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        Self.closeOthersInChildren()
        var (none, ordinary) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        // All of them: what started this process may have had it ignore any.
        unsafe sigfillset(&ordinary)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &ordinary)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (leadsGroup ? POSIX_SPAWN_SETPGROUP : 0)))
        let given = unsafe ([executable] + arguments).map { unsafe strdup($0) }
        let variables = unsafe environment.map { unsafe strdup($0) }
        defer { for unsafe text in unsafe given + variables { unsafe free(text) } }
        var number = pid_t()
        let code = unsafe posix_spawn(&number, executable, &actions, &attributes, given + [nil], variables + [nil])
        guard code == 0 else { throw StartError(code) }
        id = number
    }

    /// Libraries open files as well, and not all of them say that children get none.
    private static func closeOthersInChildren() {
        guard let folder = unsafe opendir("/proc/self/fd") else { return }
        defer { unsafe closedir(folder) }
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) } }
            guard let number = Int32(name), number > 2 else { continue }
            let flags = fcntl(number, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 { _ = fcntl(number, F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    /// How it ended; `nil` while it is at work.
    public func end() -> End? {
        if let ended { return ended }
        var status: Int32 = 0
        let found = unsafe waitpid(id, &status, WNOHANG)
        if found == id {
            let signal = status & 0x7f
            ended = signal == 0 ? .status((status >> 8) & 0xff) : .signal(signal)
        } else if found < 0, errno != EINTR {
            // Somebody else has taken the news: that it is gone is all that is known.
            ended = .signal(SIGKILL)
        }
        return ended
    }

    /// Sends a signal while it is at work; a number that was given to another process is never meant.
    public func send(_ signal: Int32) {
        guard end() == nil else { return }
        kill(id, signal)
    }

    /// - Parameter goesOn: asked a few times a second.
    /// - Returns: how it ended; `nil` when time or patience did first.
    public func wait(atMost seconds: Double, while goesOn: () -> Bool = { true }) -> End? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var pause: Int32 = 1
        while true {
            if let end = end() { return end }
            guard goesOn(), ContinuousClock.now < deadline else { return nil }
            poll(nil, 0, pause)
            pause = min(50, pause * 2)
        }
    }

    /// Ends it and, if it leads a group, everything that it started. What the kernel does not let go within a moment is left to it.
    public func endGroup() {
        if leadsGroup { kill(-id, SIGKILL) } else { send(SIGKILL) }
        _ = wait(atMost: 5)
    }
}
