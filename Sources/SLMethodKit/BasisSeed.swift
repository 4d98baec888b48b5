public import SLNumerics
import SLRandom
import SLSpec

/// The seed of a linear's random bases, which are drawn anew whenever they are needed and never kept.
///
/// It is a tensor like others, of two whole numbers: checkpoints and exported weights hold it, so that whoever goes on from them has the same
/// bases whatever the run's seed. In the published convention it is one int64.
public enum BasisSeed {
    public static let name = "basis_seed"

    public static var declaration: TensorDeclaration { TensorDeclaration(name, rows: 1, columns: 2, kind: .indices(paperCount: 1)) }

    /// - Parameter isShared: whether all linears of the model have the same bases.
    public static func initialize<Element: Scalar>(_ set: TensorSet<Element>, random: InitialRandomness, isShared: Bool = false) throws {
        guard set.fresh.contains(name) else { return }
        let words = try set.indexVector(name)
        var stream = isShared ? RandomStream(seed: random.seed, name: "init/\(name)") : random.stream(name, at: set.module)
        // Positions are kept as 31 bits.
        for word in 0..<words.count { words[word] = Int(stream.next() >> 33) }
    }

    public static func value(_ words: IndexVector) -> UInt64 {
        words.elements.reduce(0) { $0 << 31 | UInt64(UInt32(truncatingIfNeeded: $1)) }
    }
}

extension TensorSet {
    public func basisSeed() throws(ContractError) -> IndexVector { try indexVector(BasisSeed.name) }
}
