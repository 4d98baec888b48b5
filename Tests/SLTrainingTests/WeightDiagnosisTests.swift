import Foundation
import SLData
import SLMethodKit
import SLMethods
import SLNumerics
import SLSpec
import SLTensorFiles
import SLTestSupport
import SLTraining
import Testing

@Suite(.serialized, .compute(threads: 2)) struct WeightDiagnosisTests {
    private static let shape = ModelShape(
        name: "tiny", vocabularySize: 259, hiddenSize: 24, intermediateSize: 40, layerCount: 2, headCount: 2)

    /// Weights of a short full-rank run, as it leaves them.
    private func weights(rate: Double) throws -> (file: String, result: RunResult, probes: [ProbeRecord]) {
        let folder = CheckpointFolder(url: FileManager.default.temporaryDirectory.appending(path: "slbench-diagnosis-\(UUID().uuidString)"))
        let spec = RunSpec(
            model: Self.shape, method: "full_rank",
            options: MethodOptions(descriptor: try BuiltinMethods.registry.descriptor(named: "full_rank"), model: Self.shape),
            training: TrainingSpec(steps: 12, batchSize: 2, sequenceLength: 16, learningRate: rate, warmupSteps: 0),
            data: try SmallText.get().identity, evaluation: EvaluationSpec(tokens: 256), seed: 5, probes: ProbeSpec(moments: 2, tokens: 48))
        let recorder = RecordedRun()
        let result = try Trainer.run(
            spec: spec, registry: BuiltinMethods.registry, data: SmallText.get(), threads: 2, environment: RecordedRun.environment, recorder: recorder,
            checkpoints: Checkpoints(folder: folder, policy: CheckpointPolicy(), notice: { _ in }), progress: { _ in }, shouldStop: { false })
        return (folder.weightsFile.path, result, recorder.seen.probes)
    }

    private func diagnosis(_ path: String) throws -> WeightDiagnosis {
        try WeightDiagnosis(path: path, shape: Self.shape, sequences: 2, sequenceLength: 16, threads: 2)
    }

    /// What is measured of the file is what was measured of the run at its end.
    @Test func aFileSaysWhatTheRunSaid() throws {
        let (file, result, probes) = try weights(rate: 3e-3)
        let diagnosis = try diagnosis(file)
        let last = try #require(probes.last)
        #expect(last.step == 12)
        func recorded(_ subject: ProbeSpectrum.Subject) -> [ProbeSpectrum] { last.spectra.filter { $0.subject == subject } }
        #expect(try diagnosis.weightSpectra() == recorded(.weight))
        let (loss, gradients) = try diagnosis.gradientSpectra(SmallText.get(), sequenceLength: 16, tokens: 48)
        #expect(loss == last.loss && gradients == recorded(.gradient))
        // From itself it has not come anywhere.
        #expect(try diagnosis.distanceSpectra(from: file).allSatisfy { $0.spectrum?.frobeniusNorm == 0 })
        let points = try diagnosis.truncations(SmallText.get(), sequenceLength: 16, evaluationTokens: 256, shares: [0, 0.5, 0.9])
        for point in points.prefix(1).flatMap({ [$0.nonUniform, $0.uniform] }) {
            #expect(abs(point.loss - result.evaluation.loss) < 1e-9 && point.truncation.ranks == Self.shape.modules.map(\.smallerSide))
        }
        // Afterwards the weights are what they were.
        #expect(try diagnosis.weightSpectra() == recorded(.weight))
        #expect(points.allSatisfy { $0.nonUniform.loss.isFinite && $0.uniform.loss.isFinite })
        #expect(points[2].uniform.loss != points[0].uniform.loss)
    }

    @Test func whatIsNoModelOfTheShapeIsRefused() throws {
        let (file, _, _) = try weights(rate: 1e-3)
        var other = Self.shape
        other.hiddenSize = 48
        #expect(throws: DataError.self) { try WeightDiagnosis(path: file, shape: other, threads: 2) }
        #expect(throws: DataError.self) { try diagnosis("/nowhere.safetensors") }
    }

    // MARK: Ranks

    /// One threshold on what is left between 0 and 1: a matrix with a long tail loses it, one without keeps its rank.
    @Test func oneThresholdTakesFromThoseThatCanSpareIt() {
        let steep = [100.0] + (1...9).map { 1 - 0.01 * Double($0) }
        let flat = (0..<10).map { 10 - Double($0) }
        let half = RankTruncation.nonUniform([steep, flat], share: 0.5)
        #expect(half.ranks[0] == 1 && half.ranks[1] >= 9 && half.ranks.reduce(0, +) == 10)
        #expect(RankTruncation.uniform([steep, flat], share: 0.5).ranks == [5, 5])
        #expect(RankTruncation.nonUniform([steep, flat], share: 0).ranks == [10, 10])
        // Nothing is left without any rank, whatever is asked for.
        #expect(RankTruncation.nonUniform([steep, flat], share: 0.99).ranks.allSatisfy { $0 >= 1 })
        #expect(RankTruncation.nonUniform([[2, 2, 2]], share: 0.5).ranks == [3])
    }

    @Test func truncatedLinearsAreFactorsWhereThoseAreSmaller() {
        let modules = [LinearModule(layer: 0, role: .query, outFeatures: 10, inFeatures: 10)]
        #expect(RankTruncation(share: 0, threshold: nil, ranks: [10]).parameters(modules) == 100)
        #expect(RankTruncation(share: 0.8, threshold: nil, ranks: [2]).parameters(modules) == 40)
    }
}
