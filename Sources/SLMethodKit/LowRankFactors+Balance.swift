import SLNumerics
public import SLSpec

extension LowRankFactors {
    /// ``Rewrite/refactor``: B·A stays what it is, with both factors at the square root of its singular values. Scale and whatever
    /// stands beside the product stay out.
    public func balance(_ context: inout RewriteContext<Element>) throws {
        let changed = try FactorBalance.apply(up: up.value, down: down.value, ledger: context.ledger)
        // B = 0, as before the first movement: nothing to balance yet.
        if !changed { context.count("products_of_zero", 1) }
    }

    /// What ``balance(_:)`` takes and allocates.
    public static func balanceCounts(at module: LinearModule, rank: Int) -> (scratch: Int, allocated: Int) {
        (0, FactorBalance.workspaceCount(rows: module.outFeatures, columns: module.inFeatures, rank: rank))
    }
}
