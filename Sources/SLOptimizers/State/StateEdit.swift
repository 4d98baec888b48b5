import SLNumerics
import SLRandom

/// A change of a parameter's optimizer state between updates.
///
/// Edits by rows, columns or entries, and rotations, are in the parameter's own coordinates: they reach moments (``StateDeclaration/Kind``)
/// that are as long as the parameter on the edited side, and leave the rest (norms, counts, a basis, moments inside a subspace) as it is.
public enum StateEdit: Sendable, Hashable {
    /// All of every state tensor, or a share of it.
    case prune(StatePruning)
    case zeroRows([Int])
    case zeroColumns([Int])
    /// Counted row by row.
    case zeroEntries([Int])
    /// Row i becomes what row `from[i]` was; -1: zero. For parameters whose rows stand for something that moved.
    case remapRows(from: [Int])
    /// The same for columns.
    case remapColumns(from: [Int])
    /// Entries, counted row by row, get the state that they would have if they had been trained for a while.
    case seedEntries([Int], EntrySeeds)
    /// M ← C·M where the parameter's rows got other coordinates; second moments by C∘C.
    case rotateRows(StateRotation)
    /// M ← M·Cᵀ where its columns did.
    case rotateColumns(StateRotation)

    /// Name in the record of events.
    public var kind: String {
        switch self {
        case .prune, .zeroRows, .zeroColumns, .zeroEntries: "reset"
        case .remapRows, .remapColumns: "remap"
        case .seedEntries: "seed"
        case .rotateRows, .rotateColumns: "rotate"
        }
    }
}

/// A change of coordinates C [n, n]: new = C · old.
public struct StateRotation: Sendable, Hashable {
    public let size: Int
    /// Row by row.
    public let elements: [Double]

    /// - Precondition: `elements.count == size²`.
    public init(size: Int, elements: [Double]) {
        precondition(elements.count == size * size, "\(elements.count) elements for \(size)x\(size)")
        self.size = size
        self.elements = elements
    }
}

/// What an edit did, summed over tensors.
public struct StateEditOutcome: Sendable, Hashable {
    /// Entries that the edit was about.
    public var entries = 0
    /// Those of them that are zero afterwards.
    public var zeros = 0
    /// Entries of state that it could not reach.
    public var left = 0

    public init() {}

    public static func += (sum: inout Self, other: Self) {
        sum.entries += other.entries
        sum.zeros += other.zeros
        sum.left += other.left
    }
}

/// An edit that does not fit the parameter that it was meant for.
public struct StateEditError: Error, Sendable, CustomStringConvertible {
    public let state: String
    public let problem: String

    public init(state: String, problem: String) {
        self.state = state
        self.problem = problem
    }

    public var description: String { "optimizer state '\(state)': \(problem)" }
}
