import SLSpec

/// Cells of all shapes and budgets whose losses compare: evaluated on one text under one tokenizer.
struct FrontierSet {
    struct Member {
        var cell: ReportCell
        /// `9m`, or what a picked shape is called.
        var size: String
        /// As its ladder is called, budget aside.
        var method: String
        /// Whether it had the most tokens of its ladder.
        var isLongest: Bool

        var label: String { "\(size) \(method)" }
    }

    let members: [Member]
    let groups: [SizeGroup]

    /// Those in which something besides the method was free: the shape, or the budget. Elsewhere the trade-off of the one size says the same.
    static func all(_ groups: [SizeGroup]) -> [FrontierSet] {
        let groups = SizeGroup.joined(groups)
        let members = groups.indices.flatMap { group in
            BudgetLadder.ladders(groups[group]).flatMap { ladder in
                ladder.rungs.indices.map { place in
                    let cell = ladder.rungs[place].cell
                    let member = Member(
                        cell: cell, size: cell.spec.model.name, method: ladder.label, isLongest: place == ladder.rungs.count - 1)
                    return (group: group, member: member)
                }
            }
        }
        let areTested = groups.areTested
        let keys = members.map { Text($0.member.cell.spec, areTested: areTested) }
        return MarkdownText.distinct(keys).compactMap { key in
            let own = zip(keys, members).filter { $0.0 == key }.map(\.1)
            let set = FrontierSet(
                members: own.map(\.member), groups: MarkdownText.distinct(own.map(\.group)).map { groups[$0] })
            return set.hasChoice ? set : nil
        }
    }

    private var hasChoice: Bool {
        members.count > 1
            && (Set(members.map(\.cell.spec.model)).count > 1 || Set(members.map { $0.cell.spec.training.totalTokens }).count > 1)
    }

    /// What losses must share to be compared.
    private struct Text: Hashable {
        var corpus: String
        var tokenizer: String
        var validationTokens: Int
        /// What the reported loss is of, where it is that of a test.
        var test: TextIdentity?
        var evaluation: EvaluationSpec

        init(_ spec: RunSpec, areTested: Bool) {
            (corpus, tokenizer, validationTokens) = (spec.data.corpusSHA256, spec.data.tokenizerSHA256, spec.data.validationTokens)
            test = areTested ? spec.data.test : nil
            evaluation = spec.evaluation
            // When the runs were evaluated on their way changes no final loss.
            evaluation.every = 0
        }
    }
}

/// What is to be had for the best loss.
enum FrontierCost: CaseIterable {
    case paperMemory, trackedMemory, operations

    func value(_ cell: ReportCell) -> Double? {
        switch self {
        case .paperMemory: cell.paperBytes.map(Double.init)
        case .trackedMemory: cell.peakTrackedBytes.map(Double.init)
        case .operations: cell.summary { $0.trainingFloatingPointOperations }?.mean
        }
    }

    /// Memory is of a shape and not of a budget: of the budgets of one row the longest stands for it.
    var isOfLongestBudgets: Bool { self != .operations }

    var words: String {
        switch self {
        case .paperMemory: "paper memory"
        case .trackedMemory: "tracked peak"
        case .operations: "training FLOPs"
        }
    }

    /// How its figures came about.
    var origin: String {
        switch self {
        case .paperMemory, .operations: "by formula"
        case .trackedMemory: "measured"
        }
    }

    var figure: String {
        switch self {
        case .paperMemory: "paper_memory_bytes"
        case .trackedMemory: "peak_tracked_bytes"
        case .operations: "training_flops"
        }
    }
}

extension FrontierSet {
    /// The members that have a cost and a loss, with the steps of their frontier.
    func frontier(_ cost: FrontierCost) -> (members: [Member], steps: [Frontier.Step]) {
        let own = members.filter { member in
            (member.isLongest || !cost.isOfLongestBudgets) && cost.value(member.cell) != nil && member.cell.evalLoss != nil
        }
        let points = own.map { (cost: cost.value($0.cell) ?? 0, loss: $0.cell.evalLoss?.mean ?? .infinity) }
        let steps = Frontier.steps(points) { one, other in
            guard let interval = PairedDifference(own[one].cell, against: own[other].cell).loss?.interval95 else { return nil }
            return interval.lowerBound > 0
        }
        return (own, steps)
    }
}
