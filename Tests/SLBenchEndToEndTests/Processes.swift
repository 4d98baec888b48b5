import Foundation

/// What the kernel says of a program under test and its children.
enum Processes {
    /// The runs of a sweep: children of its process, by the kernel's list, that are at a run's work.
    static func children(of process: Process) -> [pid_t] {
        let number = process.processIdentifier
        let text = (try? String(contentsOfFile: "/proc/\(number)/task/\(number)/children", encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { pid_t($0) }.filter { child in
            ((try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)) ?? "").contains("run-cell")
        }
    }

    /// A process that has ended and that nobody has asked about yet is dead too.
    static func isAlive(_ number: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8), let name = stat.lastIndex(of: ")") else { return false }
        return stat[name...].dropFirst(2).first != "Z"
    }

    /// Whether a process stands still, by SIGSTOP.
    static func isStopped(_ number: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8), let name = stat.lastIndex(of: ")") else { return false }
        return stat[name...].dropFirst(2).first == "T"
    }

    static func waits(_ seconds: Double, for condition: () throws -> Bool) rethrows -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if try condition() { return true }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return false
    }
}
