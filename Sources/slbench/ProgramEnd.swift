import ArgumentParser
import Foundation
import SLSystem

/// How the program ends: what is said of an error, and the exit code.
enum ProgramEnd {
    /// Results that could not be written.
    static let notWritten: Int32 = 74
    /// The reader of the results is gone, as `head` is when it has seen enough: what a shell shows of a program that SIGPIPE ended.
    static let readerGone: Int32 = 141

    /// Ends the process without what libraries would do at their end: OpenBLAS waits for its threads there, and one of them that got no
    /// memory when the library was loaded asks for it for ever.
    static func leave(with status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }

    /// Says what an error is about.
    ///
    /// - Returns: its exit code.
    static func status(of error: any Error) -> Int32 {
        if let presentation = ErrorPresentation(error) {
            Talk.complain(presentation.text)
            return presentation.exitCode
        }
        let code = SLBenchCommand.exitCode(for: error)
        let text = SLBenchCommand.fullMessage(for: error)
        // Help that was asked for is a result.
        if !text.isEmpty { if code.isSuccess { print(text) } else { Talk.complain(text) } }
        return code.rawValue
    }

    /// - Parameter status: of all else. It stands when it is an error's own.
    static func status(afterResults status: Int32) -> Int32 {
        StandardOutput.finish()
        switch StandardOutput.failure {
        case nil: return status
        case .readerGone?: return status == 0 ? readerGone : status
        case .notWritten(let why)?:
            Talk.complain("slbench: the results could not be written to stdout: \(why)")
            return status == 0 ? notWritten : status
        }
    }
}
