import Foundation
import Logging
import SLData
public import SLMethodKit
public import SLSpec
import SLSystem
import SLTraining

/// The inside of a run's process: prepares the data, trains, and says where it is.
public struct CellWorker {
    public var registry: MethodRegistry
    /// In which class an error of the rooms below counts.
    public var reason: (any Error) -> FailureReason
    /// What an error is called for people.
    public var words: (any Error) -> String

    public init(registry: MethodRegistry, reason: @escaping (any Error) -> FailureReason, words: @escaping (any Error) -> String) {
        self.registry = registry
        self.reason = reason
        self.words = words
    }

    /// Stops after the current update when told by SIGTERM or when stdin ends, which happens when the sweep's process is gone.
    public static func listen() {
        StopFlag.ignore([SIGPIPE, SIGINT, SIGHUP])
        StopFlag.raise(on: [SIGTERM])
        let watcher = Thread {
            var byte: UInt8 = 0
            while true {
                let count = unsafe read(0, &byte, 1)
                guard count > 0 || (count < 0 && errno == EINTR) else { break }
            }
            StopFlag.request()
        }
        watcher.start()
    }

    /// - Throws: `RunFailure` when the run diverged or was interrupted; other errors after they were recorded, as far as the
    ///   recorder still could.
    @discardableResult
    public func run(
        _ assignment: CellAssignment, environment: EnvironmentRecord, recorder: any RunRecorder, emit: (CellProgress) -> Void,
        shouldStop: () -> Bool
    ) throws -> RunResult {
        let log = Logger(label: "slbench.run")
        let spec = assignment.spec
        let total = spec.training.steps
        var step = 0
        do {
            log.info("\(spec.model.name) \(spec.method), seed \(spec.seed), \(total) updates, \(assignment.threads) threads")
            emit(CellProgress(activity: "preparing", step: 0, totalSteps: total))
            let data = try prepared(assignment, log)
            let result = try Trainer.run(
                spec: spec, registry: registry, data: data, threads: assignment.threads, environment: environment, recorder: recorder,
                checkpoints: assignment.checkpointFolder.map { folder in
                    Checkpoints(folder: CheckpointFolder(url: URL(fileURLWithPath: folder)), policy: assignment.checkpoint) { log.notice("\($0)") }
                },
                timeout: assignment.timeout, initialWeights: assignment.initialWeights,
                progress: {
                    step = $0.step
                    emit(CellProgress($0))
                }, shouldStop: shouldStop)
            keepTokenizer(of: data, assignment, log)
            let speed = result.tokensPerSecond.map { ", \($0) tokens/s" } ?? ""
            log.info("finished: evaluation loss \(result.evaluation.loss)\(speed)")
            return result
        } catch let failure as RunFailure {
            log.notice("\(failure.status.rawValue) after \(failure.step) updates: \(failure.message)")
            throw failure
        } catch {
            let failure = RunFailure(status: .failed, reason: reason(error), step: step, message: words(error))
            log.error("\(failure.message)")
            // A recorder that can't write any more is what the sweep's process is for: it sees the exit status.
            do { try recorder.fail(failure, memory: nil) } catch { log.error("not recorded: \(words(error))") }
            throw error
        }
    }

    /// A run that is finished stays finished without it: an export looks among the tokenizers trained here as well.
    private func keepTokenizer(of data: PreparedData, _ assignment: CellAssignment, _ log: Logger) {
        guard assignment.checkpoint.final == .weights, let folder = assignment.checkpointFolder, let file = data.tokenizerFile else { return }
        do { try CheckpointFolder(url: URL(fileURLWithPath: folder)).keepTokenizer(file) } catch {
            log.warning("the tokenizer's model was not kept: \(words(error))")
        }
    }

    private func prepared(_ assignment: CellAssignment, _ log: Logger) throws -> PreparedData {
        let spec = assignment.spec
        let data = try DataPreparation.prepare(
            assignment.data, sequenceLength: spec.training.sequenceLength, modelVocabularySize: spec.model.vocabularySize,
            batchSize: spec.training.batchSize, directory: DataDirectory(root: URL(fileURLWithPath: assignment.dataDirectory), program: DataDirectory.program),
            progress: { log.info("\($0)") })
        guard data.identity == spec.data else {
            throw DataError(
                file: assignment.data.corpus, problem: "the text or the tokenizer changed since the sweep was planned",
                fix: "run the sweep again: it plans with the data as it is now")
        }
        return data
    }
}
