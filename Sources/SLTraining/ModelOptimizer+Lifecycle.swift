import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec

/// What controllers want of an optimizer between updates.
extension ModelOptimizer {
    /// Edits the state of the chosen tensors.
    ///
    /// - Returns: what that did, and how many tensors those are.
    /// - Throws: ``StateEditError`` where the edit does not fit a tensor, ``OutOfMemoryError``.
    func edit(_ choice: TensorChoice, _ edit: StateEdit, step: Int) throws -> (outcome: StateEditOutcome, tensors: Int) {
        let chosen = entries.filter { choice.contains($0.parameter.place) }
        var outcome = StateEditOutcome()
        for entry in chosen where isOwn(entry) {
            let place = entry.parameter.place
            for (declaration, state) in zip(entry.declarations, entry.updater.state) {
                var stream = RandomStream(seed: seed, name: "prune/\(step)/\(place.fullName)/\(state.name)")
                outcome += try edit.apply(
                    to: state.value, declaration, rows: place.rows, columns: place.columns, random: &stream, ledger: model.ledger)
            }
        }
        return (try sum(outcome), chosen.count)
    }

    /// Makes the chosen tensors so old, e.g. 0: fresh again.
    ///
    /// - Returns: how many tensors those are.
    func setAge(_ choice: TensorChoice, _ age: Int) -> Int {
        let chosen = entries.filter { choice.contains($0.parameter.place) }
        for entry in chosen { entry.updater.age = age }
        return chosen.count
    }

    /// How many updates each trained tensor has received since it was fresh, by its name.
    public var ages: [String: Int] { Dictionary(uniqueKeysWithValues: entries.map { ($0.parameter.parameter.name, $0.updater.age) }) }

    /// - Throws: `DataError` when a trained tensor has none.
    func restoreAges(_ position: LoopPosition) throws(DataError) {
        for entry in entries {
            let name = entry.parameter.parameter.name
            let age = position.ages.map { $0[name] ?? -1 } ?? position.step
            guard (0...position.step).contains(age) else {
                throw DataError.checkpoint(after: position.step, "the age of '\(name)' is missing or impossible")
            }
            entry.updater.age = age
        }
    }

    /// What the last update was made of, tensor by tensor: trained ones, and frozen ones whose gradients were asked for.
    var view: [RunView.Tensor] {
        var norms: [ObjectIdentifier: (square: Double, age: Int)] = [:]
        for (entry, square) in zip(entries, lastSquares) { norms[ObjectIdentifier(entry.parameter.parameter)] = (square, entry.updater.age) }
        return model.parameters.compactMap { entry in
            let parameter = entry.parameter
            if let (square, age) = norms[ObjectIdentifier(parameter)] {
                return RunView.Tensor(place: entry.place, gradientNorm: square.squareRoot(), age: age)
            }
            guard parameter.isObserved, let gradient = parameter.gradient else { return nil }
            let square = lastObserved[parameter.name] ?? gradient.sumOfSquares()
            return RunView.Tensor(place: entry.place, gradientNorm: square.squareRoot(), isTrained: false, age: 0)
        }
    }
}
