import Foundation

/// What machine this is.
public enum MachineProbe {
    public static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// e.g. `Debian GNU/Linux 12 (bookworm), Linux 6.1.0`.
    public static var operatingSystem: String {
        let release = read("/etc/os-release")?.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        let name = release.map { $0.dropFirst("PRETTY_NAME=".count).trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
        let kernel = read("/proc/sys/kernel/osrelease").map { "Linux " + $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        let parts = [name, kernel].compactMap(\.self)
        return parts.isEmpty ? ProcessInfo.processInfo.operatingSystemVersionString : parts.joined(separator: ", ")
    }

    /// e.g. `AMD EPYC 7763 64-Core Processor`; the architecture where the kernel names no model.
    public static var cpu: String {
        let line = read("/proc/cpuinfo")?.split(separator: "\n").first { $0.hasPrefix("model name") || $0.hasPrefix("Model") }
        if let name = line?.split(separator: ":", maxSplits: 1).last { return name.trimmingCharacters(in: .whitespaces) }
        #if arch(x86_64)
            return "x86_64"
        #elseif arch(arm64)
            return "arm64"
        #else
            return "unknown"
        #endif
    }

    /// Processors this process may use: those it is allowed to run on, and no more than its control group pays for.
    public static var usableCores: Int {
        let allowed = max(1, ProcessInfo.processInfo.activeProcessorCount)
        guard let quota = read("/sys/fs/cgroup/cpu.max")?.split(whereSeparator: \.isWhitespace), quota.count == 2,
            let time = Double(quota[0]), let period = Double(quota[1]), period > 0
        else { return allowed }
        return max(1, min(allowed, Int((time / period).rounded(.up))))
    }

    public static var memoryBytes: Int { MemoryProbe().totalBytes ?? Int(clamping: ProcessInfo.processInfo.physicalMemory) }

    /// Bytes that may still be written to the file system a path is on, or would be on.
    public static func freeDiskBytes(at path: String) -> Int? {
        var folder = URL(fileURLWithPath: path).standardizedFileURL.path
        while !FileManager.default.fileExists(atPath: folder), folder != "/" {
            folder = (folder as NSString).deletingLastPathComponent
        }
        var status = statvfs()
        guard unsafe statvfs(folder, &status) == 0 else { return nil }
        return Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }

    /// The compiler this program was built with, as far as it can be known at run time.
    public static var swiftVersion: String {
        #if compiler(>=6.4)
            "6.4 or newer"
        #elseif compiler(>=6.3.1)
            "6.3.1"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
