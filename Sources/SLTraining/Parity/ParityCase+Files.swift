import Foundation
import SLData
import SLSpec
import SLTensorFiles

extension ParityCase {
    /// case.json
    struct Description: Decodable {
        let method: String
        let model: Model
        let options: [String: CaseOption]
        let optimizer: Optimizer
        let steps: Int
        let warmupSteps: Int
        let learningRate: Double
        let minimumLearningRateRatio: Double
        let batch: Int
        let microBatches: Int
        let sequenceLength: Int
        let tolerance: Tolerance?
        let parameterOrder: [String]?

        enum CodingKeys: String, CodingKey {
            case method, model, optimizer, steps, batch, tolerance
            case parameterOrder = "parameter_order"
            case options = "method_options"
            case warmupSteps = "warmup_steps"
            case learningRate = "lr"
            case minimumLearningRateRatio = "min_lr_ratio"
            case microBatches = "micro_batches"
            case sequenceLength = "sequence_length"
        }

        /// A value as our methods take them, or a list of such; neither for anything else.
        struct CaseOption: Decodable {
            let value: OptionValue?
            let values: [OptionValue]?

            init(from decoder: any Decoder) {
                value = try? OptionValue(from: decoder)
                values = try? [OptionValue](from: decoder)
            }
        }

        /// How far a replay may be off, where the case says so itself.
        struct Tolerance: Decodable {
            let loss: Double
            let movement: Double
        }

        struct Model: Decodable {
            let vocab: Int
            let hidden: Int
            let intermediate: Int
            let layers: Int
            let heads: Int
            let rms_norm_eps: Double
            let rope_base: Double

            var shape: ModelShape {
                ModelShape(
                    name: "parity", vocabularySize: vocab, hiddenSize: hidden, intermediateSize: intermediate, layerCount: layers,
                    headCount: heads, rmsNormEpsilon: rms_norm_eps, ropeTheta: rope_base)
            }
        }

        struct Optimizer: Decodable {
            let betas: [Double]
            let eps: Double
            let weight_decay: Double
            let grad_clip: Double?
        }
    }

    /// expected.json
    struct Expected: Decodable {
        let evalLoss: Double
        let totalParameters: Int
        let trainableParameters: Int

        enum CodingKeys: String, CodingKey {
            case evalLoss = "eval_loss"
            case totalParameters = "total_parameters"
            case trainableParameters = "trainable_parameters"
        }
    }

    /// A line of trace.csv.
    struct TraceRow {
        let step: Int
        let rate: Double
        let loss: Double
        let gradientNorm: Double

        static func read(_ url: URL) throws -> [TraceRow] {
            let text = String(decoding: try DataError.contents(of: url.path), as: UTF8.self)
            // Lines may end in CR LF, which Swift sees as one character.
            let rows = try text.split(whereSeparator: \.isNewline).dropFirst().enumerated().map { number, line in
                let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                guard fields.count == 4, let step = Int(fields[0]), let rate = Double(fields[1]), let loss = Double(fields[2]), let norm = Double(fields[3]) else {
                    throw DataError(file: url.path, problem: "line \(number + 2): step, lr, loss, grad_norm expected")
                }
                return TraceRow(step: step, rate: rate, loss: loss, gradientNorm: norm)
            }
            guard !rows.isEmpty else { throw DataError(file: url.path, problem: "holds no steps") }
            return rows
        }
    }
}

/// tokens.safetensors: `train` [steps, batch, T+1] and `eval` [n, T+1].
struct ParityTokens {
    private let train: [Int32]
    private let evaluation: [Int32]
    private let batch: Int
    private let width: Int
    private let steps: Int

    init(_ url: URL) throws {
        let file = try TensorFile(path: url.path)
        guard let shape = file.table.entries["train"]?.shape, shape.count == 3, let other = file.table.entries["eval"]?.shape, other.count == 2,
            other[1] == shape[2], shape[2] > 1
        else { throw DataError(file: url.path, problem: "'train' [steps, batch, T+1] and 'eval' [n, T+1] expected") }
        train = try file.int32s("train")
        evaluation = try file.int32s("eval")
        (steps, batch, width) = (shape[0], shape[1], shape[2])
    }

    func microBatches(step: Int, count: Int) throws -> [TokenBatch] {
        guard step >= 0, step < steps, batch % count == 0 else {
            throw DataError(file: "tokens.safetensors", problem: "no step \(step + 1) in \(count) micro-batches; \(steps) steps of \(batch) rows")
        }
        let rows = batch / count
        return (0..<count).map { Self.batch(train, firstRow: step * batch + $0 * rows, rows: rows, width: width) }
    }

    func evaluationBatches(rows: Int) throws -> [TokenBatch] {
        let total = evaluation.count / width
        return stride(from: 0, to: total, by: rows).map {
            Self.batch(evaluation, firstRow: $0, rows: min(rows, total - $0), width: width)
        }
    }

    private static func batch(_ ids: [Int32], firstRow: Int, rows: Int, width: Int) -> TokenBatch {
        let starts = (firstRow..<firstRow + rows).map { $0 * width }
        return TokenBatch(
            rows: rows, sequenceLength: width - 1, inputs: starts.flatMap { ids[$0..<$0 + width - 1] },
            targets: starts.flatMap { ids[$0 + 1..<$0 + width] })
    }
}
