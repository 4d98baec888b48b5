/// The key `evaluation`: when, on how much, and which mean the loss is.
extension SweepDecoder {
    /// - Parameter trainingBatch: the shared one, where it is given.
    func evaluation(_ value: JSONValue?, trainingBatch: Int?) -> EvaluationSpec {
        var spec = EvaluationSpec()
        func explain(_ key: String) -> String? { key == "eval_every" ? "here it is '\(EvaluationKeys.every.name)'" : nil }
        guard let value, members(value, of: EvaluationKeys.section, explain: explain) != nil else { return spec }
        if let every = read(EvaluationKeys.every, in: value)?.integer { spec.every = every }
        if let tokens = read(EvaluationKeys.tokens, in: value)?.integer { spec.tokens = tokens }
        if let mode = read(EvaluationKeys.mode, in: value)?.text.flatMap({ EvaluationSpec.Mode(rawValue: $0) }) { spec.mode = mode }
        let batch = read(EvaluationKeys.batchSize, in: value)?.integer
        switch spec.mode {
        case .galoreCompat: spec.batchSize = batch ?? trainingBatch ?? TrainingKeys.standardBatchSize
        case .tokenWeighted:
            // Of a mode that was refused nobody knows what it would have had a use for.
            let isMode = value[EvaluationKeys.mode].map { $0 == .string(spec.mode.rawValue) } ?? true
            if isMode, value[EvaluationKeys.batchSize] != nil {
                reader.report(
                    EvaluationKeys.batchSize.path, "has no effect with mode \"\(spec.mode.rawValue)\", whose mean is over tokens",
                    allowed: "mode \"\(EvaluationSpec.Mode.galoreCompat.rawValue)\"")
            }
        }
        return spec
    }
}
