import Foundation
import SLSpec

/// How much memory this process may still take, by what the kernel says.
public struct MemoryProbe: Sendable {
    private let processes: String
    private let controlGroups: String

    /// - Parameters: other places than the system's, for tests.
    public init(processes: String = "/proc", controlGroups: String = "/sys/fs/cgroup") {
        self.processes = processes
        self.controlGroups = controlGroups
    }

    /// Physical memory.
    public var totalBytes: Int? { information("MemTotal") }

    /// The least of what the machine has free and what each control group above this process leaves; `nil` where the
    /// kernel says nothing.
    public var availableBytes: Int? { ([information("MemAvailable")] + groupRooms).compactMap(\.self).min() }

    /// Processes the kernel has killed for want of memory since it started; `nil` where it doesn't say.
    public var outOfMemoryKills: Int? {
        guard let text = read("\(processes)/vmstat") else { return nil }
        return Self.field("oom_kill", in: text)
    }

    /// What a process holds at this moment; `nil` when it is gone.
    public func residentBytes(of process: Int32) -> Int? {
        guard let text = read("\(processes)/\(process)/status") else { return nil }
        return Self.field("VmRSS:", in: text).map { $0 * 1024 }
    }

    /// The same with all that it has started: a launcher of ranks holds little itself.
    public func residentBytes(withChildrenOf process: Int32) -> Int? {
        guard let own = residentBytes(of: process) else { return nil }
        let children = read("\(processes)/\(process)/task/\(process)/children") ?? ""
        return children.split(separator: " ").compactMap { Int32($0) }.reduce(own) { $0 + (residentBytes(withChildrenOf: $1) ?? 0) }
    }

    private func information(_ name: String) -> Int? {
        guard let text = read("\(processes)/meminfo") else { return nil }
        return Self.field(name + ":", in: text).map { $0 * 1024 }
    }

    private var groupRooms: [Int?] {
        guard let text = read("\(processes)/self/cgroup") else { return [] }
        var rooms: [Int?] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            guard controllers.isEmpty || controllers.contains("memory") else { continue }
            let isSecondVersion = controllers.isEmpty
            var path = String(parts[2])
            while true {
                let folder = controlGroups + (isSecondVersion ? "" : "/memory") + (path == "/" ? "" : path)
                rooms.append(isSecondVersion ? room(folder, "memory.max", "memory.current", "inactive_file")
                    : room(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"))
                guard path != "/", !path.isEmpty else { break }
                path = (path as NSString).deletingLastPathComponent
            }
        }
        return rooms
    }

    /// Limit minus use; file pages that can be dropped don't count as used.
    private func room(_ folder: String, _ limit: String, _ use: String, _ droppable: String) -> Int? {
        // "max", or a number no machine has, means there is no limit.
        guard let limit = number("\(folder)/\(limit)"), limit < 1 << 60, let use = number("\(folder)/\(use)") else { return nil }
        let cache = read("\(folder)/memory.stat").flatMap { Self.field(droppable, in: $0) } ?? 0
        return max(0, limit - max(0, use - cache))
    }

    private func number(_ path: String) -> Int? {
        read(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private static func field(_ name: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count > 1, words[0] == name { return Int(words[1]) }
        }
        return nil
    }
}
