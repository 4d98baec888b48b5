import Foundation
public import SLSpec

/// What a cluster says of itself that a submission depends on.
public struct ClusterFacts: Sendable, Hashable {
    /// An array's highest index is below it; 0 or 1 where there are no arrays.
    public var maxArraySize: Int
    /// Seconds between SIGTERM and SIGKILL of a job that is cancelled.
    public var killWait: Int?
    /// The longest time that a job may ask for in the partitions that are asked; `nil` without a limit.
    public var longest: SlurmTime?
    /// Cores of the smallest node there.
    public var nodeCores: Int?
    /// The partitions that were meant, for people.
    public var partitions: [String]

    public init(maxArraySize: Int = 1001, killWait: Int? = nil, longest: SlurmTime? = nil, nodeCores: Int? = nil, partitions: [String] = []) {
        self.maxArraySize = maxArraySize
        self.killWait = killWait
        self.longest = longest
        self.nodeCores = nodeCores
        self.partitions = partitions
    }

    /// Asks the controller.
    ///
    /// - Parameter partition: as the config names it; `nil` for the default one.
    public init(_ commands: any ClusterCommands, partition: String?, seconds: Double = 30) throws(ClusterError) {
        let configuration = Self.values(try commands.run("scontrol", ["show", "config"], seconds: seconds))
        let nodes = try commands.run("sinfo", ["-h", "-o", ["%P", "%l", "%c"].joined(separator: QueueEntry.separator)], seconds: seconds)
        self.init(configuration: configuration, nodes: nodes, partition: partition)
        if let partition, let unknown = partition.split(separator: ",").first(where: { !partitions.contains(String($0)) }) {
            let known = Set(Self.lines(nodes).map(\.name)).sorted().joined(separator: ", ")
            throw ClusterError(command: "sinfo", problem: "the cluster shows no partition '\(unknown)'", fix: "it has: \(known)")
        }
    }

    package init(configuration: [String: String], nodes: String, partition: String?) {
        maxArraySize = Self.leadingNumber(configuration["MaxArraySize"]) ?? 1001
        killWait = Self.leadingNumber(configuration["KillWait"])
        let asked = partition?.split(separator: ",").map(String.init)
        let lines = Self.lines(nodes).filter { line in asked.map { $0.contains(line.name) } ?? line.isDefault }
        longest = lines.compactMap(\.limit).min { $0.seconds < $1.seconds }
        nodeCores = lines.compactMap(\.cores).min()
        partitions = lines.reduce(into: []) { if !$0.contains($1.name) { $0.append($1.name) } }
    }

    private static func lines(_ nodes: String) -> [(name: String, isDefault: Bool, limit: SlurmTime?, cores: Int?)] {
        nodes.split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.components(separatedBy: QueueEntry.separator)
            guard fields.count == 3 else { return nil }
            let isDefault = fields[0].hasSuffix("*")
            return (isDefault ? String(fields[0].dropLast()) : fields[0], isDefault, SlurmTime(fields[1]), leadingNumber(fields[2]))
        }
    }

    /// `KEY = VALUE` a line.
    package static func values(_ text: String) -> [String: String] {
        text.split(whereSeparator: \.isNewline).reduce(into: [:]) { values, line in
            let sides = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if sides.count == 2 { values[sides[0]] = sides[1] }
        }
    }

    /// 30 of `30 sec`, 64 of `64+`.
    private static func leadingNumber(_ text: String?) -> Int? { text.flatMap { Int($0.prefix(while: \.isNumber)) } }
}
