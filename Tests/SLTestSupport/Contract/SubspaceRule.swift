public import SLOptimizers

/// A rule that works in a subspace of the gradient, and says on which terms. What it says is what the contract looks for from outside.
protocol SubspaceRule: UpdateRule {
    var terms: ProjectedRule { get }
}

extension ProjectedRule: SubspaceRule {
    var terms: ProjectedRule { self }
}
