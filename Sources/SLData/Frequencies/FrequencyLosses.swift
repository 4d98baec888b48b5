import Foundation
import SLSpec

/// What knows nothing but how often tokens come in the training part loses on the evaluated targets: the floor that a
/// language model must be clearly below.
///
/// Both models are counted on every target of the training part and the id before it, padding left out, and smoothed as
/// Witten and Bell do, which has no constant to choose. With V ids in the vocabulary, N targets and D different ones among them,
///
///     p(t) = (c(t) + D / V) / (N + D)
///
/// and after h, which was followed by c(h) targets, T(h) different ones,
///
///     p(t | h) = (c(h, t) + T(h) · p(t)) / (c(h) + T(h)),    p(t | h) = p(t) where h was never followed by anything.
public struct FrequencyLosses: Sendable, Hashable, Codable {
    /// Mean of −ln p(t), in nats a target.
    public var unigram: Double
    /// Mean of −ln p(t | h), in nats a target.
    public var bigram: Double
}

extension FrequencyLosses {
    /// Counts `training` and measures `set`.
    ///
    /// Pairs are counted in classes of the first id, one class at a time, so that memory stays small for any vocabulary.
    init(training: TokenFile, set: EvaluationSet, vocabularySize: Int) throws(DataError) {
        let evaluated = Self.pairs(of: set)
        let largest = evaluated.reduce(0) { max($0, $1.input, $1.target) }
        let ids = max(vocabularySize, largest + 1)
        var counts = [Int](repeating: 0, count: ids)
        var followed = [Int](repeating: 0, count: ids)
        try training.forEachTarget { input, target in
            guard input < ids, target < ids else { return }
            counts[target] += 1
            followed[input] += 1
        }
        let total = counts.reduce(0, +)
        let different = counts.count { $0 > 0 }
        let uniform = Double(max(different, 1)) / Double(ids)
        func single(_ id: Int) -> Double { (Double(counts[id]) + uniform) / Double(total + max(different, 1)) }

        var isNeeded = [Bool](repeating: false, count: ids)
        for pair in evaluated { isNeeded[pair.input] = true }
        let classes = min(max(total / Self.targetsPerClass, 1), 16)
        var sum = 0.0
        for wanted in 0..<classes {
            var pairs = PairCounts()
            var followers = [Int: Int]()
            try training.forEachTarget { input, target in
                guard input % classes == wanted, input < ids, target < ids, isNeeded[input] else { return }
                if pairs.add(input, target) { followers[input, default: 0] += 1 }
            }
            for pair in evaluated where pair.input % classes == wanted {
                let kinds = Double(followers[pair.input] ?? 0)
                let known = Double(followed[pair.input]) + kinds
                let likelihood = single(pair.target)
                sum -= log(known > 0 ? (Double(pairs[pair.input, pair.target]) + kinds * likelihood) / known : likelihood)
            }
        }
        let count = Double(max(evaluated.count, 1))
        self.init(unigram: evaluated.reduce(0) { $0 - log(single($1.target)) } / count, bigram: sum / count)
    }

    private static let targetsPerClass = 1 << 21

    private static func pairs(of set: EvaluationSet) -> [(input: Int, target: Int)] {
        var pairs: [(input: Int, target: Int)] = []
        pairs.reserveCapacity(set.targetCount)
        for row in 0..<set.rowCount {
            let batch = set.batch(from: row, rows: 1)
            for (input, target) in zip(batch.inputs, batch.targets) where target >= 0 { pairs.append((Int(input), Int(target))) }
        }
        return pairs
    }
}

extension TokenFile {
    /// Calls `body` with every id that is predicted when all rows are read, and the id before it.
    func forEachTarget(_ body: (_ input: Int, _ target: Int) -> Void) throws(DataError) {
        let row = rowLength
        let end = endOfSequence.map(Int.init)
        var previous: Int?
        var place = 0
        try forEachToken { id in
            if let row {
                if place == row { (place, previous) = (0, nil) }
                place += 1
            }
            if let input = previous { body(input, id) }
            // Behind the end of a document in a row of its own stands padding.
            previous = row != nil && (id == end || (previous == nil && place > 1)) ? nil : id
        }
    }
}

extension PreparedData {
    /// The losses of `set`, which is of this data: computed once and kept beside the tokens.
    public func frequencyLosses(of set: EvaluationSet) throws -> FrequencyLosses {
        let name = "frequencies-\(set.sha256.prefix(16)).json"
        let file = folder.appendingPathComponent(name)
        if let bytes = try? Data(contentsOf: file), let kept = try? JSONDecoder().decode(KeptLosses.self, from: bytes),
            kept.version == KeptLosses.version, kept.evaluationSHA256 == set.sha256
        {
            return kept.losses
        }
        let losses = try FrequencyLosses(training: train, set: set, vocabularySize: identity.vocabularySize)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        // In a folder that can't be written they are computed again the next time.
        if let bytes = try? encoder.encode(KeptLosses(evaluationSHA256: set.sha256, losses: losses)) {
            try? AtomicFolder.write(bytes, to: file)
        }
        return losses
    }
}

/// Beside the tokens that they are of: what is damaged there is made anew as a whole.
private struct KeptLosses: Codable {
    static let version = 1

    var version = Self.version
    var evaluationSHA256: String
    var losses: FrequencyLosses

    enum CodingKeys: String, CodingKey {
        case version
        case evaluationSHA256 = "evaluation_sha256"
        case losses = "nats_per_token"
    }
}
