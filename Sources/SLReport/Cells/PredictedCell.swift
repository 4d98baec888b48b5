import SLSpec

/// A cell that was planned and not run, as the tables name it.
struct PredictedCell {
    var record: PredictionRecord
    /// `galore r=1024 (adamw8bit, per_layer, bf16)`
    var label: String

    var spec: PredictionSpec { record.spec }

    /// The cells of each model, models and cells in the order of the plan.
    static func groups(of predictions: [PredictionRecord]) -> [(model: ModelShape, cells: [PredictedCell])] {
        MarkdownText.distinct(predictions.map(\.spec.model)).map { model in
            let own = predictions.filter { $0.spec.model == model }
            return (model, own.map { PredictedCell(record: $0, label: label($0.spec, among: own.map(\.spec))) })
        }
    }

    private static func label(_ spec: PredictionSpec, among all: [PredictionSpec]) -> String {
        var words = spec.training.memory.words
        let alike = all.filter { $0.method == spec.method && $0.rank == spec.rank && $0.training.memory == spec.training.memory }
        if alike.count > 1 {
            let own = SpecFields(spec)
            words += SpecDifferences(fields: alike.map(SpecFields.init)).keys.map { "\(SpecFields.shortName($0)) \(own.value($0))" }
        }
        return [spec.method, spec.rank.map { "r=\($0)" }, words.isEmpty ? nil : "(\(words.joined(separator: ", ")))"]
            .compactMap(\.self).joined(separator: " ")
    }
}
