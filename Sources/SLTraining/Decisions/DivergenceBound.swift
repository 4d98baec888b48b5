import Foundation

/// The loss above which a run counts as diverged, in nats per token, for updates and evaluations alike.
///
/// Three times the loss of guessing: nothing that still learns stands there. Given first weights may begin above it, for
/// which no update is to blame: such a run is held to three times what it began with, and at its end to the plain bound.
package struct DivergenceBound {
    /// 3 ln V
    let atTheEnd: Double

    init(vocabularySize: Int) { atTheEnd = 3 * log(Double(vocabularySize)) }

    /// - Parameter first: loss of the first update, which is that of the untrained model.
    func duringTraining(first: Double) -> Double { first > atTheEnd ? 3 * first : atTheEnd }

    var words: String { "the bound of \(atTheEnd) (3 ln V)" }
}
