public import Glibc
import Synchronization

/// How often this process was asked to stop: once means at the next safe place, twice means now.
public enum StopFlag {
    private static let count = Atomic<Int>(0)
    /// Which signals came, a bit for each number.
    private static let signals = Atomic<UInt64>(0)
    /// With this many requests the process ends by itself, whatever it is about.
    private static let most = Atomic<Int>(.max)
    /// What such a process ends with: interrupted.
    private static let interrupted: Int32 = 75

    public static var requests: Int { count.load(ordering: .sequentiallyConsistent) }
    public static var isRaised: Bool { requests > 0 }

    /// Whether a signal was among the requests: batch systems say by its number why a process is to stop.
    public static func wasRaised(by signal: Int32) -> Bool { signals.load(ordering: .sequentiallyConsistent) & bit(signal) != 0 }

    private static func bit(_ signal: Int32) -> UInt64 { (0..<64).contains(signal) ? 1 << UInt64(signal) : 0 }

    /// Counts these signals instead of dying of them.
    ///
    /// A program started from a thread that blocks signals, as those of most thread pools do, inherits that; they are let
    /// through again here.
    public static func raise(on signals: [Int32] = [SIGINT, SIGTERM]) {
        // Made now: a signal's handler may not be the first to touch them.
        _ = requests
        _ = most.load(ordering: .relaxed)
        _ = StopFlag.signals.load(ordering: .relaxed)
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        for signal in signals { unsafe sigaddset(&mask, signal) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        for signal in signals {
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { StopFlag.request(by: $0) }
            action.sa_flags = SA_RESTART
            unsafe sigaction(signal, &action, nil)
        }
    }

    /// From here on nothing is left that must be brought to an end: the next request is heeded at the next safe place as ever, and
    /// the one after it ends the process. What is written from here on appears whole or not at all.
    public static func endAtSecondRequest() { most.store(requests + 2, ordering: .sequentiallyConsistent) }

    private static func request(by signal: Int32) {
        _ = signals.bitwiseOr(bit(signal), ordering: .sequentiallyConsistent)
        request()
    }

    public static func request() {
        let requests = count.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
        if requests >= most.load(ordering: .sequentiallyConsistent) { _exit(interrupted) }
    }

    /// What asks a process to save its work and stop where a launcher stands between: `mpirun` passes USR1 and USR2 on and waits, while
    /// it kills everything a second after SIGTERM.
    public static let savingSignals: [Int32] = [SIGUSR1, SIGUSR2]

    /// Waits until this process is asked to stop, at most so long.
    public static func wait(seconds: Double) {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isRaised, ContinuousClock.now < end {
            // A signal ends the call early.
            poll(nil, 0, 100)
        }
    }

    public static func ignore(_ signals: [Int32]) {
        for number in signals { signal(number, SIG_IGN) }
    }
}
