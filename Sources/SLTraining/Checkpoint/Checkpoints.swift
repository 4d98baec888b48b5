import Foundation
import SLNumerics
public import SLSpec
import SLTensorFiles

/// Writes and finds the checkpoints of one run.
public struct Checkpoints {
    public let folder: CheckpointFolder
    public let policy: CheckpointPolicy
    /// Told what went wrong without ending the run.
    package let notice: (String) -> Void
    /// Asked with the step before anything in the folder is written or removed; throws when the folder is another process's by now.
    let fence: (Int) throws -> Void

    public init(
        folder: CheckpointFolder, policy: CheckpointPolicy, notice: @escaping (String) -> Void, fence: @escaping (Int) throws -> Void = { _ in }
    ) {
        self.fence = fence
        self.folder = folder
        self.policy = policy
        self.notice = notice
    }

    /// A checkpoint that was read and found whole.
    struct Found {
        let file: TensorFile
        let state: CheckpointState
        /// Of every update so far.
        let losses: [Double]
    }

    static let lossesName = "history/loss"
    /// Under which key of the metadata the weights say whose they are.
    static let runKey = "slbench.run_key"

    /// - Throws: `FileError`; the checkpoints that were there stay. What the fence throws.
    package func write(_ loop: TrainingLoop<Float>, _ state: CheckpointState) throws {
        if loop.optimizer.owners != nil { return try writeShared(loop, state) }
        try fence(loop.step)
        try folder.prepare()
        let (parts, losses) = (loop.stateParts, loop.losses)
        let words = String(decoding: try RecordJSON.encoder().encode(state), as: UTF8.self)
        let writer = try TensorFileWriter(
            path: folder.file(step: state.position.step).path,
            tensors: parts.map { ($0.name, $0.type, $0.part.shape) } + [(Self.lossesName, .float64, [losses.count])],
            metadata: ["format": "slbench", CheckpointState.metadataKey: words])
        for item in parts { try item.write(to: writer) }
        try writer.write(losses.span)
        // Writing takes long, and meanwhile another process may have taken the run over.
        try fence(loop.step)
        try writer.commit()
        folder.prune(keeping: policy.keep)
    }

    /// The checkpoints of this run that are whole, the newest first. Damaged ones are told of and passed over.
    func found(runKey: String) -> some Sequence<Found> {
        folder.steps.lazy.compactMap { step in
            do {
                return try found(runKey: runKey, step: step)
            } catch let error as DataError {
                notice("checkpoint after \(step) updates not used: \(error.file): \(error.problem)")
            } catch {
                notice("checkpoint after \(step) updates not used: \(folder.file(step: step).path): \(error)")
            }
            return nil
        }
    }

    /// The checkpoint after so many updates.
    ///
    /// - Throws: `DataError` where it is damaged or another run's, and what reading a file throws.
    func found(runKey: String, step: Int) throws -> Found {
        let path = folder.file(step: step).path
        let file = try TensorFile(path: path)
        try file.checkSeal()
        let words = Data((file.metadata[CheckpointState.metadataKey] ?? "").utf8)
        let state = try RecordJSON.decoder().decode(CheckpointState.self, from: words)
        try state.checkVersion(path)
        guard state.runKey == runKey, state.position.step == step else {
            throw DataError(file: path, problem: "belongs to another run or step")
        }
        let losses = try file.doubles(Self.lossesName)
        guard losses.count == step else { throw DataError(file: path, problem: "holds \(losses.count) losses after \(step) updates") }
        return Found(file: file, state: state, losses: losses)
    }

    /// The step after which a run would go on; `nil` when it would begin.
    public func resumableStep(runKey: String) -> Int? { found(runKey: runKey).first { _ in true }?.state.position.step }

    /// What stays of a finished run.
    ///
    /// - Throws: `FileError`.
    func writeWeights(_ loop: TrainingLoop<Float>, runKey: String) throws {
        guard policy.final == .weights else { return }
        try fence(loop.step)
        try folder.prepare()
        let parts = loop.model.weightParts
        let writer = try TensorFileWriter(
            path: folder.weightsFile.path, tensors: parts.map { ($0.name, $0.type, $0.part.shape) },
            metadata: ["format": "slbench", Self.runKey: runKey])
        for item in parts { try item.write(to: writer) }
        try fence(loop.step)
        try writer.commit()
    }

    /// Removes the checkpoints: the run is finished, or begins without them. The record does not reach up to any of these, and of those
    /// to come the ones of fewer updates would be the first to go.
    func clear(step: Int) throws {
        try fence(step)
        folder.removeCheckpoints()
    }
}
