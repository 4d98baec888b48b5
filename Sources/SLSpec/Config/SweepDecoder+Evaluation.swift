/// The key `evaluation`: when, on how much, and which mean the loss is.
extension SweepDecoder {
    /// - Parameter trainingBatch: the shared one, where it is given.
    /// - Parameter data: gets the corpora of other sources, which stand among the keys of `evaluation`.
    func evaluation(_ value: JSONValue?, trainingBatch: Int?, data: inout DataSpec) -> EvaluationSpec {
        var spec = given(value, trainingBatch: trainingBatch, data: &data)
        fillIn(&spec, data)
        return spec
    }

    private func given(_ value: JSONValue?, trainingBatch: Int?, data: inout DataSpec) -> EvaluationSpec {
        var spec = EvaluationSpec()
        func explain(_ key: String) -> String? { key == "eval_every" ? "here it is '\(EvaluationKeys.every.name)'" : nil }
        guard let value, members(value, of: EvaluationKeys.section, explain: explain) != nil else { return spec }
        if let every = read(EvaluationKeys.every, in: value)?.integer { spec.every = every }
        if let tokens = read(EvaluationKeys.tokens, in: value)?.integer { spec.tokens = tokens }
        // Left out where it is what it always was.
        if read(EvaluationKeys.rows, in: value)?.text == EvaluationSpec.Rows.spread.rawValue { spec.rows = .spread }
        data.heldOut = heldOut(value)
        spec.testTokens = read(EvaluationKeys.testTokens, in: value)?.integer
        spec.heldOutTokens = read(EvaluationKeys.heldOutTokens, in: value)?.integer
        spec.heldOutTime = read(EvaluationKeys.heldOutTime, in: value)?.text.flatMap { EvaluationSpec.HeldOutTime(rawValue: $0) }
        refuseWithoutText(value, data)
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

    private func heldOut(_ value: JSONValue) -> [String] {
        (texts(EvaluationKeys.heldOut, in: value) ?? []).map { CorpusName.isKnown($0) ? $0 : path($0, at: EvaluationKeys.heldOut.path) }
    }

    /// Keys of texts that the config does not name have no effect.
    private func refuseWithoutText(_ value: JSONValue, _ data: DataSpec) {
        var idle: [(ConfigKey, ConfigKey)] = []
        if data.test == nil { idle.append((EvaluationKeys.testTokens, DataKeys.test)) }
        if data.heldOut.isEmpty, value[EvaluationKeys.heldOut].map({ $0 == .array([]) }) ?? true {
            idle += [(EvaluationKeys.heldOutTokens, EvaluationKeys.heldOut), (EvaluationKeys.heldOutTime, EvaluationKeys.heldOut)]
        }
        for (key, needed) in idle where value[key] != nil {
            reader.report(key.path, "has no effect without \(needed.path)", allowed: "a text in \(needed.path), or nothing here")
        }
    }

    /// Defaults of what the config's texts need; where it has none, its runs are those that they always were.
    private func fillIn(_ spec: inout EvaluationSpec, _ data: DataSpec) {
        spec.testTokens = data.test == nil ? nil : spec.testTokens ?? EvaluationSpec.standardTestTokens
        spec.heldOutTokens = data.heldOut.isEmpty ? nil : spec.heldOutTokens ?? EvaluationSpec.standardHeldOutTokens
        spec.heldOutTime = data.heldOut.isEmpty ? nil : spec.heldOutTime ?? .every
    }
}
