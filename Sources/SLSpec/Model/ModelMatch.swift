/// What a shape that is picked for a method has in common with another row of the sweep.
public enum MatchQuantity: String, Sendable, Hashable, Codable, CaseIterable {
    /// Trained and frozen weights.
    case parameters
    /// Weights, optimizer state and positions in the published tables' convention.
    case paperMemory = "paper_memory"
    /// The planned peak of everything that is tracked, on one thread, so that no machine changes the shape.
    case memory
    /// Of training, a position.
    case flops

    public var words: String {
        switch self {
        case .parameters: "parameters"
        case .paperMemory: "paper memory"
        case .memory: "memory"
        case .flops: "FLOPs"
        }
    }
}

/// Why a model has its shape: it was picked so that it is as large as another row of the sweep.
public struct ModelMatch: Sendable, Hashable, Codable {
    public var quantity: MatchQuantity
    /// The row, e.g. `low_rank r=128`.
    public var row: String
    /// Name and widths of the model that the row is of; all else of its shape is the picked one's, too.
    public var size: String
    public var hiddenSize: Int
    public var intermediateSize: Int
    /// The row's quantity, and the picked shape's.
    public var wanted: Double
    public var found: Double
    /// Other rows and quantities for which the same shape was picked.
    public var others: [ModelMatch]?

    public init(_ quantity: MatchQuantity, row: String, of base: ModelShape, wanted: Double, found: Double) {
        self.quantity = quantity
        self.row = row
        size = base.name
        hiddenSize = base.hiddenSize
        intermediateSize = base.intermediateSize
        self.wanted = wanted
        self.found = found
    }

    enum CodingKeys: String, CodingKey {
        case quantity, row, size, wanted, found, others
        case hiddenSize = "hidden_size"
        case intermediateSize = "intermediate_size"
    }

    /// This and the others.
    public var all: [ModelMatch] { [self] + (others ?? []) }
    /// `parameters of low_rank r=128`, and those of the others.
    public var words: String { all.map { "\($0.quantity.words) of \($0.row)" }.joined(separator: ", ") }
    /// Of what is wanted, 0.002 for one in five hundred too many.
    public var deviation: Double { wanted > 0 ? found / wanted - 1 : 0 }
}

extension ModelShape {
    /// The shape that a picked one stands beside; itself for any other.
    public var unmatched: ModelShape {
        guard let match else { return self }
        var base = self
        (base.name, base.hiddenSize, base.intermediateSize, base.match) = (match.size, match.hiddenSize, match.intermediateSize, nil)
        return base
    }
}
