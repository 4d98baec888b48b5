public import SLSpec

/// Cells that are submitted together: an array, or a single job where the cluster has no arrays.
public struct PlannedArray: Sendable, Hashable {
    public var resources: ResourceClass
    public var cells: [ClusterCell]

    /// Cells by what they ask for, in the order in which each class came first, and within a class in theirs; no array longer than the cluster
    /// allows. Index 0 is not used.
    ///
    /// - Parameter maxArraySize: an index is below it.
    public static func of(
        _ cells: [ClusterCell], threads: Int, ranks: Int = 1, spec: SlurmSpec, longest: SlurmTime?, maxArraySize: Int
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
            let all = members[resources] ?? []
            return stride(from: 0, to: all.count, by: most).map { PlannedArray(resources: resources, cells: Array(all[$0..<min($0 + most, all.count)])) }
        }
    }
}
