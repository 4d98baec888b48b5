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

    public init(folder: CheckpointFolder, policy: CheckpointPolicy, notice: @escaping (String) -> Void) {
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

    private static let lossesName = "history/loss"
    /// Under which key of the metadata the weights say whose they are.
    static let runKey = "slbench.run_key"

    /// - Throws: `FileError`; the checkpoints that were there stay.
    package func write(_ loop: TrainingLoop<Float>, _ state: CheckpointState) throws {
        try folder.prepare()
        let (parts, losses) = (loop.stateParts, loop.losses)
        let words = String(decoding: try RecordJSON.encoder().encode(state), as: UTF8.self)
        let writer = try TensorFileWriter(
            path: folder.file(step: state.position.step).path,
            tensors: parts.map { ($0.name, $0.type, $0.part.shape) } + [(Self.lossesName, .float64, [losses.count])],
            metadata: ["format": "slbench", CheckpointState.metadataKey: words])
        for item in parts { try item.write(to: writer) }
        try writer.write(losses.span)
        try writer.commit()
        folder.prune(keeping: policy.keep)
    }

    /// The checkpoints of this run that are whole, the newest first. Damaged ones are told of and passed over.
    func found(runKey: String) -> some Sequence<Found> {
        folder.steps.lazy.compactMap { step in
            let path = folder.file(step: step).path
            do {
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
            } catch let error as DataError {
                notice("checkpoint after \(step) updates not used: \(error.file): \(error.problem)")
            } catch {
                notice("checkpoint after \(step) updates not used: \(path): \(error)")
            }
            return nil
        }
    }

    /// The step after which a run would go on; `nil` when it would begin.
    public func resumableStep(runKey: String) -> Int? { found(runKey: runKey).first { _ in true }?.state.position.step }

    /// What stays of a finished run.
    ///
    /// - Throws: `FileError`.
    func writeWeights(_ loop: TrainingLoop<Float>, runKey: String) throws {
        guard policy.final == .weights else { return }
        try folder.prepare()
        let parts = loop.model.weightParts
        let writer = try TensorFileWriter(
            path: folder.weightsFile.path, tensors: parts.map { ($0.name, $0.type, $0.part.shape) },
            metadata: ["format": "slbench", Self.runKey: runKey])
        for item in parts { try item.write(to: writer) }
        try writer.commit()
    }
}
