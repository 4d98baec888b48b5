public import SLOptimizers
public import SLSpec

extension RunOptimizer {
    /// The rule that a method has of its own for a tensor, kept as the run's would be. It stands in AdamW's place, which is what a run has
    /// without asking: any other rule was asked for, and would do nothing.
    ///
    /// - Parameter method: its title, for the refusal.
    public func ownRule(for tensor: TensorPlace, of method: String, _ make: (StorageChoice) -> any UpdateRule) -> any UpdateRule {
        let given = rule(for: tensor)
        guard given is AdamWRule else {
            return RefusedRule(
                given,
                reason: "\(method) is a rule of its own for the linears, in the place of adamw; another rule may have the groups embedding, head and norms")
        }
        return make(storage)
    }
}
