import SLMethodKit
import SLSpec

/// What goes into a block's seven linears: four inputs, each there once for all that read it.
///
/// Of these only the attention's output is stored for its linear's sake. The others follow from what is stored anyway, because a
/// derivative besides the linears' reads it: the normalised streams from the residual streams and their reciprocals, the activated
/// gate from gate and up. An input that no linear asks for is neither stored nor computed again.
enum BlockInput: CaseIterable {
    /// RMSNorm of the stream into the block.
    case attention
    /// The attention's output.
    case attended
    /// RMSNorm of the stream between attention and feed-forward.
    case feedForward
    /// φ(gate) ⊙ up.
    case activated

    var readers: [LinearRole] {
        switch self {
        case .attention: [.query, .key, .value]
        case .attended: [.output]
        case .feedForward: [.gate, .up]
        case .activated: [.down]
        }
    }

    /// Whether it follows from what is stored anyway.
    var isComputedAgain: Bool { self != .attended }

    /// Whether the backward pass of some reader takes the input itself.
    ///
    /// - Parameter saved: what each linear of the block saves, by role.
    func isRead(_ saved: (LinearRole) -> SavedActivations) -> Bool { readers.contains { isTaken(by: saved($0)) } }

    /// Whether a reader takes the input itself: exactly, or to make an approximation of it.
    func isTaken(by saved: SavedActivations) -> Bool {
        switch saved.input {
        case .exact: true
        case .compressed: false
        case .approximate: isComputedAgain
        }
    }

    /// Columns that are kept for a reader: its own, and those of an approximate input that does not follow from anything else.
    func keptColumns(_ saved: SavedActivations) -> Int { saved.columns + (isComputedAgain ? 0 : saved.approximationColumns) }

    static func of(_ role: LinearRole) -> BlockInput { allCases.first { $0.readers.contains(role) } ?? .attention }
}
