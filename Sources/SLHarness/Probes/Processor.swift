import Foundation

/// What the kernel says of the processor.
public struct Processor: Sendable, Hashable {
    /// As the processor calls its maker, e.g. `GenuineIntel`; empty where the kernel names none.
    public var vendor: String
    /// As makers count them, the extended family added: 6 is most of Intel's, 25 AMD's Zen 3 and 4.
    public var family: Int?
    public var model: Int?
    /// Instructions that every core has, as the kernel calls them: `avx2`, `asimd`. A run may be moved from one core to another.
    public var features: Set<String>

    /// - Parameter cpuInfo: what `/proc/cpuinfo` says.
    /// - Returns: `nil` where it names no instructions.
    public init?(cpuInfo: String? = Self.cpuInfo) {
        var values: [Substring: [Substring]] = [:]
        for line in (cpuInfo ?? "").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let last = parts[0].lastIndex(where: { !$0.isWhitespace }) else { continue }
            values[parts[0][...last], default: []].append(parts[1])
        }
        let cores = (values["flags"] ?? values["Features"] ?? []).map { Set($0.split(whereSeparator: \.isWhitespace).map(String.init)) }
        guard let first = cores.first else { return nil }
        features = cores.dropFirst().reduce(first) { $0.intersection($1) }
        func text(_ key: Substring) -> String? { values[key]?.first?.trimmingCharacters(in: .whitespaces) }
        vendor = text("vendor_id") ?? ""
        family = text("cpu family").flatMap { Int($0) }
        model = text("model").flatMap { Int($0) }
    }

    public static var cpuInfo: String? { try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) }

    public func has(_ needed: [String]) -> Bool { features.isSuperset(of: needed) }
}
