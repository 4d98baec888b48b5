public import SLNumerics
public import SLRandom

/// How much of an optimizer's state a reset throws away.
///
/// Source: Lialin et al. 2023, ReLoRA, arXiv:2307.05695, §3; the three kinds are those of the authors'
/// `training_utils.py`. Their plain reset is a random pruning of 99.9 % (to step around a bug elsewhere); here `zero`
/// means zero.
public enum StatePruning: Sendable, Hashable {
    case zero
    /// Each entry is zeroed with this probability, independently in each state tensor.
    case random(Double)
    /// Entries of magnitude up to this quantile of the tensor are zeroed.
    case magnitude(Double)

    /// - Returns: entries that are zero afterwards.
    public func apply<Element: Scalar>(to state: StoredTensor<Element>, random stream: inout RandomStream, ledger: MemoryLedger) throws -> Int {
        // Nothing is left to look at, so nothing is expanded.
        if self == .zero {
            state.clear()
            return state.count
        }
        var zeros = 0
        try state.edit(ledger) { zeros = apply(to: $0, random: &stream) }
        return zeros
    }

    /// - Returns: entries that are zero afterwards.
    public func apply<Element: Scalar>(to state: Matrix<Element>, random stream: inout RandomStream) -> Int {
        switch self {
        case .zero:
            state.fill(0)
        case .random(let ratio):
            for row in 0..<state.rows {
                for column in 0..<state.columns where stream.uniform() < ratio { state[row, column] = 0 }
            }
        case .magnitude(let ratio):
            // The threshold is an element: exactly ⌊ratio · count⌋ entries (and ties) fall, whatever the distribution.
            let sorted = state.elements.map { abs($0) }.sorted()
            let fallen = Int((ratio * Double(sorted.count)).rounded(.down))
            if fallen > 0 {
                let threshold = sorted[fallen - 1]
                for row in 0..<state.rows {
                    for column in 0..<state.columns where abs(state[row, column]) <= threshold { state[row, column] = 0 }
                }
            }
        }
        var zeros = 0
        for row in 0..<state.rows {
            for column in 0..<state.columns where state[row, column] == 0 { zeros += 1 }
        }
        return zeros
    }
}
