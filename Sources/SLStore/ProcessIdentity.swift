import Foundation

/// Which process records a run, told apart from a later process that got the same number.
package struct ProcessIdentity: Sendable, Hashable {
    package var host: String
    package var processID: Int
    /// Start of the process in clock ticks since boot; `nil` where the system does not say.
    package var startTicks: Int?

    package static let current = ProcessIdentity(
        host: hostName(), processID: Int(getpid()), startTicks: startTicks(of: Int(getpid())))

    /// Whether that process still runs; `nil` when it is on another machine.
    var isAlive: Bool? {
        guard host == Self.current.host else { return nil }
        guard let number = pid_t(exactly: processID), number > 0 else { return false }
        // EPERM: it is there, but somebody else's.
        guard kill(number, 0) == 0 || errno == EPERM else { return false }
        guard let startTicks, let now = Self.startTicks(of: processID) else { return true }
        return startTicks == now
    }

    /// Field 22 of /proc/PID/stat. The second field is the program's name in parentheses and may hold spaces, so count
    /// from the last parenthesis. A zombie has ended: its parent has only not looked yet.
    package static func startTicks(of processID: Int) -> Int? {
        guard let stat = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
            let name = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 19 else { return nil }
        return fields[0] == "Z" ? -1 : Int(fields[19])
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
