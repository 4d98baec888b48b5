import ArgumentParser
import SLMethodKit
import SLModel
import SLOptimizers
import SLReport
import SLSpec

/// One method with one optimizer at one size: what the formulas give, and what papers print.
struct Estimate {
    let model: String
    let method: String
    let optimizer: String
    let rank: Int?
    let totalParameters: Int
    let trainableParameters: Int
    let weightBytes: Int
    let gradientBytes: Int
    let optimizerBytes: Int
    let indexBytes: Int
    let paperBytes: Int
    /// What a paper that counts the dense parameters of embedding, head and norms twice would say.
    let doubleCountedBytes: Int?
    let printed: PrintedMemory
    /// Elements of optimizer state over AdamW's for the same weights; `nil` where no published figure is about that.
    let stateShare: Double?
    let perplexity: PublishedFigure?

    /// Paper memory less the published figure, in G.
    var difference: Double? { printed.gigabytes.map { Double(paperBytes) / 1e9 - $0 } }

    /// - Throws: `ValidationError` when the rank is impossible for the model.
    init(shape: ModelShape, descriptor: MethodDescriptor, rank: Int?, optimizer choice: OptimizerChoice) throws {
        let smallest = shape.modules(layer: 0).map(\.smallerSide).min() ?? 1
        if let rank, !(1...smallest).contains(rank) {
            throw ValidationError("--rank \(rank): 1 to \(smallest) are possible for \(shape.name), the smaller side of its block linears.")
        }
        let takesRank = descriptor.option(named: "rank") != nil
        let options = MethodOptions(
            descriptor: descriptor, model: shape, given: takesRank ? rank.map { ["rank": .integer($0)] } ?? [:] : [:])
        let made = try Program.registry.make(descriptor.name, options: options, model: shape)
        let accounting = ModelAccounting(shape: shape, method: made, optimizer: try choice.made())
        let phase = made.phaseCount - 1
        model = shape.name
        method = descriptor.name
        optimizer = choice.name
        let usedRank = options["rank"]?.integer
        self.rank = usedRank
        totalParameters = accounting.totalParameters(phase: phase)
        trainableParameters = accounting.trainableParameters(phase: phase)
        weightBytes = accounting.weightBytes(phase: phase)
        gradientBytes = accounting.gradientBytes(phase: phase)
        optimizerBytes = accounting.optimizerBytes(phase: phase)
        indexBytes = accounting.indexBytes(phase: phase)
        paperBytes = accounting.paperBytes(phase: phase)
        doubleCountedBytes = totalParameters > trainableParameters ? paperBytes + 2 * shape.baseParameterCount : nil
        printed = PrintedMemory(method: descriptor, optimizer: choice, model: shape.name, rank: usedRank)
        if printed.share != nil {
            let standard = ModelAccounting(shape: shape, method: made, optimizer: try OptimizerChoice.standard.made())
            stateShare = Double(accounting.stateCount(phase: phase)) / Double(standard.stateCount(phase: phase))
        } else {
            stateShare = nil
        }
        let isPublishedRank = rank == nil || usedRank == MethodOptions(descriptor: descriptor, model: shape)["rank"]?.integer
        let isPublished = choice.isStandard && choice.states == .likeWeights && isPublishedRank
        let figure = isPublished ? PublishedFigures.perplexity(method: descriptor.name, size: shape.name) : nil
        perplexity = figure.flatMap { $0.isVerified ? $0 : nil }
    }
}
