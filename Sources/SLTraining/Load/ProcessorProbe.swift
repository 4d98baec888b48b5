import Foundation

/// Reads ``ProcessorCounters`` from the files of Linux.
package struct ProcessorProbe: Sendable {
    private let processes: String
    private let controlGroups: String

    /// - Parameters: other places than the system's, for tests.
    package init(processes: String = "/proc", controlGroups: String = "/sys/fs/cgroup") {
        self.processes = processes
        self.controlGroups = controlGroups
    }

    /// The counters now; `nil` where the kernel doesn't say.
    package func counters(own: Double = ProcessorProbe.ownSeconds, wall: Double = ProcessorProbe.wallSeconds) -> ProcessorCounters? {
        guard let machine = machine() else { return nil }
        return ProcessorCounters(wallSeconds: wall, ownSeconds: own, shares: [machine] + limitedGroups())
    }

    /// The processors that this process may run on: what others do on the rest takes nothing from it.
    private func machine() -> ProcessorCounters.Share? {
        guard let text = read("\(processes)/stat") else { return nil }
        let status = read("\(processes)/self/status")?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        let allowed = status.flatMap { $0.split(separator: ":").last }.flatMap { Self.processors(list: $0) }
        var busy = 0.0
        var count = 0
        for line in text.split(separator: "\n").prefix(while: { $0.hasPrefix("cpu") }) {
            let words = line.split(separator: " ")
            // The first line is the sum of the others.
            guard words.count > 7, let number = Int(words[0].dropFirst(3)), allowed?.contains(number) ?? true else { continue }
            let ticks = words.dropFirst().map { Double($0) ?? 0 }
            // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
            busy += ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + (ticks.count > 7 ? ticks[7] : 0)
            count += 1
        }
        guard count > 0 else { return nil }
        return .init(name: "machine", busySeconds: busy / Double(sysconf(Int32(_SC_CLK_TCK))), capacity: Double(count))
    }

    /// Control groups above this process that pay for a number of processors: the processes in one take from each other.
    private func limitedGroups() -> [ProcessorCounters.Share] {
        guard let text = read("\(processes)/self/cgroup") else { return [] }
        return text.split(separator: "\n").flatMap { line -> [ProcessorCounters.Share] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let controllers = parts[1].split(separator: ",")
            let isSecondVersion = parts[1].isEmpty
            guard isSecondVersion || controllers.contains("cpu") else { return [] }
            var found: [ProcessorCounters.Share] = []
            var path = String(parts[2])
            while true {
                let place = path == "/" ? "" : path
                if let share = isSecondVersion ? secondVersion(place) : firstVersion(place) { found.append(share) }
                guard path != "/", !path.isEmpty else { break }
                path = (path as NSString).deletingLastPathComponent
            }
            return found
        }
    }

    private func secondVersion(_ path: String) -> ProcessorCounters.Share? {
        for root in [controlGroups, controlGroups + "/unified"] {
            guard let limit = read("\(root)\(path)/cpu.max")?.split(whereSeparator: \.isWhitespace), limit.count == 2,
                let time = Double(limit[0]), let period = Double(limit[1]), period > 0,
                let used = read("\(root)\(path)/cpu.stat").flatMap({ Self.field("usage_usec", in: $0) })
            else { continue }
            return .init(name: "group \(path)", busySeconds: used / 1e6, capacity: time / period)
        }
        return nil
    }

    private func firstVersion(_ path: String) -> ProcessorCounters.Share? {
        func number(_ controller: String, _ file: String) -> Double? {
            read("\(controlGroups)/\(controller)\(path)/\(file)").flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        guard let time = number("cpu", "cpu.cfs_quota_us"), time > 0, let period = number("cpu", "cpu.cfs_period_us"), period > 0,
            let used = number("cpuacct", "cpuacct.usage")
        else { return nil }
        return .init(name: "group \(path)", busySeconds: used / 1e9, capacity: time / period)
    }

    private func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private static func field(_ name: String, in text: String) -> Double? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name { return Double(words[1]) }
        }
        return nil
    }
}
