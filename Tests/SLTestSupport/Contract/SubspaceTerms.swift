import SLOptimizers

/// What the terms of a ``SubspaceRule`` mean for a tensor of one shape.
struct SubspaceTerms {
    let rule: ProjectedRule
    let rows: Int
    let columns: Int

    var isRight: Bool { rule.side.isRight(rows: rows, columns: columns) }
    /// The side that stays.
    var channels: Int { isRight ? rows : columns }
    /// The side that is projected: dimensions of the space that subspaces lie in.
    var side: Int { isRight ? columns : rows }
    var rank: Int { min(rule.rank, rows, columns) }

    /// Whether all of a step lies in the subspace.
    var staysInside: Bool { rule.outside == .dropped || rule.outside.isFedBack }

    /// Whether bases are drawn, whatever the gradient is.
    var isDrawn: Bool { rule.projector == .gaussian || rule.projector == .orthonormal }

    /// Whether the gradient alone decides what the basis is, and that of a transposed one is transposed.
    var isFound: Bool {
        switch rule.projector {
        case .singularVectors(let finder): finder == .exact
        case .cosine(_, let vectors): vectors == .columns
        case .sampled, .gaussian, .orthonormal: false
        }
    }

    // MARK: Refreshes

    /// Of a run that sees several.
    var length: Int { rule.refresh.interval > 14 ? 60 : 4 * rule.refresh.interval + 2 }

    /// The first refresh that changes a basis, unless the gradient asks for an earlier one; `nil` where a short run does not come so far.
    var secondRefresh: Int? {
        let wait = rule.refresh.offset > 0 ? rule.refresh.offset : rule.refresh.interval
        return wait < length ? 1 + wait : nil
    }

    /// Whether these may be the refreshes of a tensor's first `count` updates.
    func allows(_ refreshes: [Int], in count: Int) -> Bool {
        guard refreshes.first == 1 else { return false }
        let gaps: [Int] = zip(refreshes.dropFirst(), refreshes).map { $0 - $1 }
        switch rule.refresh.condition {
        case .fixed: return refreshes == (1...count).filter { rule.refreshes(atAge: $0) }
        // Later ones depend on how the subspace turns.
        case .lazy: return gaps.allSatisfy { $0 > 0 } && (secondRefresh == nil || refreshes.dropFirst().first == secondRefresh)
        case .converged:
            let rest = count + 1 - (refreshes.last ?? 1)
            return (gaps + [rest]).allSatisfy { (1...rule.refresh.interval).contains($0) }
        }
    }
}
