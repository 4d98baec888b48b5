public import Foundation
import SLSystem

/// Tries OpenBLAS's kernels in processes of this program, one after the other, within a time for all of them.
public struct CoreTrialRunner {
    /// What a trial does: to be printed as a ``CoreTrial`` in JSON.
    public static let command = "measure-products"

    private let executable: URL
    private let arguments: [String]
    private let secondsOfOne: Double
    private let end: ContinuousClock.Instant

    /// - Parameters:
    ///   - seconds: for all trials; what is not begun by then is late.
    ///   - secondsOfOne: after which a trial is ended.
    public init(executable: URL, arguments: [String] = [Self.command], seconds: Double = 6, secondsOfOne: Double = 4) {
        self.executable = executable
        self.arguments = arguments
        self.secondsOfOne = secondsOfOne
        end = .now + .seconds(seconds)
    }

    /// - Parameter core: the value of `OPENBLAS_CORETYPE`; `nil` unsets it.
    public func run(core: String?) -> CoreTrial.Outcome {
        let left = min(secondsOfOne, ContinuousClock.now.duration(to: end) / .seconds(1))
        guard left > 0 else { return .late(0) }
        do throws(ChildProcess.StartError) {
            return try outcome(core, seconds: left)
        } catch {
            return .failed("no process could be started: \(error)")
        }
    }

    private func outcome(_ core: String?, seconds: Double) throws(ChildProcess.StartError) -> CoreTrial.Outcome {
        let output = try PipeEnds()
        defer { output.close() }
        let nothing = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nothing >= 0 else { throw ChildProcess.StartError(errno) }
        defer { close(nothing) }
        let process = try ChildProcess(
            executable: executable.path, arguments: arguments, environment: Self.environment(core: core),
            streams: (nothing, output.writing, nothing), leadsGroup: true)
        let end = process.wait(atMost: seconds)
        process.endGroup()
        switch end {
        case .status(0)?:
            // A line, far less than a pipe holds, and the process is gone: nothing here waits.
            guard let trial = try? JSONDecoder().decode(CoreTrial.self, from: Self.text(in: output.reading)) else { return .failed("no figures came") }
            return .measured(trial)
        case .status(let number)?: return .failed("the trial ended with \(number)")
        case .signal(let number)?: return .signal(number)
        case nil: return .late(seconds)
        }
    }

    /// One thread is measured: others would only take room.
    private static func environment(core: String?) -> [String] {
        var variables = EnvironmentVariable.all
        variables["OPENBLAS_NUM_THREADS"] = "1"
        variables["OPENBLAS_CORETYPE"] = core
        return variables.map { "\($0)=\($1)" }
    }

    private static func text(in descriptor: Int32) -> Data {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return Data(bytes.prefix(max(0, count)))
    }
}
