package import SLSpec

extension CellExit {
    /// Exit statuses of a run's process; the same as of any command of the program.
    enum Status {
        static let finished: Int32 = 0
        static let diverged: Int32 = 2
        static let badInput: ClosedRange<Int32> = 65...66
        static let inputOutput: Int32 = 74
        static let interrupted: Int32 = 75
        static let configuration: Int32 = 78
    }

    /// What to record when the run's row doesn't say how it ended.
    ///
    /// - Parameter outOfMemory: whether the kernel killed a process for want of memory meanwhile; `nil` when nobody knows.
    func failure(outOfMemory: Bool?) -> RunFailure {
        let (status, reason, sentence) = verdict(outOfMemory)
        let words = logTail.isEmpty ? sentence : sentence + "\n" + logTail
        return RunFailure(status: status, reason: reason, step: lastProgress?.step ?? 0, message: words)
    }

    /// What to record of a run whose process a signal ended that nobody here sent.
    ///
    /// - Parameter outOfMemory: as above.
    package static func failure(signal: Int32, processID: Int32, outOfMemory: Bool?) -> RunFailure {
        CellExit(end: .signal(signal), processID: processID, logTail: "", wasKilledHere: false).failure(outOfMemory: outOfMemory)
    }

    private func verdict(_ outOfMemory: Bool?) -> (RunStatus, FailureReason, String) {
        switch end {
        case .signal where wasOverdue:
            return (.failed, .timedOut, "The process did not end when its time was over and was killed.")
        case .signal(let number) where wasKilledHere:
            return (.interrupted, .interrupted, "Stopped at once by request (signal \(number)).")
        case .signal(9):
            // SIGKILL leaves no words: the kernel's count of such kills tells who it was.
            return switch outOfMemory {
            case true?: (.failed, .outOfMemory, "The kernel killed the process for want of memory (signal 9).")
            case false?: (.failed, .crashed, "The process was killed from outside (signal 9).")
            case nil: (.failed, .outOfMemory, "The process was killed (signal 9), possibly for want of memory.")
            }
        case .signal(15), .signal(2):
            return (.interrupted, .interrupted, "The process was told to end before it could record why.")
        case .signal(let number):
            return (.failed, .crashed, "The process crashed: \(Self.name(ofSignal: number)).")
        case .status(Status.finished):
            return (.failed, .other, "The process ended well but recorded no result.")
        case .status(Status.diverged):
            return (.diverged, .other, "The run diverged.")
        case .status(Status.interrupted):
            return (.interrupted, .interrupted, "The run was interrupted.")
        case .status(Status.inputOutput):
            return (.failed, .inputOutput, "The run could not write or read its files.")
        case .status(let number) where Status.badInput.contains(number):
            return (.failed, .badData, "The run could not use its data.")
        case .status(let number):
            return (.failed, .other, "The process ended with exit status \(number).")
        }
    }

    static func name(ofSignal number: Int32) -> String {
        let names: [Int32: String] = [
            4: "illegal instruction, or a broken assumption of the program (SIGILL)", 5: "a broken assumption of the program (SIGTRAP)",
            6: "aborted (SIGABRT)", 7: "bus error; the disk may be full (SIGBUS)", 8: "arithmetic error (SIGFPE)",
            11: "segmentation fault (SIGSEGV)", 24: "processor time limit reached (SIGXCPU)", 25: "file size limit reached (SIGXFSZ)",
        ]
        return names[number] ?? "signal \(number)"
    }
}
