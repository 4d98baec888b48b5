public import SLSpec

extension ValueTable {
    /// The rows of the `comparison` view under its own column names, in its own order.
    public init(comparison rows: [ComparisonRow]) {
        let keys = ComparisonRow.CodingKeys.allCases
        self.init(columns: keys.map(\.rawValue), rows: rows.map { row in keys.map { row.cell($0) } })
    }
}

extension ComparisonRow {
    fileprivate func cell(_ key: CodingKeys) -> ValueTable.Cell {
        switch key {
        case .runID: .text(runID)
        case .sweep: .text(sweep)
        case .size: .text(size)
        case .method: .text(method)
        case .rank: .init(rank)
        case .seed: .integer(seed)
        case .steps: .integer(steps)
        case .tokens: .integer(tokens)
        case .trainLoss: .init(trainLoss)
        case .evalLoss: .init(evalLoss)
        case .perplexity: .init(perplexity)
        case .bitsPerByte: .init(bitsPerByte)
        case .totalParameters: .integer(totalParameters)
        case .trainableParameters: .integer(trainableParameters)
        case .paperMemoryBytes: .init(paperMemoryBytes)
        case .peakTrackedBytes: .init(peakTrackedBytes)
        case .peakResidentBytes: .init(peakResidentBytes)
        case .optimizerBytes: .init(optimizerBytes)
        case .tokensPerSecond: .init(tokensPerSecond)
        case .wallSeconds: .init(wallSeconds)
        case .status: .text(status.rawValue)
        case .refreshShare: .init(refreshShare)
        case .predictedBytes: .init(predictedBytes)
        case .processConstantBytes: .init(processConstantBytes)
        case .trainingFLOPs: .init(trainingFLOPs)
        case .companionRuns: .init(companionRuns)
        case .learningRate: .init(learningRate)
        case .options: .init(options)
        case .training: .init(training)
        case .groupID: .init(groupID)
        case .foreignProcessorShare: .init(foreignProcessorShare)
        case .evalTokens: .init(evalTokens)
        case .evalBytes: .init(evalBytes)
        case .unigramLoss: .init(unigramLoss)
        case .bigramLoss: .init(bigramLoss)
        case .testLoss: .init(testLoss)
        case .testPerplexity: .init(testPerplexity)
        case .testBitsPerByte: .init(testBitsPerByte)
        case .testTokens: .init(testTokens)
        case .trainingPasses: .init(trainingPasses)
        }
    }
}

extension ValueTable.Cell {
    /// A number, or NULL where there is none.
    public init(_ value: Int?) { self = value.map(Self.integer) ?? .null }
    public init(_ value: Double?) { self = value.map(Self.real) ?? .null }
    public init(_ value: String?) { self = value.map(Self.text) ?? .null }
}
