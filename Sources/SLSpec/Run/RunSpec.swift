import Foundation
import SLDigest

/// Everything that decides what a run computes, defaults filled in and nothing of host or paths in it.
///
/// Its SHA-256 is the run's identity: two configs that spell the same run differently are the same run.
public struct RunSpec: Sendable, Hashable, Codable {
    public static let currentVersion = 1

    public var specVersion: Int
    public var model: ModelShape
    public var method: String
    public var options: MethodOptions
    public var training: TrainingSpec
    public var data: DataIdentity
    public var evaluation: EvaluationSpec
    public var seed: UInt64
    /// SHA-256 of the weights that the run starts from; `nil` when it draws its own from the seed.
    public var initialization: String?
    /// What is measured on the way besides losses; `nil` for nothing.
    public var probes: ProbeSpec?

    public init(
        model: ModelShape, method: String, options: MethodOptions, training: TrainingSpec, data: DataIdentity,
        evaluation: EvaluationSpec, seed: UInt64, initialization: String? = nil, probes: ProbeSpec? = nil
    ) {
        self.specVersion = Self.currentVersion
        self.model = model
        self.method = method
        self.options = options
        self.training = training
        self.data = data
        self.evaluation = evaluation
        self.seed = seed
        self.initialization = initialization
        self.probes = probes
    }

    enum CodingKeys: String, CodingKey {
        case specVersion = "spec_version"
        case model, method, options, training, data, evaluation, seed, initialization, probes
    }

    /// Canonical text: sorted keys, shortest round-trip numbers, no white space.
    public func canonicalJSON() throws -> String { try Self.canonicalJSON(self) }

    /// The canonical text without the names that people gave to corpus and tokenizer, which count by content only, and
    /// without what that content implies, or why the model has its shape.
    public func identityJSON() throws -> String {
        var nameless = self
        nameless.data.name = ""
        nameless.data.tokenizer = ""
        nameless.data.test?.name = ""
        // In which order they are named decides nothing.
        nameless.data.heldOut = nameless.data.heldOut?.map { TextIdentity(name: "", sha256: $0.sha256, tokens: $0.tokens) }
            .sorted { $0.sha256 < $1.sha256 }
        nameless.model.match = nil
        // They follow from the content, which counts already.
        (nameless.data.trainRows, nameless.data.trainTargets) = (nil, nil)
        return try nameless.canonicalJSON()
    }

    /// SHA-256 of the identity text, in hexadecimal.
    public func runKey() throws -> String { SHA256.hexDigest(of: Data(try identityJSON().utf8)) }

    /// The same without the seed: what groups the seeds of one experiment.
    public func groupKey() throws -> String {
        var seedless = self
        seedless.seed = 0
        return SHA256.hexDigest(of: Data(("group:" + (try seedless.identityJSON())).utf8))
    }

    /// Sequences whose mean loss counts once in an evaluation that is a mean of batch means; `nil` for the mean over tokens.
    /// Decided by no way in which the computation is cut.
    public var averagedSequences: Int? {
        switch evaluation.mode {
        case .tokenWeighted: nil
        case .galoreCompat: evaluation.batchSize ?? training.batchSize
        }
    }

    /// Targets that an update is expected to have: real ones, padding left out.
    public var targetsPerUpdate: Double { Double(training.batchSize) * data.targetsPerRow(of: training.sequenceLength) }

    /// Share of the positions of a training row that are targets: 1 unless rows are padded.
    public var targetShare: Double { max(1, data.targetsPerRow(of: training.sequenceLength)) / Double(max(1, training.sequenceLength)) }

    /// Targets that the run is expected to train on; its result has the count.
    public var expectedTargets: Double { Double(training.steps) * targetsPerUpdate }

    /// How often the training goes over the training part.
    public var trainingPasses: Double? {
        let once = data.trainTargets ?? data.trainTokens
        return once > 0 ? expectedTargets / Double(once) : nil
    }

    /// The method's rank, where it has one.
    public var rank: Int? { options["rank"]?.integer }

    static func canonicalJSON(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// Keys as people read them: a run's identifier is the beginning of its key, unless another run has that already.
public enum ShortKey {
    public static func of(_ key: String) -> String { String(key.prefix(12)) }
}
