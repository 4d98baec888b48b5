import ArgumentParser
import Foundation
import SLCluster
import SLHarness
import SLMethodKit
import SLNumerics
import SLRanks
import SLReport
import SLSpec
import SLSystem

/// All words for errors, and the exit code each kind ends with.
struct ErrorPresentation {
    let text: String
    let exitCode: Int32

    /// - Returns: `nil` for what ArgumentParser says itself: usage and requests for help.
    init?(_ error: any Error) {
        switch error {
        case is ValidationError, is CleanExit, is ExitCode: return nil
        case let error as ConfigError:
            let count = error.issues.count
            text = error.issues.map(\.rendered).joined(separator: "\n") + (count > 1 ? "\n\(count) problems" : "")
            exitCode = 78
        case let error as ConfigIssue:
            text = error.rendered
            exitCode = 78
        case let error as DataError:
            text = Self.sentence(error.file, error.problem, error.fix)
            exitCode =
                switch error.condition {
                case .missing: 66
                case .unreadable: 74
                case nil: 65
                }
        case let error as FileError:
            text = Self.sentence(error.file, error.problem, error.fix)
            exitCode = error.isMissingFile ? 66 : 74
        case let error as ClusterError:
            text = Self.sentence(error.command, error.problem, error.fix)
            exitCode = 74
        case let error as OutputRefusal:
            text = Self.sentence(error.file, error.problem, error.fix)
            exitCode = 64
        case let error as MethodOptionError:
            text = "slbench: \(error)"
            exitCode = 78
        case let error as UnknownMethodError:
            text = "slbench: \(error)" + (NearestName.of(error.name, among: error.known).map { "\n  hint: did you mean '\($0)'?" } ?? "")
            exitCode = 78
        case let error as EnvironmentIssue:
            text = "slbench: \(error)"
            exitCode = 64
        case let error as RankError:
            text = "\(error)"
            exitCode = Self.exitCode(error)
        case let error as RunFailure:
            text = "slbench: \(error.status.rawValue): \(error.message)"
            exitCode = error.status == .interrupted ? 75 : 2
        case let error as OutOfMemoryError:
            text = "slbench: out of memory: \(error)\n  hint: a smaller batch_size, or more gradient_accumulation"
            exitCode = 1
        case let error as BackingFileError:
            text = Self.sentence("slbench", "no room for \(error)", "free some space, or keep pools in memory")
            exitCode = 74
        case let error as ContractError:
            text = "slbench: internal: \(error)"
            exitCode = 70
        default:
            guard SLBenchCommand.exitCode(for: error) == .failure else { return nil }
            text = "slbench: \(error)"
            exitCode = 1
        }
    }

    private static func exitCode(_ error: RankError) -> Int32 {
        switch error {
        case .unavailable: 66
        case .failed: 74
        case .gone: 75
        case .differentCalls: 70
        case .refused(_, let status): status
        case .unequal: 78
        case .oversubscribed, .impossibleCount, .otherCount: 64
        }
    }

    private static func sentence(_ file: String, _ problem: String, _ fix: String?) -> String {
        "\(file): \(problem)" + (fix.map { "\n  hint: \($0)" } ?? "")
    }

    /// In which class of failure an error of a run counts.
    static func reason(_ error: any Error) -> FailureReason {
        switch error {
        case let error as DataError: error.condition == .unreadable ? .inputOutput : .badData
        case is FileError, is BackingFileError, is RankError: .inputOutput
        case is OutOfMemoryError: .outOfMemory
        default: .other
        }
    }

    /// The exit status that it means, said or not.
    static func status(of error: any Error) -> Int32 { ErrorPresentation(error)?.exitCode ?? SLBenchCommand.exitCode(for: error).rawValue }

    static func words(_ error: any Error) -> String { ErrorPresentation(error)?.text ?? "\(error)" }
}
