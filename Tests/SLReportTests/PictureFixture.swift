import Foundation
import SLSpec

/// Histories that only pictures need: curves of chosen losses, ranks, counted operations.
enum PictureFixture {
    static func run(
        _ spec: RunSpec, id: String, losses: [Double], seconds: Double = 0.5, evaluation: Double = 7, operations: Double? = nil
    ) -> RunHistory {
        var run = Fixture.finished(spec, id: id, loss: evaluation)
        run.result?.trainingFloatingPointOperations = operations
        run.steps = losses.enumerated().map { step, loss in
            StepSample(step: step + 1, loss: loss, learningRate: 0.001, gradientNorm: 1, tokens: 512, seconds: seconds)
        }
        return run
    }

    /// Full rank and two ranks of galore, two seeds each, all finished and with operations.
    static let ranks: SweepHistory = {
        var runs: [RunHistory] = []
        for (rank, level) in [(nil, 6.0), (32, 7.0), (128, 6.5)] as [(Int?, Double)] {
            for seed in [1, 2] as [UInt64] {
                let shift = level + 0.125 * Double(seed)
                runs.append(
                    run(
                        Fixture.spec(rank == nil ? "full_rank" : "galore", rank: rank, seed: seed), id: "\(rank ?? 0) \(seed)",
                        losses: [10, 9, 8, shift], seconds: 0.5 * Double(seed), evaluation: shift, operations: 4.096e12))
            }
        }
        return SweepHistory(name: "ranks", runs: runs)
    }()

    /// A planned cell of the fixture's model, and one of another.
    static let predictions: [PredictionRecord] = ["9m", "7b"].map { name in
        var model = Fixture.model
        model.name = name
        let spec = Fixture.spec("galore", rank: 1024, model: model)
        return PredictionRecord(
            spec: PredictionSpec(model: model, method: spec.method, options: spec.options, training: spec.training),
            memory: MemoryBreakdown(weights: 40_000_000, gradients: 1_000_000, optimizer: 20_000_000), peakStage: "backward",
            paperBytes: 50_000_000)
    }
}
