import SLNumerics
import SLOptimizers
import SLSpec

/// What an exchange does: positions, values and the optimizer's state, which goes with its entry.
extension SparseEntries {
    /// The controller's ``Rewrite`` of the name ``Regrow/rewriteName``.
    func exchange(_ rewrite: Rewrite, in module: LinearModule, _ context: inout RewriteContext<Element>) throws {
        guard let regrow, values.count > 0 else { return }
        let drop = Int((rewrite.settings[RegrowSettings.share] ?? 0) * Double(values.count))
        let before = support.positions(columnCount: module.inFeatures)
        let old = values.value.elements.map { Float($0) }
        candidates?.finishUpdate()
        let growth = SparseGrowth(kind: regrow.growth, module: module, support: before, drop: drop)
        let grown = try growth.candidates(candidates, &context)
        let own = SparseExchange(values: old, positions: before, drop: drop, candidates: grown.positions, scores: grown.scores)
        let exchange = try recorded(own, before, old, grown, context) ?? own
        let after = exchange.applied(to: before)
        support.assign(after.positions, columnCount: module.inFeatures)
        let kept = values.value.elements
        values.value.assign(after.sources.map { $0 < 0 ? 0 : kept[$0] })
        context.count("regrown_entries", Double(exchange.entering.count))
        context.edit(Self.valueName, .remapColumns(from: after.sources))
        if let updates = rewrite.settings[RegrowSettings.updates], let seeds = seeds(of: exchange.entering, Int(updates), module) {
            context.edit(Self.valueName, .seedEntries(after.sources.indices.filter { after.sources[$0] < 0 }, seeds))
        }
        candidates?.clear()
    }

    /// What candidates' gradients say of the state that entries begin with.
    ///
    /// The authors give them the age of the updates that the means are over, and raise an entry's age only after the update that it is used in: in
    /// the next one the correction goes by as many updates as the means, not by one more.
    private func seeds(of entering: [Int], _ updates: Int, _ module: LinearModule) -> EntrySeeds? {
        guard let candidates, regrow?.clock == .own, updates > 0 else { return nil }
        let (sums, squares) = (candidates.sums, candidates.squares)
        let places = SparseExchange.places(of: entering, in: candidates.positions(columnCount: module.inFeatures))
        func means(_ sums: [Element]) -> [Double] { places.map { $0.map { Double(sums[$0]) / Double(updates) } ?? 0 } }
        return EntrySeeds(means: means(sums), squares: means(squares), updates: updates, age: updates - 1)
    }

    // MARK: Replay

    /// The exchange of a recorded run; what is chosen otherwise here must be nearly as good.
    private func recorded(
        _ own: SparseExchange, _ before: [Int], _ values: [Float], _ grown: (positions: [Int], scores: [Float]), _ context: RewriteContext<Element>
    ) throws -> SparseExchange? {
        guard let positions = try context.recorded?("sparse_index") else { return nil }
        let after = positions.map { Int($0) }.sorted()
        let kept = SparseExchange.places(of: before, in: after)
        let known = SparseExchange.places(of: after, in: before)
        let theirs = SparseExchange(leaving: before.indices.filter { kept[$0] == nil }, entering: after.indices.filter { known[$0] == nil }.map { after[$0] })
        guard theirs.leaving.count == theirs.entering.count, after.count == before.count else {
            throw StateEditError(state: Self.valueName, problem: "\(after.count) recorded positions for \(before.count) entries")
        }
        // By chance nothing can be compared.
        guard let regrow, regrow.growth != .random else { return theirs }
        let scores = Dictionary(zip(grown.positions, grown.scores), uniquingKeysWith: { first, _ in first })
        let unlike = Set(own.entering).symmetricDifference(theirs.entering)
        let least = own.entering.compactMap { scores[$0].map(abs) }.min() ?? 0
        let most = own.leaving.map { abs(values[$0]) }.max() ?? 0
        let gone = Set(own.leaving).symmetricDifference(theirs.leaving)
        if unlike.contains(where: { !isNear(scores[$0], least) }) || gone.contains(where: { !isNear(values[$0], most) }) {
            context.recorded?.disagree("\(unlike.count) entries grow and \(gone.count) go otherwise, of \(own.entering.count)")
        }
        return theirs
    }

    private func isNear(_ score: Float?, _ threshold: Float) -> Bool { score.map { abs(abs($0) - threshold) <= 1e-4 * threshold } ?? false }
}
