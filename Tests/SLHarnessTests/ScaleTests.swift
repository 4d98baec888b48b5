import SLHarness
import SLMethodKit
import SLMethods
import SLModel
import SLOptimizers
import SLRanks
import SLSpec
import Testing

/// Published recipes on nodes.
@Suite struct ScaleTests {
    private let speed = CoreSpeed(operationsPerSecond: 100e9, updatedBytesPerSecond: 10e9)

    private func planner(_ sharded: Bool = false, shards: Int? = nil) -> ScalePlanner {
        let network = CommunicationModel(network: Link(bytesPerSecond: 2e9, latency: 1e-5))
        return ScalePlanner(registry: BuiltinMethods.registry, communication: network, shardsOptimizer: sharded, shards: shards)
    }

    private func estimate(
        _ method: String, _ model: String = "60m", nodes: Int = 1, ranks: Int = 1, threads: Int = 1, by planner: ScalePlanner? = nil
    ) throws -> ScaleEstimate {
        let descriptor = try BuiltinMethods.registry.descriptor(named: method)
        let shape = try #require(ModelShape.preset(named: model))
        let layout = RankLayout(nodes: nodes, ranksPerNode: ranks, threads: threads)
        return try #require(try (planner ?? self.planner()).estimate(descriptor, model: shape, layout: layout, speed: speed))
    }

    /// By the published counts alone.
    @Test func fullRankByHand() throws {
        let one = try estimate("full_rank", "1b")
        let trained = 1_339_082_752
        #expect(one.trainedParameters == trained && one.updates == 100_000 && one.microBatch == 8)
        #expect(one.exchanged == ExchangedBytes(out: 4 * trained, back: 4 * trained))
        let shape = try #require(ModelShape.preset(named: "1b"))
        // Six a parameter that multiplies: all but the embedding and the norms; attention besides.
        let multiplied = Double(shape.denseLinearParameterCount + shape.vocabularySize * shape.hiddenSize)
        let operations = 6 * multiplied + 12 * Double(shape.hiddenSize * 256 * shape.layerCount)
        #expect(abs(one.operationsPerToken / operations - 1) < 1e-9)
        #expect(abs(one.passSeconds / (operations * 131_072 / 100e9) - 1) < 1e-9)
        // Gradients read; weights and two moments read and written.
        #expect(abs(one.updateSeconds / (Double(trained) * (4 + 2 * 12) / 10e9) - 1) < 1e-9)
        #expect(one.communicationSeconds == 0 && one.communicationShare == 0)
    }

    @Test(arguments: ["full_rank", "galore", "sltrain", "lora", "relora", "badam", "q_galore"]) func figuresAgreeWithEachOther(method: String) throws {
        for (nodes, sharded) in [(1, false), (4, false), (4, true)] {
            let row = try estimate(method, nodes: nodes, ranks: 2, threads: 4, by: planner(sharded))
            #expect(abs(row.secondsPerUpdate - (row.passSeconds + row.updateSeconds + row.communicationSeconds)) < 1e-12)
            #expect(abs(row.tokensPerSecond * row.secondsPerUpdate / 131_072 - 1) < 1e-12)
            #expect(abs(row.days * 86_400 / (10_000 * row.secondsPerUpdate) - 1) < 1e-12)
            #expect(abs(row.nodeHours / (24 * row.days * Double(nodes)) - 1) < 1e-12)
            #expect(row.nodeBytes == 2 * row.rankBytes && row.layout.ranks == 2 * nodes)
        }
    }

    /// Passes are shared; the optimizer's work only where it is sharded.
    @Test func whatRanksShare() throws {
        let one = try estimate("full_rank")
        let eight = try estimate("full_rank", nodes: 8)
        let sharded = try estimate("full_rank", nodes: 8, by: planner(true))
        #expect(abs(one.passSeconds / eight.passSeconds - 8) < 1e-9 && eight.updateSeconds == one.updateSeconds)
        #expect(sharded.passSeconds == eight.passSeconds)
        // Whole tensors: embedding and head are 28 % each, so one of them is the largest share, and all wait until its owner has its gradient.
        #expect(eight.exchanged == ExchangedBytes(out: 4 * 58_073_600, back: 4 * 58_073_600))
        #expect(sharded.exchanged == ExchangedBytes(out: 8 * 4 * 32_000 * 512, back: 4 * 58_073_600))
        #expect(abs(sharded.updateSeconds / one.updateSeconds - 32_000 * 512 / 58_073_600) < 1e-9)
        #expect(eight.rankBytes - sharded.rankBytes == 8 * (58_073_600 - 32_000 * 512))
        #expect(eight.nodeHours > one.nodeHours && eight.days < one.days)
    }

    /// Eight ranks of eight cores would go through 640 GB/s; where the node has 200 they take as long as these allow.
    @Test func updatesShareANodesMemory() throws {
        var bound = planner()
        bound.memoryBandwidth = 200e9
        let free = try estimate("full_rank", ranks: 8, threads: 8)
        let shared = try estimate("full_rank", ranks: 8, threads: 8, by: bound)
        #expect(abs(shared.updateSeconds / free.updateSeconds - 3.2) < 1e-9 && shared.passSeconds == free.passSeconds)
        #expect(try estimate("full_rank", by: bound).updateSeconds == estimate("full_rank").updateSeconds)
    }

    /// One rank has everything, sharded or not.
    @Test func oneRankShardsNothing() throws {
        let (whole, sharded) = (try estimate("galore"), try estimate("galore", by: planner(true)))
        #expect(whole.rankBytes == sharded.rankBytes && abs(whole.secondsPerUpdate - sharded.secondsPerUpdate) < 1e-12)
    }

