import SLMethodKit
import SLMethods
import SLModel
import SLOptimizers
import SLSpec
import Testing

/// Memory that papers printed by method and by optimizer, beside the formulas.
struct PublishedEstimateTests {
    private static let methods = BuiltinMethods.registry.descriptors.map(\.name)
    private static let optimizers = BuiltinOptimizers.registry.descriptors

    private func accounting(_ method: String, _ model: String, rank: Int? = nil, optimizer: RunOptimizer) throws -> ModelAccounting {
        let shape = try #require(ModelShape.preset(named: model))
        let registry = BuiltinMethods.registry
        let given = rank.map { ["rank": OptionValue.integer($0)] } ?? [:]
        let options = MethodOptions(descriptor: try registry.descriptor(named: method), model: shape, given: given)
        return ModelAccounting(shape: shape, method: try registry.make(method, options: options, model: shape), optimizer: optimizer)
    }

    /// A figure without a note is what the formula gives, to the rounding of a sum of rounded parts.
    private func check(_ figure: MemoryFigure, _ method: String, _ optimizer: String) throws {
        let subject = "\(method) \(optimizer) \(figure.quantity)"
        #expect(!figure.source.isEmpty, "\(subject)")
        #expect(figure.hasPaperConvention || !figure.note.isEmpty, "\(subject): counted otherwise without a word")
        guard case .weightsAndState(let model, let gigabytes) = figure.quantity, figure.note.isEmpty else { return }
        let storage = StorageChoice(eightBitBlock: figure.states == .eightBit ? 256 : nil)
        let mine = try accounting(method, model, rank: figure.rank, optimizer: RunOptimizer(OptimizerSpec(optimizer), storage: storage))
        let ours = Double(mine.paperBytes(phase: 0)) / 1e9
        #expect(abs(ours - gigabytes) < 0.01, "\(subject): the formula gives \(ours)")
    }

    @Test func methodsFigures() throws {
        #expect(Self.methods.filter { !PublishedEstimates.memory(method: $0).isEmpty } == ["galore", "fira", "apollo", "apollo_mini"])
        for method in Self.methods {
            for figure in PublishedEstimates.memory(method: method) { try check(figure, method, OptimizerSpec.standard) }
        }
    }

    @Test func optimizersFigures() throws {
        let printed = Self.optimizers.filter { !$0.published.isEmpty }.map(\.name)
        #expect(printed == ["adamw", "muon", "stable_spam", "adam_mini", "scale"])
        for optimizer in Self.optimizers {
            for figure in optimizer.published { try check(figure, "full_rank", optimizer.name) }
        }
    }

    /// As they stand in their tables.
    @Test func literalFigures() {
        func figure(_ name: String, _ model: String) -> Double? {
            Self.optimizers.first { $0.name == name }?.published.compactMap { $0.gigabytes(of: model) }.first
        }
        #expect(figure("muon", "60m") == 0.23 && figure("muon", "1b") == 5.36 && figure("muon", "7b") == nil)
        #expect(figure("scale", "130m") == 0.32 && figure("scale", "7b") == 13.74)
        #expect(figure("stable_spam", "350m") == 2.21 && figure("adamw", "7b") == 26)
        #expect(figure("came", "60m") == nil && figure("adafactor", "60m") == nil && figure("spam", "60m") == nil)
        let apollo = PublishedEstimates.memory(method: "apollo")
        #expect(apollo.filter { $0.rank == 256 }.compactMap { $0.gigabytes(of: "7b") } == [16.14])
        #expect(apollo.compactMap { $0.gigabytes(of: "60m") } == [0.28, 0.24, 0.18])
        #expect(PublishedEstimates.memory(method: "apollo_mini").compactMap { $0.gigabytes(of: "1b") } == [3.20, 2.60])
    }

    /// Half of AdamW's, as its authors say, at every size.
    @Test(arguments: ["60m", "130m", "350m", "1b", "7b"]) func sharesOfAdamW(model: String) throws {
        for optimizer in Self.optimizers {
            for share in optimizer.published.compactMap(\.shareOfAdamW) {
                let mine = try accounting("full_rank", model, optimizer: RunOptimizer(OptimizerSpec(optimizer.name))).stateCount(phase: 0)
                let theirs = try accounting("full_rank", model, optimizer: RunOptimizer()).stateCount(phase: 0)
                #expect(abs(Double(mine) / Double(theirs) - share) < 0.005, "\(optimizer.name)")
            }
        }
    }

    /// Printed in whole G and in another unit: near what 256 elements a scale make of it.
    @Test func eightBitStates() throws {
        for (method, gigabytes) in [("full_rank", 26.0), ("galore", 18.0)] {
            let optimizer = try RunOptimizer(storage: StorageChoice(eightBitBlock: 256))
            let ours = Double(try accounting(method, "7b", optimizer: optimizer).paperBytes(phase: 0)) / 1e9
            #expect(abs(ours / gigabytes - 1) < 0.1, "\(method): \(ours)")
        }
    }
}
