public import SLRanks

/// What an update of one model on several ranks sends, by formula: exact for what it counts.
public struct ExchangedBytes: Sendable, Hashable {
    /// Gradients, which every rank has a share of: to where they are added.
    public var out: Int
    /// What is sent back to all: sums of gradients, or the updated weights where the optimizer is sharded.
    public var back: Int

    public init(out: Int, back: Int) {
        self.out = out
        self.back = back
    }
}

/// A way that bytes take.
public struct Link: Sendable, Hashable {
    public var bytesPerSecond: Double
    /// Seconds that a message takes besides its bytes.
    public var latency: Double

    public init(bytesPerSecond: Double, latency: Double) {
        self.bytesPerSecond = bytesPerSecond
        self.latency = latency
    }
}

/// How long the ranks of a model exchange in an update.
///
/// Every rank sends each other one its part of the gradients, adds what it gets, and sends the sum to all: piece by piece, and of each piece
/// one message to every other rank, one after another. Nothing of that overlaps with computing. Bytes and messages are exact; rates and
/// latencies are what was measured or given; that they hold for any number of ranks at once is the model's assumption.
///
/// The library's own sum is taken for one by halving and doubling: the same bytes, and of each piece as many messages as the number of ranks
/// can be halved. Source: Thakur, Rabenseifner and Gropp 2005, Optimization of Collective Communication Operations in MPICH (Rabenseifner's
/// algorithm). Measured, 60 M floats between two ranks took 39 ms so and 50 ms in the tree's order, both in pieces: what the library
/// saves by adding while it copies is not in the model.
public struct CommunicationModel: Sendable, Hashable {
    /// Bytes that are exchanged in one call.
    public static let pieceBytes = TreeSum.standardPiece

    /// Out of a node; its ranks share it.
    public var network: Link
    /// Out of a rank to others of its node.
    public var local: Link
    /// Bytes a second that a rank adds to others.
    public var addedBytesPerSecond: Double

    public init(network: Link, local: Link = .memory, addedBytesPerSecond: Double = CommunicationModel.measuredAddition) {
        self.network = network
        self.local = local
        self.addedBytesPerSecond = addedBytesPerSecond
    }

    /// Measured: half of 60 M floats in 10 ms, by one core of two ranks on an AMD EPYC.
    public static let measuredAddition = 12e9

    /// Seconds of one update.
    public func seconds(_ bytes: ExchangedBytes, _ layout: RankLayout, _ reduction: TreeSum.Reduction = .tree) -> Double {
        guard layout.ranks > 1 else { return 0 }
        let ranks = Double(layout.ranks)
        let near = layout.ranksPerNode - 1
        let far = layout.ranks - layout.ranksPerNode
        let (nearMessages, farMessages) = reduction == .tree ? (near, far) : (Self.halvings(layout.ranksPerNode), Self.halvings(layout.nodes))
        let adding = Double(bytes.out) * (ranks - 1) / ranks / addedBytesPerSecond
        return [bytes.out, bytes.back].reduce(adding) { sum, whole in
            let part = Double(whole) / ranks
            let pieces = (Double(whole) / Double(Self.pieceBytes)).rounded(.up)
            return sum + Double(near) * part / local.bytesPerSecond + Double(far) * part * Double(layout.ranksPerNode) / network.bytesPerSecond
                + pieces * (Double(nearMessages) * local.latency + Double(farMessages) * network.latency)
        }
    }

    /// ⌈log₂ count⌉.
    private static func halvings(_ count: Int) -> Int { Int.bitWidth - max(0, count - 1).leadingZeroBitCount }
}

extension Link {
    /// Inside a node. Measured: 60 M floats exchanged between two ranks on an AMD EPYC in pieces of 1 MiB, 40 ms without the addition.
    public static let memory = Link(bytesPerSecond: 6e9, latency: 1e-6)

    /// Networks by name, at nine tenths of their rate.
    public static let networks: KeyValuePairs<String, Link> = [
        "10gbe": gigabits(10, latency: 30e-6), "25gbe": gigabits(25, latency: 20e-6), "100gb": gigabits(100, latency: 3e-6),
        "200gb": gigabits(200, latency: 2e-6),
    ]

    private static func gigabits(_ rate: Double, latency: Double) -> Link { Link(bytesPerSecond: 0.9 * rate * 1e9 / 8, latency: latency) }
}
