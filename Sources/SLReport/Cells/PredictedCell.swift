package import SLSpec

/// A cell that was planned and not run, as the tables name it.
package struct PredictedCell {
    package var record: PredictionRecord
    /// `galore r=1024 (8-bit states, per_layer, bf16)`
    package var label: String

    package var spec: PredictionSpec { record.spec }

    /// The cells of each model, models and cells in the order of the plan.
    package static func groups(of predictions: [PredictionRecord]) -> [(model: ModelShape, cells: [PredictedCell])] {
        MarkdownText.distinct(predictions.map(\.spec.model)).map { model in
            let own = predictions.filter { $0.spec.model == model }
            return (model, own.map { PredictedCell(record: $0, label: label($0.spec, among: own.map(\.spec))) })
        }
    }

    private static func label(_ spec: PredictionSpec, among all: [PredictionSpec]) -> String {
        let alike = all.filter { $0.method == spec.method && $0.training.memory == spec.training.memory }
        let words = CellDistinction.words(spec, spec.training, among: alike.map { ($0, $0.training) })
        return [spec.method, spec.rank.map { "r=\($0)" }, words.isEmpty ? nil : "(\(words.joined(separator: ", ")))"]
            .compactMap(\.self).joined(separator: " ")
    }
}
