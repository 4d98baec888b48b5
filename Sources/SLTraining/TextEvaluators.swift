import SLData
import SLSpec

/// The evaluations of a run on texts besides the validation part: the test text, and corpora of other sources.
struct TextEvaluators {
    struct Text {
        var kind: EvaluatedKind
        var corpus: String
        var evaluator: Evaluator
    }

    private let texts: [Text]
    private let heldOutTime: EvaluationSpec.HeldOutTime

    init(_ data: PreparedData, _ spec: RunSpec) throws {
        texts = try data.texts.map { text in
            Text(
                kind: text.kind, corpus: text.identity.name,
                // What is set beside other texts is the mean over tokens, whatever mean the validation loss is.
                evaluator: Evaluator(set: try text.evaluationSet(of: spec), averaging: nil, piece: spec.training.microBatchSize))
        }
        heldOutTime = spec.evaluation.heldOutTime ?? .every
    }

    /// The texts that are evaluated together with the validation part.
    func heldOut(isEnd: Bool) -> [Text] { isEnd || heldOutTime == .every ? texts.filter { $0.kind == .heldOut } : [] }

    /// What finished models are tested on.
    var test: [Text] { texts.filter { $0.kind == .test } }
}
