import Foundation

/// Refuses a processor that lacks the vector instructions that the program was built for, before the first of them ends it
/// without a word.
///
/// Nothing here may call the rooms that are built with those instructions.
public struct ProcessorGuard: Sendable {
    /// Their name, e.g. `avx512`.
    public var units: String
    /// As the kernel calls them, e.g. `avx2`, `avx512f`.
    public var needed: [String]

    public init(units: String, needed: [String]) {
        self.units = units
        self.needed = needed
    }

    /// - Parameter cpuInfo: what `/proc/cpuinfo` says; where it can't be read nothing is refused.
    /// - Returns: why the program can't run on this processor; `nil` when it can.
    public func refusal(cpuInfo: String? = Self.cpuInfo) -> String? {
        guard let flags = Processor(cpuInfo: cpuInfo)?.features else { return nil }
        let missing = needed.filter { !flags.contains($0) }
        guard !missing.isEmpty else { return nil }
        return """
            this program was built for processors with \(units) (\(needed.joined(separator: ", "))), and this one has no \
            \(missing.joined(separator: ", ")); its own are \(Self.widest(flags))
              hint: build it on this machine: scripts/slbench, or swift build -c release
            """
    }

    public static var cpuInfo: String? { try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) }

    /// The widest vector instructions of this processor that a build makes use of.
    public static func widest(cpuInfo: String? = Self.cpuInfo) -> String {
        (Processor(cpuInfo: cpuInfo)?.features).map(widest) ?? "unknown"
    }

    private static func widest(_ flags: Set<String>) -> String {
        if flags.isSuperset(of: ["avx2", "fma", "avx512f", "avx512vl"]) { return "avx512" }
        if flags.isSuperset(of: ["avx2", "fma"]) { return "avx2" }
        return flags.contains("asimd") ? "neon" : "baseline"
    }
}
