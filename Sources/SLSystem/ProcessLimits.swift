import Foundation

/// What the shell or the system lets this process take (`ulimit`, `prlimit`), and what it takes already. `nil` where there is no limit,
/// or nobody says.
public struct ProcessLimits: Sendable, Hashable {
    /// Bytes of address space (`ulimit -v`) or of data (`ulimit -d`) that are left, whichever is less.
    public var addressRoom: Int?
    /// Bytes of address space in all; for people.
    public var addressSpace: Int?
    /// Descriptors that may be open (`ulimit -n`).
    public var openFiles: Int?
    /// Bytes that a file may have (`ulimit -f`).
    public var fileBytes: Int?
    /// Processes and threads that may still be started (`ulimit -u`, and the control groups' `pids.max`).
    public var taskRoom: Int?

    public init(addressRoom: Int? = nil, addressSpace: Int? = nil, openFiles: Int? = nil, fileBytes: Int? = nil, taskRoom: Int? = nil) {
        self.addressRoom = addressRoom
        self.addressSpace = addressSpace
        self.openFiles = openFiles
        self.fileBytes = fileBytes
        self.taskRoom = taskRoom
    }

    public static func current() -> ProcessLimits {
        let (space, data) = (limit(RLIMIT_AS), limit(RLIMIT_DATA))
        let rooms = [space.map { $0 - (statusBytes("VmSize:") ?? 0) }, data.map { $0 - (statusBytes("VmData:") ?? 0) }].compactMap(\.self)
        return ProcessLimits(
            addressRoom: rooms.min().map { max(0, $0) }, addressSpace: [space, data].compactMap(\.self).min(), openFiles: openFiles,
            fileBytes: limit(RLIMIT_FSIZE), taskRoom: ([userTaskRoom] + groupTaskRooms).compactMap(\.self).min())
    }

    public static var openFiles: Int? { limit(RLIMIT_NOFILE) }

    /// The limit that a shell gives is often far below what the system allows.
    public static func raiseOpenFiles(to wanted: Int = 4096) {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(wanted) else { return }
        limit.rlim_cur = min(limit.rlim_max, rlim_t(wanted))
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func limit(_ resource: __rlimit_resource) -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(1 << 62) else { return nil }
        return Int(limit.rlim_cur)
    }

    /// The kernel counts all threads of the user; it lets root start more.
    private static var userTaskRoom: Int? {
        guard geteuid() != 0, let most = limit(__RLIMIT_NPROC) else { return nil }
        var count = 0
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] where Int(name) != nil {
            var status = stat()
            guard unsafe stat("/proc/\(name)", &status) == 0, status.st_uid == getuid() else { continue }
            count += (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(name)/task").count) ?? 1
        }
        return max(0, most - count)
    }

    private static var groupTaskRooms: [Int?] {
        guard let text = text("/proc/self/cgroup") else { return [] }
        return text.split(separator: "\n").flatMap { line -> [Int?] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[1].isEmpty || parts[1].split(separator: ",").contains("pids") else { return [] }
            var path = String(parts[2])
            var rooms: [Int?] = []
            while true {
                let folder = "/sys/fs/cgroup" + (parts[1].isEmpty ? "" : "/pids") + (path == "/" ? "" : path)
                if let most = number("\(folder)/pids.max"), let used = number("\(folder)/pids.current") { rooms.append(max(0, most - used)) }
                guard path != "/", !path.isEmpty else { return rooms }
                path = (path as NSString).deletingLastPathComponent
            }
        }
    }

    private static func statusBytes(_ field: String) -> Int? {
        let line = text("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix(field) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    private static func number(_ path: String) -> Int? { text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) } }
    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
