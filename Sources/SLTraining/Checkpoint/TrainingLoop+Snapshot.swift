package import Foundation
import SLNumerics
import SLSpec

/// A loop at one moment, in memory: what a checkpoint file holds of it, through the same texts and bytes.
public struct LoopSnapshot: Sendable, Hashable {
    /// JSON of the position.
    package let position: Data
    package let tensors: [String: Data]
    package let losses: [Double]
}

extension TrainingLoop {
    /// - Throws: `EncodingError`.
    public func snapshot() throws -> LoopSnapshot {
        LoopSnapshot(
            position: try RecordJSON.encoder().encode(position),
            tensors: Dictionary(uniqueKeysWithValues: stateParts.map { ($0.name, unsafe Data($0.part.bytes)) }), losses: losses)
    }

    /// Overwrites tensors and losses of a loop that was made to go on at the snapshot's position.
    ///
    /// - Throws: `DataError` when the snapshot lacks a tensor or holds it in another size.
    public func restore(_ snapshot: LoopSnapshot) throws {
        for item in stateParts {
            let target = unsafe item.part.bytes
            guard let bytes = snapshot.tensors[item.name], bytes.count == target.count else {
                throw DataError(file: "snapshot after \(step) updates", problem: "no tensor '\(item.name)' of \(target.count) bytes")
            }
            unsafe bytes.copyBytes(to: target)
        }
        losses = snapshot.losses
    }
}

extension LoopPosition {
    /// - Throws: `DecodingError`.
    public init(_ snapshot: LoopSnapshot) throws { self = try RecordJSON.decoder().decode(LoopPosition.self, from: snapshot.position) }
}
