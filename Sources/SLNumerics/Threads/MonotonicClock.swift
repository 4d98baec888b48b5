import Glibc

/// Time that never runs backwards.
public enum MonotonicClock {
    public static var nanoseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    public static var seconds: Double { Double(nanoseconds) * 1e-9 }
}
