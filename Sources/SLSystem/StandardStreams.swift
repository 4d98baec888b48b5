import Glibc
import Synchronization

/// The three descriptors that a program is born with, as they should be.
public enum StandardStreams {
    /// Done before anything is opened.
    ///
    /// A descriptor that is closed at the start would be given to the next file that is opened, and what is meant for people would be
    /// written into a database. Its place is taken by a file that can't be written, so that results which nobody receives are still an
    /// error. A reader that goes, or a file that may not grow, becomes an error of the call in place of a signal that ends the program.
    public static func prepare() {
        // Threads of most pools block signals, and a program started from one inherits that: it would be deaf.
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { unsafe sigaddset(&mask, signal) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // In order: the lowest free number is the one that an open gets.
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            _ = unsafe open("/dev/null", O_RDONLY)
        }
    }
}

/// stderr, for people. Talk is best effort: it never ends a run, whatever became of the place that it goes to.
public enum StandardError {
    /// Milliseconds that a reader who reads nothing is waited for; after that what does not fit is left out.
    private static let patience: Int32 = 3000

    /// Whether the reader let a write wait in vain. Then nothing is waited for until it reads again.
    private static let isStuck = Atomic<Bool>(false)

    /// Gets a copy of everything that is said; -1 for none.
    private static let second = Atomic<Int32>(-1)

    /// - Parameter descriptor: of a file that stays open to the end.
    public static func copy(to descriptor: Int32) { second.store(descriptor, ordering: .sequentiallyConsistent) }

    public static func write(_ text: String) {
        let file = second.load(ordering: .relaxed)
        if file >= 0 { _ = DescriptorWriting.write(text, to: file) { _ in false } }
        let patience = isStuck.load(ordering: .relaxed) ? 0 : patience
        let code = DescriptorWriting.write(text, to: 2) { waited in waited < patience }
        isStuck.store(code == EAGAIN, ordering: .relaxed)
    }
}

/// stdout, for results. The first thing that goes wrong is kept, and the program ends with it when all else is done.
public enum StandardOutput {
    public enum Failure: Sendable, Hashable {
        /// Whoever read the results has seen enough, as `head` has.
        case readerGone
        /// What the system said.
        case notWritten(String)
    }

    private static let kept = Mutex<Failure?>(nil)

    public static var failure: Failure? { kept.withLock { $0 } }

    /// Writes all of it or keeps why that was not possible; after that nothing more is written.
    public static func write(_ text: String) {
        kept.withLock { failure in
            guard failure == nil else { return }
            let requests = StopFlag.requests
            failure = Self.failure(DescriptorWriting.write(text, to: 1) { _ in StopFlag.requests == requests })
        }
    }

    /// Some file systems tell of a full disk only now. Nothing can be written any more.
    public static func finish() {
        kept.withLock { failure in
            guard failure == nil, close(1) != 0 else { return }
            let code = errno
            if [ENOSPC, EDQUOT, EIO, EFBIG].contains(code) { failure = Self.failure(code) }
        }
    }

    private static func failure(_ code: Int32) -> Failure? {
        switch code {
        case 0: nil
        case EPIPE: .readerGone
        case EAGAIN: .notWritten("the reader reads nothing, and the program was told to stop")
        case EBADF: .notWritten("it is closed")
        default: unsafe .notWritten(String(cString: strerror(code)))
        }
    }
}