    /// A rank's tensors are those of one process with its micro-batch; a tree of more shards than ranks keeps sums besides.
    @Test func memoryIsThePlansOwn() throws {
        for descriptor in BuiltinMethods.registry.descriptors {
            let shape = try #require(ModelShape.preset(named: "60m"))
            let method = try BuiltinMethods.registry.make(
                descriptor.name, options: MethodOptions(descriptor: descriptor, model: shape), model: shape)
            for (nodes, sequences) in [(1, 8), (64, 1)] {
                let row = try estimate(descriptor.name, nodes: nodes, ranks: 8, threads: 8)
                #expect(row.microBatch == sequences)
                let training = try #require(PublishedRecipe.training(descriptor, model: shape, ranks: 8 * nodes))
                let plan = try MemoryPlan(shape: shape, method: method, training: training, threads: 8)
                #expect(row.rankBytes == plan.totalBytes, "\(descriptor.name)")
                let treed = try estimate(descriptor.name, nodes: nodes, ranks: 8, threads: 8, by: planner(shards: 512))
                let levels = nodes == 1 ? 6 : 0
                let collected = try ModelAccounting(shape: shape, method: method, training: training).collectedBytes(phase: 0)
                // Of several phases one may be the largest with the sums and another without.
                #expect(
                    method.phaseCount > 1 ? treed.rankBytes >= plan.totalBytes : treed.rankBytes == plan.totalBytes + levels * (plan.breakdown.gradients + collected),
                    "\(descriptor.name)")
            }
        }
    }

    /// The library's own sum goes to all, whoever updates: then the weights are sent besides.
    @Test func theLibrarysOwnSumIsEverybodys() throws {
        var (plain, sharded) = (planner(), planner(true))
        (plain.reduction, sharded.reduction) = (.allReduce, .allReduce)
        let bytes = 4 * 58_073_600
        #expect(try estimate("full_rank", nodes: 8, by: plain).exchanged == ExchangedBytes(out: bytes, back: bytes))
        #expect(try estimate("full_rank", nodes: 8, by: sharded).exchanged == ExchangedBytes(out: bytes, back: 2 * bytes))
        let (one, tree) = (try estimate("full_rank", nodes: 64, ranks: 8, by: plain), try estimate("full_rank", nodes: 64, ranks: 8))
        #expect(one.communicationSeconds < tree.communicationSeconds && one.rankBytes == tree.rankBytes)
    }

    /// Frozen weights have no gradients: what low-rank methods send is what they train.
    @Test func onlyTrainedTensorsAreSent() throws {
        let (lora, full) = (try estimate("lora"), try estimate("full_rank"))
        #expect(lora.exchanged.out == 4 * lora.trainedParameters && lora.exchanged.out < full.exchanged.out)
        #expect(try estimate("galore").exchanged == full.exchanged)
        // Weights kept as codes come back as codes.
        let coded = try estimate("q_galore", nodes: 2, by: planner(true))
        #expect(coded.exchanged.back < coded.exchanged.out)
    }

    /// Every method at every size with a recipe can be predicted, sharded too, and no figure is missing or absurd.
    @Test func everyMethodIsPredicted() throws {
        for (model, updates) in PublishedRecipe.updates {
            for descriptor in BuiltinMethods.registry.descriptors {
                let row = try estimate(descriptor.name, model, nodes: 16, ranks: 4, threads: 16, by: planner(true))
                #expect(row.updates == updates && row.trainedParameters > 0)
                for value in [row.passSeconds, row.updateSeconds, row.communicationSeconds, row.days, Double(row.rankBytes)] {
                    #expect(value.isFinite && value > 0, "\(model) \(descriptor.name)")
                }
            }
        }
        let dense = try #require(BuiltinMethods.registry.descriptors.first)
        let other = try #require(ModelShape.preset(named: "7b"))
        #expect(try planner().estimate(dense, model: other, layout: RankLayout(nodes: 1, ranksPerNode: 1, threads: 1), speed: speed) == nil)
    }
}

/// The measure of shards against the state that is allocated for.
@Suite struct ShardTests {
    @Test func stateIsDealtOutWhole() throws {
        let shape = Sample.shape
        for descriptor in BuiltinMethods.registry.descriptors {
            let method = try BuiltinMethods.registry.make(
                descriptor.name, options: MethodOptions(descriptor: descriptor, model: shape), model: shape)
            let accounting = ModelAccounting(shape: shape, method: method, optimizer: try RunOptimizer())
            for phase in 0..<method.phaseCount {
                let whole = accounting.optimizerBytes(phase: phase) - 4 * accounting.bufferCount(phase: phase)
                for ranks in [1, 2, 4, 1000] {
                    let loads = accounting.stateLoads(phase: phase, ranks: ranks)
                    #expect(loads.count == ranks && loads.reduce(0) { $0 + $1.stateBytes } == whole, "\(descriptor.name)")
                    #expect(loads.reduce(0) { $0 + $1.elements } == accounting.trainableParameters(phase: phase), "\(descriptor.name)")
                }
                // With a rank for each tensor every rank has one at most; with two none has more than half and the largest tensor.
                let single = accounting.stateLoads(phase: phase, ranks: 1000).map(\.stateBytes)
                let pair = accounting.stateLoads(phase: phase, ranks: 2).map(\.stateBytes)
                #expect((pair.max() ?? 0) <= whole / 2 + (single.max() ?? 0) && (pair.max() ?? 0) >= (single.max() ?? 0), "\(descriptor.name)")
            }
        }
    }
}
