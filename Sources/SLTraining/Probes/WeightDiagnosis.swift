public import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
public import SLSpec
import SLTensorFiles

/// What is measured of the dense weights of a file: the spectra that probes take of a run, and what a truncation of ranks costs.
public final class WeightDiagnosis {
    public let shape: ModelShape
    private let twin: DenseTwin
    private let model: LlamaModel<Float>
    private let measuring: ModuleSpectra
    private let ledger = MemoryLedger()
    private let sequences: Int

    /// Reads the weights.
    ///
    /// - Parameters:
    ///   - path: a safetensors file under Hugging Face's names, every linear dense.
    ///   - sequences: rows that are computed at once where data is given.
    /// - Throws: `DataError` with everything that does not fit.
    public init(path: String, shape: ModelShape, sequences: Int = 1, sequenceLength: Int = 1, threads: Int) throws {
        self.shape = shape
        self.sequences = sequences
        model = try LlamaModel(
            shape: shape, method: TwinMethod(gateActivation: .silu), sequences: sequences, sequenceLength: sequenceLength, threads: threads,
            optimizer: RunOptimizer(), options: DenseTwin.options, ledger: ledger)
        try InitialWeights(path: path).initialize(model, seed: 0)
        twin = DenseTwin(model)
        measuring = ModuleSpectra(modules: twin.modules, ledger: ledger)
    }

    public var modules: [LinearModule] { twin.modules }

    public func weightSpectra() throws -> [ProbeSpectrum] {
        let weights = twin.weights
        return try measuring.spectra(.weight) { index, space, _ in
            guard let weight = weights[index] else { return false }
            space.copy(from: weight)
            return true
        }
    }

    /// Of W − W₀.
    ///
    /// - Parameter path: of the weights at the start.
    public func distanceSpectra(from path: String) throws -> [ProbeSpectrum] {
        let start = try InitialWeights(path: path)
        try start.check(shape: shape, method: TwinMethod(gateActivation: .silu))
        let (weights, modules) = (twin.weights, twin.modules)
        return try measuring.spectra(.distance) { index, space, _ in
            guard let weight = weights[index] else { return false }
            space.assign(try start.file.weights("\(modules[index].name).weight"))
            space.subtract(from: weight)
            return true
        }
    }

    /// Of the gradient of the loss on the rows that probes of runs on this text take.
    public func gradientSpectra(_ data: PreparedData, sequenceLength: Int, tokens: Int) throws -> (loss: Double, spectra: [ProbeSpectrum]) {
        let batch = try ProbeBatch(data, sequenceLength: sequenceLength, tokens: tokens, piece: sequences)
        let (loss, gradients) = try twin.gradients(of: batch.pieces)
        let spectra = try measuring.spectra(.gradient) { index, space, _ in
            guard let gradient = gradients[index] else { return false }
            space.copy(from: gradient)
            return true
        }
        return (loss, spectra)
    }

    // MARK: Truncation

    /// A truncation and the evaluation loss that is left.
    public struct Truncated: Sendable {
        public var truncation: RankTruncation
        public var loss: Double
    }

    /// Evaluates the weights with ranks taken away, by one threshold for all linears and then by the same share of each, for every share. The
    /// weights are as before afterwards.
    ///
    /// - Parameter progress: told after each evaluation.
    public func truncations(
        _ data: PreparedData, sequenceLength: Int, evaluationTokens: Int, shares: [Double], progress: (Truncated) -> Void = { _ in }
    ) throws -> [(nonUniform: Truncated, uniform: Truncated)] {
        let evaluator = Evaluator(
            set: try data.evaluationSet(sequenceLength: sequenceLength, targetTokens: evaluationTokens), averaging: nil, piece: sequences)
        let factors = try twin.weights.map { weight in try weight.map { try ThinSVD(of: $0, ledger: ledger) } }
        let originals = twin.weights.map { $0?.elements }
        defer { for (weight, original) in zip(twin.weights, originals) { if let original { weight?.assign(original) } } }
        let values = factors.map { $0?.singularValues.elements.map { Double($0) } ?? [] }
        func evaluated(_ truncation: RankTruncation) throws -> Truncated {
            for (index, rank) in truncation.ranks.enumerated() {
                guard let weight = twin.weights[index], let svd = factors[index], let original = originals[index] else { continue }
                // A matrix that loses nothing stays what it is to the bit.
                if rank == values[index].count { weight.assign(original) } else { try Self.assemble(svd, rank: rank, into: weight, ledger: ledger) }
            }
            guard case .done(_, let loss) = try evaluator.evaluate(model, step: 0) else { return Truncated(truncation: truncation, loss: .nan) }
            let result = Truncated(truncation: truncation, loss: loss)
            progress(result)
            return result
        }
        return try shares.map { share in
            (try evaluated(.nonUniform(values, share: share)), try evaluated(.uniform(values, share: share)))
        }
    }

    /// weight ← U_r · diag(σ_r) · V_rᵀ
    private static func assemble(_ svd: ThinSVD<Float>, rank: Int, into weight: Matrix<Float>, ledger: MemoryLedger) throws {
        let right = try Matrix<Float>(rows: rank, columns: svd.right.columns, category: .workspace, ledger: ledger)
        right.copy(from: svd.right.window(rows: 0..<rank))
        for row in 0..<rank { right.window(rows: row..<row + 1).scale(by: svd.singularValues[0, row]) }
        weight.setProduct(svd.left.window(rows: 0..<svd.left.rows, columns: 0..<rank), right)
    }
}
