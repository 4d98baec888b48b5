public import SLSpec

/// Cells that are submitted together: an array, or a single job where the cluster has no arrays.
public struct PlannedArray: Sendable, Hashable {
    public var resources: ResourceClass
    /// What each job of it carries out, one cell after the other.
    public var elements: [[ClusterCell]]

    public var cells: [ClusterCell] { elements.flatMap(\.self) }

    /// `4 runs`, and in how many jobs where that is another number.
    public var words: String {
        func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
        let runs = counted(cells.count, "run")
        return cells.count == elements.count ? runs : "\(runs) in \(counted(elements.count, "job"))"
    }

    /// Cells by what they ask for, in the order in which each class came first, and within a class in theirs; no array longer than the cluster
    /// allows. Index 0 is not used.
    ///
    /// - Parameters:
    ///   - pack: cells of a job at most, and no more than its time allows.
    ///   - maxArraySize: an index is below it.
    public static func of(
        _ cells: [ClusterCell], threads: Int, ranks: Int = 1, spec: SlurmSpec, longest: SlurmTime?, maxArraySize: Int, pack: Int = 1
    ) -> [PlannedArray] {
        var classes: [ResourceClass] = []
        var members: [ResourceClass: [ClusterCell]] = [:]
        for cell in cells {
            let resources = ResourceClass(cell, threads: threads, ranks: ranks, spec: spec, longest: longest)
            if members[resources] == nil { classes.append(resources) }
            members[resources, default: []].append(cell)
        }
        let most = max(1, maxArraySize - 1)
        return classes.flatMap { resources -> [PlannedArray] in
            let all = packed(members[resources] ?? [], most: pack, limit: spec.time ?? longest)
            var resources = resources
            if let time = all.map({ ResourceClass.time(of: $0, spec: spec, longest: longest) }).max(by: { $0.seconds < $1.seconds }) { resources.time = time }
            return stride(from: 0, to: all.count, by: most).map { PlannedArray(resources: resources, elements: Array(all[$0..<min($0 + most, all.count)])) }
        }
    }

    private static func packed(_ cells: [ClusterCell], most: Int, limit: SlurmTime?) -> [[ClusterCell]] {
        var elements: [[ClusterCell]] = []
        for cell in cells {
            let former = elements.last ?? []
            let seconds = (former + [cell]).reduce(0) { $0 + $1.estimatedSeconds } * ResourceClass.timeMargin
            if !former.isEmpty, former.count < most, seconds <= limit.map({ Double($0.seconds) }) ?? .infinity {
                elements[elements.count - 1].append(cell)
            } else {
                elements.append([cell])
            }
        }
        return elements
    }
}
