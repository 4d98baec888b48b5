import Foundation
import Logging
public import SLData
public import SLMethodKit
public import SLRanks
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

    /// Stops after the current update when told by a signal: SIGTERM, or one of those that batch systems send before they end a job.
    public static func listenToJob() {
        StopFlag.ignore([SIGPIPE, SIGINT, SIGHUP])
        StopFlag.raise(on: [SIGTERM, SIGUSR1, SIGUSR2])
    }

    /// The same, and when stdin ends, which happens when the sweep's process is gone.
    public static func listenToSweep() {
        listenToJob()
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

    /// - Parameters:
    ///   - prepared: the run's data, where the caller has prepared it already.
    ///   - ranks: the processes that train this run together; each of them calls this.
    /// - Throws: `RunFailure` when the run diverged or was interrupted; other errors after they were recorded, as far as the
    ///   recorder still could.
    @discardableResult
    public func run(
        _ assignment: CellAssignment, environment: EnvironmentRecord, recorder: any RunRecorder, prepared: PreparedData? = nil,
        ranks: any RankGroup = LoneRank(), emit: (CellProgress) -> Void, fence: ClaimFence? = nil, shouldStop: () -> Bool
    ) throws -> RunResult {
        let log = Logger(label: "slbench.run")
        let spec = assignment.spec
        let total = spec.training.steps
        var step = 0
        do {
            log.info("\(spec.model.name) \(spec.method), seed \(spec.seed), \(total) updates, \(assignment.threads) threads")
            emit(CellProgress(activity: "preparing", step: 0, totalSteps: total))
            let data = try prepared ?? prepare(assignment)
            let result = try Trainer.run(
                spec: spec, registry: registry, data: data, threads: assignment.threads, environment: environment, recorder: recorder,
                checkpoints: assignment.checkpointFolder.map { folder in
                    Checkpoints(
                        folder: CheckpointFolder(url: URL(fileURLWithPath: folder)), policy: assignment.checkpoint, notice: { log.notice("\($0)") },
                        fence: { try fence?.check(step: $0) })
                },
                timeout: assignment.timeout, initialWeights: assignment.initialWeights, ranks: ranks,
                progress: {
                    step = $0.step
                    emit(CellProgress($0))
                }, shouldStop: shouldStop)
            if ranks.isFirst { keepTokenizer(of: data, assignment, log) }
            let speed = result.tokensPerSecond.map { ", \($0) tokens/s" } ?? ""
            let test = result.test.map { ", test loss \($0.loss)" } ?? ""
            log.info("finished: evaluation loss \(result.evaluation.loss)\(test)\(speed)")
            return result
        } catch let failure as RunFailure {
            log.notice("\(failure.status.rawValue) after \(failure.step) updates: \(failure.message)")
            throw failure
        } catch let error as RankError where !error.isShared {
            // What became of the others is no fault of the run: it goes on from its checkpoint.
            log.error("\(error)")
            try? recorder.fail(RunFailure(status: .interrupted, reason: .interrupted, step: step, message: "\(error)"), memory: nil)
            throw error
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

    /// The run's data on this machine.
    ///
    /// - Throws: `DataError` when it can't be read, or is not what the run's spec names.
    public func prepare(_ assignment: CellAssignment) throws -> PreparedData {
        let log = Logger(label: "slbench.run")
        let spec = assignment.spec
        let data = try DataPreparation.prepare(
            assignment.data, sequenceLength: spec.training.sequenceLength, modelVocabularySize: spec.model.vocabularySize,
            batchSize: spec.training.batchSize, directory: DataDirectory(root: URL(fileURLWithPath: assignment.dataDirectory), program: DataDirectory.program),
            mayPrepare: !assignment.dataIsPrepared, progress: { log.info("\($0)") })
        guard data.identity == spec.data else {
            throw DataError(
                file: assignment.data.corpus, problem: "the text or the tokenizer changed since the sweep was planned",
                fix: "run the sweep again: it plans with the data as it is now")
        }
        return data
    }
}
