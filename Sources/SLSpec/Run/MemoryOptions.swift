/// How a run spends memory and in which precision it multiplies: what is stored in which format, when gradients are consumed, what is computed
/// twice.
///
/// The defaults are the ordinary run. A key at its default is not written, so that a run's identity does not change when
/// options are added.
public struct MemoryOptions: Sendable, Hashable {
    /// When gradients become updates.
    public enum Update: String, Sendable, Hashable, CaseIterable {
        /// After the backward pass: every gradient exists at once.
        case wholeModel = "whole_model"
        /// As soon as a tensor's gradient is complete.
        case perLayer = "per_layer"
    }

    /// Format of optimizer state, whatever the optimizer.
    public enum States: String, Sendable, Hashable, CaseIterable {
        /// In the format of the weights.
        case likeWeights = "like_weights"
        /// As block-wise dynamic 8-bit codes. Source: Dettmers et al. 2021, arXiv:2110.02861.
        case eightBit = "8bit"
        /// As companded 8-bit codes in groups of 32, second moments by their roots. Source: Gonzalez Ortiz et al. 2026, FlashOptim,
        /// arXiv:2602.23349.
        case companded = "8bit_companded"

        /// How tables call it.
        var words: String {
            switch self {
            case .likeWeights: "states like weights"
            case .eightBit: "8-bit states"
            case .companded: "companded 8-bit states"
            }
        }
    }

    /// Format of weights and of optimizer state that is not 8-bit, between their uses.
    public enum Storage: String, Sendable, Hashable, CaseIterable { case fp32, bf16 }

    /// From fp32 to bf16.
    public enum Rounding: String, Sendable, Hashable, CaseIterable { case nearest, stochastic }

    public enum Recompute: String, Sendable, Hashable, CaseIterable {
        case none
        /// Only each block's input is kept; its interior is computed again in the backward pass.
        case block
        /// Each block's two streams and what its linears hold between their factors are kept; the rest is computed again from these, without
        /// the products by first factors. Source: Liu et al. 2025, CoLA-M, arXiv:2502.10940, §4.3.
        case bottlenecks
    }

    /// Of the operands of matrix products. Sums, norms, softmax, loss and updates are in fp32 always.
    public enum Precision: String, Sendable, Hashable, CaseIterable {
        case fp32
        /// Rounded to the nearest brain float; what the backward pass needs of them is kept so.
        case bf16
    }

    public var update: Update
    public var states: States
    /// Elements that share a scale under ``States/eightBit``.
    public var blockSize: Int
    public var storage: Storage
    public var rounding: Rounding
    public var recompute: Recompute
    public var precision: Precision
    /// Whether processes that share a run keep the optimizer's state of some tensors each. Changes no bit.
    public var shardsOptimizer: Bool

    public init(
        update: Update = .wholeModel, states: States = .likeWeights, blockSize: Int = 256, storage: Storage = .fp32,
        rounding: Rounding = .nearest, recompute: Recompute = .none, precision: Precision = .fp32,
        shardsOptimizer: Bool = false
    ) {
        self.update = update
        self.states = states
        self.blockSize = blockSize
        self.storage = storage
        self.rounding = rounding
        self.recompute = recompute
        self.precision = precision
        self.shardsOptimizer = shardsOptimizer
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case update, states, storage, rounding, recompute, precision
        case blockSize = "block_size"
        case shardsOptimizer = "shard_optimizer"
    }
}

extension MemoryOptions: Codable {
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func named<Choice: RawRepresentable<String>>(_ key: CodingKeys, _ otherwise: Choice) throws -> Choice {
            guard let name = try values.decodeIfPresent(String.self, forKey: key) else { return otherwise }
            guard let choice = Choice(rawValue: name) else {
                throw DecodingError.dataCorruptedError(forKey: key, in: values, debugDescription: "'\(name)' is not known")
            }
            return choice
        }
        self.init(
            update: try named(.update, .wholeModel), states: try named(.states, .likeWeights),
            blockSize: try values.decodeIfPresent(Int.self, forKey: .blockSize) ?? 256, storage: try named(.storage, .fp32),
            rounding: try named(.rounding, .nearest), recompute: try named(.recompute, .none), precision: try named(.precision, .fp32),
            shardsOptimizer: try values.decodeIfPresent(Bool.self, forKey: .shardsOptimizer) ?? false)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        let ordinary = MemoryOptions()
        if update != ordinary.update { try values.encode(update.rawValue, forKey: .update) }
        if states != ordinary.states { try values.encode(states.rawValue, forKey: .states) }
        if blockSize != ordinary.blockSize { try values.encode(blockSize, forKey: .blockSize) }
        if storage != ordinary.storage { try values.encode(storage.rawValue, forKey: .storage) }
        if rounding != ordinary.rounding { try values.encode(rounding.rawValue, forKey: .rounding) }
        if recompute != ordinary.recompute { try values.encode(recompute.rawValue, forKey: .recompute) }
        if precision != ordinary.precision { try values.encode(precision.rawValue, forKey: .precision) }
        if shardsOptimizer != ordinary.shardsOptimizer { try values.encode(shardsOptimizer, forKey: .shardsOptimizer) }
    }
}
