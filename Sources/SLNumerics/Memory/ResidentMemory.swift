import Glibc

/// The resident size of this process, as the kernel counts it.
public enum ResidentMemory {
    /// High-water mark (VmHWM of /proc/self/status), in bytes; `nil` where there is no such file.
    public static var peakBytes: Int? { field("VmHWM:") }
    /// Now (VmRSS), in bytes.
    public static var currentBytes: Int? { field("VmRSS:") }

    /// Lets the high-water mark begin anew from what is resident now.
    ///
    /// - Returns: whether the system did it; some refuse.
    package static func resetPeak() -> Bool {
        let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // 5: the mark alone. Source: the kernel's Documentation/filesystems/proc.rst, §1.1.
        return write(descriptor, "5", 1) == 1
    }

    private static func field(_ name: String) -> Int? {
        guard let file = fopen("/proc/self/status", "re") else { return nil }
        defer { fclose(file) }
        // A line is a name and a number; a longer one is read in parts, none of which begins with a name that is asked for.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { line in
            while fgets(line.baseAddress, Int32(line.count), file) != nil {
                guard let start = line.baseAddress, strncmp(start, name, name.utf8.count) == 0 else { continue }
                let kilobytes = strtol(start + name.utf8.count, nil, 10)
                return kilobytes > 0 ? kilobytes * 1024 : nil
            }
            return nil
        }
    }
}
