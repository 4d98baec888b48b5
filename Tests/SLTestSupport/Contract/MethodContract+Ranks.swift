import SLMethodKit
import SLModel
import SLNumerics
import SLRanks
import SLSpec
import SLTraining

extension MethodContract {
    /// Two events of everything that the shortened intervals give; one, and what follows it, where a single option is another.
    private static let (length, shortLength) = (9, 6)

    /// The same losses, norms, events, weights and state however many processes share the updates, and whoever keeps the state; as much memory
    /// as is planned for.
    ///
    /// Of the options those are gone through that choose between ways to do something: a number more or less is no other way.
    static func checkRanks(_ variant: MethodVariant, _ found: inout ViolationList) throws {
        guard variant.changed == nil || variant.choosesAWay else { return }
        // The processes are threads here: none of them has to wait for a team that another one keeps busy.
        let threads = Compute.threads
        Compute.configure(threads: 1)
        defer { Compute.configure(threads: threads) }
        let variant = variant.shortened()
        let whole = variant.changed == nil
        let updates = whole ? length : shortLength
        let alone = try RankedRun.all(variant, steps: updates, ranks: 1)[0].get()
        found.expect(alone.trace.count == updates, .ranks, "\(variant)", "\(alone.trace.count) updates of \(updates)")
        if whole { checkPlan(alone, "\(variant), 1 process", &found) }
        for (ranks, shards) in whole ? [(2, false), (4, false), (2, true), (4, true)] : [(2, true)] {
            let ends = try RankedRun.all(variant, steps: updates, ranks: ranks, shardsOptimizer: shards)
            check(ends, alone, variant, sharesState: shards, isPlanned: whole, &found)
        }
        for ranks in whole ? [2, 4] : [2] { try checkShardedGradients(variant, ranks, updates: updates, isPlanned: whole, &found) }
    }

    /// Each process has one micro-batch, and no gradient stays: the bits of one process that has them all and keeps every gradient.
    private static func checkShardedGradients(
        _ variant: MethodVariant, _ ranks: Int, updates: Int, isPlanned: Bool, _ found: inout ViolationList
    ) throws {
        let alone = try RankedRun.all(variant, steps: updates, ranks: 1, microBatches: ranks, shards: ranks, gradientClip: nil)[0].get()
        for shards in ranks == 2 && isPlanned ? [true, false] : [true] {
            let ends = try RankedRun.all(
                variant, steps: updates, ranks: ranks, microBatches: ranks, shards: ranks, shardsOptimizer: shards,
                memory: MemoryOptions(update: .perLayer), gradientClip: nil)
            check(ends, alone, variant, "per layer, ", sharesState: shards, isPlanned: isPlanned, &found)
        }
    }

    private static func check(
        _ all: [Result<RankedRun.End, any Error>], _ alone: RankedRun.End, _ variant: MethodVariant, _ way: String = "", sharesState: Bool, isPlanned: Bool,
        _ found: inout ViolationList
    ) {
        let subject = "\(variant), \(way)\(all.count) processes" + (sharesState ? " that share the state out" : "")
        var ends: [RankedRun.End] = []
        for (rank, end) in all.enumerated() {
            switch end {
            case .success(let end): ends.append(end)
            case .failure(let error): found.expect(false, .ranks, "\(subject), process \(rank)", "\(error)")
            }
        }
        guard ends.count == all.count else { return }
        for (rank, end) in ends.enumerated() {
            let here = "\(subject), process \(rank)"
            let parted = zip(end.trace, alone.trace).first { $0 != $1 }
            found.expect(parted == nil, .ranks, here, "\(parted?.0 ?? []) where one process has \(parted?.1 ?? [])")
            found.expect(end.position == alone.position, .ranks, here, "stands elsewhere at the end")
            for (name, digest) in end.tensors.sorted(by: { $0.key < $1.key }) where alone.tensors[name] != digest {
                found.expect(false, .ranks, "\(here), \(name)", "is not what one process has")
            }
            if isPlanned { checkPlan(end, here, isPart: sharesState, &found) }
        }
        let names = Set(ends.flatMap(\.tensors.keys))
        found.expect(names == Set(alone.tensors.keys), .ranks, subject, "lost \(Set(alone.tensors.keys).subtracting(names).sorted().prefix(3))")
        let kept = ends.map { end in end.tensors.keys.count { $0.hasPrefix("optimizer/") } }
        let states = alone.tensors.keys.count { $0.hasPrefix("optimizer/") }
        let expected = sharesState ? states : states * ends.count
        found.expect(kept.reduce(0, +) == expected, .ranks, subject, "\(kept) pieces of state are kept, \(expected) needed")
    }

    /// - Parameter isPart: of a process that keeps some of the state: the tensor whose step takes most scratch may be another's, so it can take
    ///   less than is planned. So can a run whose trained set changes, which may end before its largest one's turn.
    private static func checkPlan(_ end: RankedRun.End, _ subject: String, isPart: Bool = false, _ found: inout ViolationList) {
        let ratio = Double(end.planned) / Double(end.tracked)
        let changes = end.position.contains("\"held\"")
        // Whose share of a set that changes by what the run sees grows by how much is for the tests of such methods.
        if isPart, changes { return }
        let isPart = isPart || changes
        found.expect(ratio >= 0.98 && (isPart || ratio <= 1.02), .memoryPlan, subject, "planned \(end.planned), tracked \(end.tracked)")
    }
}

extension MethodVariant {
    /// Whether the option that differs is a choice of words or a yes or no.
    fileprivate var choosesAWay: Bool {
        switch changed.flatMap({ method.descriptor.option(named: $0) })?.domain {
        case .choice, .boolean: true
        default: false
        }
    }
}
