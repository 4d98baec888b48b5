import SLMethodKit
import SLSpec

/// What goes into a block's seven linears: four inputs, each there once for all that read it.
///
/// Of these only the attention's output is stored for its linear's sake. The others follow from what is stored anyway, because a
/// derivative besides the linears' reads it: the normalised streams from the residual streams and their reciprocals, the activated
/// gate from gate and up. An input that no linear asks for exactly is neither stored nor computed again.
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

    /// Whether the backward pass of some reader takes the input exactly.
    ///
    /// - Parameter saved: what each linear of the block saves, by role.
    func isRead(_ saved: (LinearRole) -> SavedActivations) -> Bool { readers.contains { saved($0).input == .exact } }
}
