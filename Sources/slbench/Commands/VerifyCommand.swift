import ArgumentParser
import Foundation
import SLNumerics
import SLReport
import SLSpec
import SLTraining

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Replay parity cases made with PyTorch and the authors' packages. Exit code 3 if one deviates.",
        discussion: """
            A case is a folder with case.json, expected.json, trace.csv and init, tokens and final safetensors.

              slbench verify Tests/SLTrainingTests/ParityCases/*/
            """)

    @Argument(help: "Folders of cases.", completion: .directory)
    var directories: [String]

    @OptionGroup var threading: ThreadOption

    @OptionGroup var output: FormatOptions

    func run() throws {
        Compute.configure(threads: try threading.checked())
        let folders = directories.map { URL(filePath: $0) }.filter { url in
            // What a shell's * picks up beside the cases.
            var isFolder: ObjCBool = false
            return unsafe !FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) || isFolder.boolValue
        }
        let reports = try folders.map { try ParityCase.replay(directory: $0, registry: Program.registry) }
        output.write(
            ValueTable(
                columns: ["case", "method", "loss", "eval_loss", "gradient_norm", "weights", "parameters", "result"],
                rows: reports.map { report in
                    if let reason = report.unsupported {
                        return [.text(report.name), .text(report.method), .null, .null, .null, .null, .null, .text("skipped: \(reason)")]
                    }
                    return [
                        .text(report.name), .text(report.method), .real(report.largestLossDifference), .real(report.evalLossDifference),
                        .real(report.largestGradientNormError), .real(report.largestMovementError),
                        .text(report.parametersMatch ? "equal" : "differ"), .text(report.passes ? "passes" : "FAILS" + (report.choiceDifference.map { ": \($0)" } ?? "")),
                    ]
                }))
        let replayed = reports.filter { $0.unsupported == nil }
        let failed = replayed.count { !$0.passes }
        Talk.say("\(replayed.count - failed) of \(replayed.count) cases pass, \(reports.count - replayed.count) skipped (tolerances: loss 1e-5, weights 1e-3 of their movement, where a case names no others)")
        if failed > 0 || replayed.isEmpty { throw ExitCode(3) }
    }
}
