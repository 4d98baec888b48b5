import Foundation
import SLNumerics

extension ProcessorProbe {
    package static var wallSeconds: Double { MonotonicClock.seconds }

    /// Of this process, and of its children that have ended.
    package static var ownSeconds: Double {
        var own = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own)
        var children = rusage()
        unsafe getrusage(childUsage, &children)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return Double(own.tv_sec) + Double(own.tv_nsec) * 1e-9 + seconds(children.ru_utime) + seconds(children.ru_stime)
    }

    #if os(Linux)
        private static var childUsage: __rusage_who_t { __rusage_who_t(RUSAGE_CHILDREN.rawValue) }
    #else
        private static var childUsage: Int32 { RUSAGE_CHILDREN }
    #endif

    /// Processors that this process may run on, from a list as the kernel writes it (`0-3,8`); `nil` for anything else.
    package static func processors(list: some StringProtocol) -> Set<Int>? {
        var found: Set<Int> = []
        for part in list.split(separator: ",") {
            let ends = part.split(separator: "-").map { Int($0.trimmingCharacters(in: .whitespaces)) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count < 3, first <= last, last < 1 << 16 else { return nil }
            found.formUnion(first...last)
        }
        return found.isEmpty ? nil : found
    }
}
