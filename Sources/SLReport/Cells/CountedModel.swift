import Foundation
package import SLSpec

/// The evaluated text under a model that was counted on the training text and not trained: the floor that a loss stands on.
/// A model that knows how frequent each token is has learnt nothing of language yet.
package struct CountedModel: Sendable, Hashable {
    enum Order: String, Sendable, CaseIterable { case unigram, bigram }

    var order: Order
    /// Nats a token, over the targets that the runs are evaluated on.
    package var loss: Double
    package var bitsPerByte: Double?
    /// Evaluated targets.
    package var tokens: Int

    package var label: String { "\(order.rawValue) (counted)" }
    /// `nil` where it would be read off too few tokens.
    package var perplexity: Double? { EvaluationSize.isThin(tokens) ? nil : Perplexity.of(loss: loss) }

    /// Of the texts that these runs were evaluated on, unigrams first; empty where nobody counted.
    package static func all(_ runs: [RunHistory]) -> [CountedModel] {
        // Where the test is reported, models of the validation text would stand beside other losses than theirs.
        let tested = runs.filter { $0.result?.test != nil }
        return MarkdownText.distinct(Order.allCases.flatMap { order in (tested.isEmpty ? runs : tested).compactMap { CountedModel(order, $0) } })
    }

    /// Of the validation text alone, whatever is reported: what losses on the way stand on.
    package static func validation(_ runs: [RunHistory]) -> [CountedModel] {
        all(runs.map { run in
            var run = run
            run.result?.test = nil
            return run
        })
    }

    private init?(_ order: Order, _ run: RunHistory) {
        if let test = run.result?.test {
            let text = run.data?.texts?.first { $0.kind == .test }
            guard let loss = order == .unigram ? text?.unigramLoss : text?.bigramLoss, loss.isFinite else { return nil }
            self.init(order, loss, test)
            return
        }
        guard let loss = order == .unigram ? run.data?.unigramLoss : run.data?.bigramLoss, loss.isFinite else { return nil }
        // Another average than per token does not stand beside it.
        guard run.spec.evaluation.mode == .tokenWeighted, let evaluation = run.result?.evaluation ?? run.evaluations.last else { return nil }
        self.init(order, loss, evaluation)
    }

    private init(_ order: Order, _ loss: Double, _ evaluation: EvaluationSample) {
        self.order = order
        self.loss = loss
        tokens = evaluation.tokens
        bitsPerByte = evaluation.bytes.flatMap { $0 > 0 ? loss * Double(evaluation.tokens) / (log(2) * Double($0)) : nil }
    }
}

extension SizeGroup {
    package var counted: [CountedModel] { CountedModel.all(runs) }
}

/// How many evaluated tokens a perplexity needs.
enum EvaluationSize {
    /// Losses of single tokens spread by two to three nats, so that over so many the mean's standard error is 0.02 to 0.03: the
    /// perplexity is known to about 5 %. Over fewer its digits would be noise.
    static let fewestTokens = 10_000

    static func isThin(_ tokens: Int) -> Bool { tokens < fewestTokens }

    /// What stands beside a loss over so few tokens.
    static let mark = "‡"

    /// What ``mark`` means.
    static func words(_ tokens: [Int]) -> String {
        let counts = MarkdownText.joined(Set(tokens).sorted().map { NumberFormat.tokens($0) })
        return "\(mark) Evaluated on \(counts) \(counts == "1" ? "token" : "tokens"), fewer than \(NumberFormat.tokens(fewestTokens)): the mean's standard error "
            + "is above 0.02 to 0.03 nats, and a perplexity would be mostly chance, so that none is shown."
    }
}

extension ReportCell {
    /// Evaluated tokens of its finished runs, the fewest.
    var evaluatedTokens: Int? { results.map(\.reported.tokens).min() }
    var isThinlyEvaluated: Bool { evaluatedTokens.map(EvaluationSize.isThin) ?? false }
    /// For behind a loss: ` ‡` where too few tokens stand behind it.
    var evaluationMark: String { isThinlyEvaluated ? " \(EvaluationSize.mark)" : "" }
}

extension SweepReport {
    /// What ‡ means in a table of these cells; `nil` where it has none.
    static func thinNote(_ groups: [SizeGroup]) -> String? {
        let thin = groups.flatMap(\.cells).filter(\.isThinlyEvaluated).compactMap(\.evaluatedTokens)
        return thin.isEmpty ? nil : EvaluationSize.words(thin)
    }
}
