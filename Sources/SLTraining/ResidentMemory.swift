import Foundation

/// The resident size of this process, as the kernel counts it.
public enum ResidentMemory {
    /// High-water mark (VmHWM of /proc/self/status); `nil` where there is no such file.
    public static var peakBytes: Int? { field("VmHWM:") }
    /// Now (VmRSS).
    public static var currentBytes: Int? { field("VmRSS:") }

    private static func field(_ name: String) -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kilobytes * 1024
    }
}
