import SLMethodKit
import SLRandom
import SLSpec

/// Which one linear of a model passes how large a part of its ranks in an update, all others passing theirs whole.
///
/// All pairs of a linear and a width are as likely, so that a linear with more ranks is chosen more often. Source: Maestro's
/// `samplers/single_layer.py`, which goes through all pairs in a shuffled order; here every update draws for itself, and so needs no memory.
struct OrderedDropout: Sendable {
    private let modules: [LinearModule]
    private let total: Int

    init(_ model: ModelShape) {
        modules = model.modules
        total = modules.reduce(0) { $0 + $1.smallerSide }
    }

    /// - Returns: the share of the ranks that `module` passes; `nil` for all of them.
    func share(of module: LinearModule, update: Int, seed: UInt64) -> Double? {
        var stream = RandomStream(seed: seed, name: "ordered dropout/\(update)")
        var pair = stream.below(total)
        for candidate in modules {
            guard pair >= candidate.smallerSide else {
                return candidate == module ? Double(pair + 1) / Double(candidate.smallerSide) : nil
            }
            pair -= candidate.smallerSide
        }
        return nil
    }
}
