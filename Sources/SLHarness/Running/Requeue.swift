import Foundation
public import SLSystem

/// Asks the batch system to start a job again whose time is nearly over.
public enum Requeue {
    /// Seconds that the controller may take; it answers in one, or gives up in nine.
    static let patience = 60.0

    /// - Returns: `nil` when it will start again; else why not.
    public static func ask(_ job: BatchJob?, environment: [String: String] = EnvironmentVariable.all) -> String? {
        guard let job else { return "no batch system that can be asked started this process" }
        guard let program = SearchPath.find("scontrol", path: environment["PATH"] ?? "") else { return "scontrol is not on the PATH" }
        do throws(ChildProcess.StartError) {
            let input = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
            defer { close(input) }
            let process = try ChildProcess(
                executable: program.path, arguments: ["requeue", job.id], environment: environment.map { "\($0)=\($1)" },
                streams: (input: input, output: 2, errors: 2))
            switch process.wait(atMost: patience) {
            case .status(0)?: return nil
            case .status(let number)?: return "scontrol requeue \(job.id) ended with \(number)"
            case .signal(let number)?: return "scontrol requeue \(job.id) was ended by signal \(number)"
            case nil: return "scontrol requeue \(job.id) does not answer"
            }
        } catch {
            return "scontrol can't be started: \(error)"
        }
    }
}
