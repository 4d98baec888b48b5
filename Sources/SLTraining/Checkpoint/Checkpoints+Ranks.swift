import Foundation
import SLMethodKit
import SLModel
import SLNumerics
import SLRanks
import SLSpec
import SLTensorFiles

/// A file of tensors that several processes keep: the first one writes it, in the order in which one process would, and the others send what is
/// theirs when its turn comes. So the file is that of one process, and any number of processes goes on from it.
extension Checkpoints {
    /// Bytes that are sent at once.
    private static let pieceBytes = 1 << 20

    /// A piece of state where it is told and not had.
    private struct Described: Codable {
        var name: String
        var type: String
        var shape: [Int]
        var byteCount: Int
    }

    /// - Throws: `FileError`; everything was sent by then, so that nobody waits.
    func writeShared(_ loop: TrainingLoop<Float>, _ state: CheckpointState) throws {
        let (parts, losses) = (loop.model.weightParts + loop.model.bufferParts, loop.losses)
        let theirs = try described(loop)
        let words = String(decoding: try RecordJSON.encoder().encode(state), as: UTF8.self)
        var writer: TensorFileWriter?
        var failure: (any Error)?
        func attempt(_ body: () throws -> Void) {
            guard failure == nil else { return }
            do { try body() } catch { failure = error }
        }
        attempt {
            try fence(loop.step)
            try folder.prepare()
            writer = try TensorFileWriter(
                path: folder.file(step: state.position.step).path,
                tensors: parts.map { ($0.name, $0.type, $0.part.shape) }
                    + theirs.compactMap { item in TensorType(rawValue: item.part.type).map { (item.part.name, $0, item.part.shape) } }
                    + [(Self.lossesName, .float64, [losses.count])],
                metadata: ["format": "slbench", CheckpointState.metadataKey: words])
            for item in parts { if let writer { try item.write(to: writer) } }
        }
        unsafe try send(theirs, loop) { piece in attempt { unsafe try writer?.write(piece.bytes) } }
        attempt {
            try writer?.write(losses.span)
            try fence(loop.step)
            _ = try writer?.commit()
        }
        if let failure { throw failure }
        folder.prune(keeping: policy.keep)
    }

    /// What processes that do not write do meanwhile.
    func help(_ loop: TrainingLoop<Float>) throws {
        guard loop.optimizer.owners != nil else { return }
        unsafe try send(try described(loop), loop) { _ in }
    }

    /// The optimizer's state in the file's order, and whose each piece is.
    private func described(_ loop: TrainingLoop<Float>) throws -> [(part: Described, owner: Int)] {
        let own = loop.ownState.map { Described(name: $0.name, type: $0.type.rawValue, shape: $0.part.shape, byteCount: $0.part.withBytes { $0.byteCount }) }
        let all = try loop.ranks.gatherValues(Dictionary(grouping: own, by: { Self.tensor(of: $0.name) }))
        return loop.optimizer.entries.flatMap { entry -> [(Described, Int)] in
            let name = entry.parameter.parameter.name
            guard let owner = loop.optimizer.owner(of: name) else { return [] }
            return (all[owner][name] ?? []).map { ($0, owner) }
        }
    }

    /// From the name of a piece of its state, `optimizer/TENSOR/STATE`.
    private static func tensor(of state: String) -> String { state.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    /// - Parameter write: gets all bytes in order, in the process that writes.
    private func send(_ parts: [(part: Described, owner: Int)], _ loop: TrainingLoop<Float>, write: (UnsafeRawBufferPointer) -> Void) throws {
        let ranks = loop.ranks
        let own = Dictionary(loop.ownState.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var space = [UInt8](repeating: 0, count: Self.pieceBytes)
        for (part, owner) in parts {
            for start in stride(from: 0, to: part.byteCount, by: Self.pieceBytes) {
                let length = min(Self.pieceBytes, part.byteCount - start)
                try unsafe space.withUnsafeMutableBytes { space in
                    let piece = unsafe UnsafeMutableRawBufferPointer(rebasing: space[..<length])
                    if owner == ranks.rank, let mine = own[part.name] {
                        unsafe piece.copyMemory(from: UnsafeRawBufferPointer(rebasing: mine.part.bytes[start..<start + length]))
                    }
                    unsafe try ranks.broadcast(piece, from: owner)
                    if ranks.isFirst { unsafe write(UnsafeRawBufferPointer(piece)) }
                }
            }
        }
    }
}
