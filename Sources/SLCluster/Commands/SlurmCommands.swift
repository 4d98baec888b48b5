import Foundation
public import SLSystem

/// The commands of Slurm on the search path, each within a time: while a controller is down they fail after a while of their own, and
/// some wait for ever.
public struct SlurmCommands: ClusterCommands {
    private let environment: [String]

    public init(environment: [String: String] = EnvironmentVariable.all) {
        self.environment = Self.cleaned(environment).map { "\($0)=\($1)" }
    }

    /// Without what changes the form of answers, and without what a job that this program may itself run in says of its own resources:
    /// a job submitted from there must not ask for the same.
    package static func cleaned(_ environment: [String: String]) -> [String: String] {
        let kept: Set<String> = ["SLURM_CONF", "SLURM_CLUSTERS", "SLURM_JWT"]
        var variables = environment.filter { name, _ in
            kept.contains(name) || !["SLURM_", "SQUEUE_", "SINFO_"].contains(where: name.hasPrefix)
        }
        variables["SLURM_TIME_FORMAT"] = "standard"
        return variables
    }

    public func run(_ program: String, _ arguments: [String], seconds: Double) throws(ClusterError) -> String {
        guard let executable = SearchPath.find(program) else {
            throw ClusterError(
                command: program, problem: "there is no such program here", fix: "run it where Slurm's commands are, on a login node; `module load slurm` may bring them")
        }
        let answer: ChildOutput
        do throws(ChildProcess.StartError) {
            answer = try ChildOutput.of(executable.path, arguments, environment: environment, seconds: seconds)
        } catch {
            throw ClusterError(command: program, problem: "could not be started: \(error)")
        }
        let words = Self.words(answer)
        switch answer.end {
        case .status(0)?: return answer.output
        case nil: throw ClusterError(command: program, problem: "gave no answer within \(Int(seconds)) s", fix: Self.patience, isUnanswered: true)
        case .status(let number)?:
            let isUnanswered = Self.isUnanswered(words)
            throw ClusterError(
                command: program, problem: words.isEmpty ? "failed with status \(number)" : words, fix: isUnanswered ? Self.patience : nil, isUnanswered: isUnanswered)
        case .signal(let number)?: throw ClusterError(command: program, problem: "was ended by signal \(number)", isUnanswered: true)
        }
    }

    private static let patience = "the controller may be down or busy (`scontrol ping`); what runs goes on, and the same command can be given again"

    /// What a client says that has no controller to talk to, or none that answered in time: a request may have been heard all the same.
    package static func isUnanswered(_ words: String) -> Bool {
        ["Unable to contact slurm controller", "Socket timed out", "Connection refused", "connect failure", "Zero Bytes were transmitted", "Communication connection failure", "Transport endpoint"]
            .contains { words.localizedCaseInsensitiveContains($0) }
    }

    private static func words(_ answer: ChildOutput) -> String {
        (answer.talk + "\n" + answer.output).split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            .prefix(4).joined(separator: "; ")
    }
}
