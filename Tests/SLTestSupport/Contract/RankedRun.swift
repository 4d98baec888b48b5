import Foundation
import SLData
import SLDigest
import SLMethodKit
import SLModel
import SLNumerics
import SLRanks
import SLRandom
public import SLSpec
import SLTraining

/// A run of a few updates, each of eight micro-batches in four shards unless said otherwise, shared by processes that are threads here.
public struct RankedRun {
    /// What a process has at the end, to be compared.
    public struct End: Sendable {
        /// Of every update: loss, rate and norm, then its events without their times.
        public var trace: [[String]]
        public var position: String
        /// Digests of all that the process keeps, by name.
        public var tensors: [String: String]
        public var planned: Int
        public var tracked: Int
    }

    /// The number of the process that a thread stands for: what no sound method looks at.
    @TaskLocal public static var rank = 0

    /// - Parameters:
    ///   - gradientClip: so low that every update is clipped: by the norm of the whole gradient or not at all.
    /// - Returns: of each process how it ended, in their order.
    public static func all(
        _ variant: MethodVariant, steps: Int, ranks: Int, microBatches: Int = 8, shards: Int = 4, exchange: GradientSum = .ordered, length: Int = 4,
        shardsOptimizer: Bool = false, memory: MemoryOptions = MemoryOptions(), optimizer: OptimizerSpec = .adamW(), gradientClip: Double? = 0.05,
        shape: ModelShape = SmallShapes.tiny
    ) throws -> [Result<End, any Error>] {
        var memory = memory
        memory.shardsOptimizer = shardsOptimizer
        let training = TrainingSpec(
            steps: steps, batchSize: microBatches, gradientAccumulation: microBatches, shards: shards, exchange: exchange, sequenceLength: length,
            learningRate: 1e-2, warmupSteps: 1, weightDecay: 0.1, optimizer: optimizer, gradientClip: gradientClip, memory: memory)
        let run: @Sendable (any RankGroup) throws -> End = { group in
            try $rank.withValue(group.rank) { try end(of: variant, shape, training, group) }
        }
        if ranks == 1 { return [Result { try run(LoneRank()) }] }
        return ThreadRanks.run(ranks, run)
    }

    private static func end(of variant: MethodVariant, _ shape: ModelShape, _ training: TrainingSpec, _ ranks: any RankGroup) throws -> End {
        let method = try variant.make(for: shape)
        let length = training.sequenceLength
        let ledger = MemoryLedger()
        let loop = try TrainingLoop<Float>(
            shape: shape, method: method, training: training, seed: 1, threads: Compute.threads, probe: Array(0..<Int32(length)), ledger: ledger,
            ranks: ranks)
        var trace: [[String]] = []
        for step in 0..<training.steps {
            var stream = RandomStream(seed: UInt64(step), name: "ranks")
            func ids(_ masked: Int) -> [Int32] { (0..<length).map { $0 < masked ? -1 : Int32(stream.below(shape.vocabularySize)) } }
            // Targets that are masked make micro-batches of unlike weight.
            let batches = (0..<training.gradientAccumulation).map { TokenBatch(rows: 1, sequenceLength: length, inputs: ids(0), targets: ids($0 % 3)) }
            let report = try loop.update(batches)
            trace.append(
                ["\(report.loss) \(report.learningRate) \(report.gradientNorm)"]
                    + report.events.map { event in
                        "\(event.step) \(event.kind) \(event.measurements.filter { $0.key != "seconds" }.sorted { $0.key < $1.key })"
                    })
        }
        let snapshot = try loop.snapshot()
        let plan = try MemoryPlan(
            shape: shape, method: method, training: training, threads: Compute.threads, ranks: ranks.count, rank: ranks.rank)
        return End(
            trace: trace, position: String(decoding: snapshot.position, as: UTF8.self), tensors: snapshot.tensors.mapValues { data in
                let hash = SHA256()
                hash.update(data)
                return hash.hexDigest()
            }, planned: plan.totalBytes, tracked: ledger.peak.total)
    }
}
