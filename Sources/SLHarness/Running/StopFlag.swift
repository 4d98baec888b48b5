import Foundation
import Synchronization

/// How often this process was asked to stop: once means at the next safe place, twice means now.
public enum StopFlag {
    private static let count = Atomic<Int>(0)

    public static var requests: Int { count.load(ordering: .sequentiallyConsistent) }
    public static var isRaised: Bool { requests > 0 }

    /// Counts these signals instead of dying of them.
    ///
    /// A program started from a thread that blocks signals, as those of most thread pools do, inherits that; they are let
    /// through again here.
    public static func raise(on signals: [Int32] = [SIGINT, SIGTERM]) {
        // Made now: a signal's handler may not be the first to touch it.
        _ = requests
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        for signal in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in StopFlag.request() }
            action.sa_flags = SA_RESTART
            sigaction(signal, &action, nil)
        }
    }

    /// Runs `body` with no signal blocked on this thread. A process started there can be told to stop; it would inherit what
    /// threads of a pool block.
    static func withoutBlockedSignals<Result>(_ body: () throws -> Result) rethrows -> Result {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }

    public static func request() { count.wrappingAdd(1, ordering: .sequentiallyConsistent) }

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
