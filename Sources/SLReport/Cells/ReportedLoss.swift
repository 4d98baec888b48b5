import Foundation
import SLSpec

/// Which loss a report ranks by: that on the test text where every finished run has one, else the evaluation loss. ``RunResult/reported``
/// and ``ReportCell/evalLoss`` read it; decided here alone.
enum ReportedLoss {
    /// The same runs; where not every finished one was tested, none counts as tested, so that no two losses on unlike text are compared.
    /// Nor are they in the noise of seeds: runs that are not the sweep's give the loss that its own are ranked by, or none.
    static func comparable(_ history: SweepHistory) -> SweepHistory {
        let results = history.runs.filter { $0.status == .finished }.compactMap(\.result)
        let others = history.otherSeeds
        guard results.contains(where: { $0.test != nil }) || others.contains(where: { $0.testLoss != nil }) else { return history }
        var history = history
        if results.isEmpty ? others.allSatisfy({ $0.testLoss != nil }) : results.allSatisfy({ $0.test != nil }) {
            history.otherSeeds = others.filter { $0.testLoss != nil }
        } else {
            for place in history.runs.indices { history.runs[place].result?.test = nil }
            for place in others.indices { history.otherSeeds[place].testLoss = nil }
        }
        return history
    }
}

extension [ReportCell] {
    var areTested: Bool { contains { cell in cell.results.contains { $0.test != nil } } }

    /// Of the column of the reported loss: `eval loss`, `test loss`.
    var lossTitle: String { areTested ? "test loss" : "eval loss" }
    /// In titles and captions: `evaluation loss`, `test loss`.
    var lossName: String { areTested ? "test loss" : "evaluation loss" }
    /// The same as the column's in front of a sentence.
    var lossWords: String { areTested ? "Test loss" : "Eval loss" }
    /// The same under the names of the database.
    var lossFigure: String { areTested ? "test_loss" : "eval_loss" }
}

extension [SizeGroup] {
    var areTested: Bool { flatMap(\.cells).areTested }
    var lossTitle: String { flatMap(\.cells).lossTitle }
    var lossName: String { flatMap(\.cells).lossName }
    var lossFigure: String { flatMap(\.cells).lossFigure }
}

extension ReportCell {
    /// What settings are chosen by, whatever is reported.
    var validationLoss: SampleSummary? { summary { $0.evaluation.loss } }
}
