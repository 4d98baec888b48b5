import Foundation
import Testing

/// Exports are what other programs take them for, where those programs are.
@Suite(.serialized, .enabled(if: Workplace.binary != nil, Workplace.missing)) struct ProofTests {
    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// $SLBENCH_PYTHON, or that of benchmarks/setup-pytorch, if it has what the proof needs.
    private static let python: String? = [
        ProcessInfo.processInfo.environment["SLBENCH_PYTHON"], package.appending(path: ".slbench/pytorch/bin/python").path,
    ].compactMap(\.self).first { path in
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-c", "import torch, transformers"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test(.enabled(if: python != nil, "no Python with torch and transformers: benchmarks/setup-pytorch, or SLBENCH_PYTHON"))
    func otherProgramsReadTheExports() throws {
        try inWorkplace { place in
            let proof = try place.shell(
                "SLBENCH_PROGRAM=\"$SLBENCH\" SLBENCH_PYTHON='\(Self.python ?? "")' '\(Self.package.path)/scripts/prove-exports' --report proof.md")
            #expect(proof.status == 0, "\(proof.talk)\n\(proof.output)")
            #expect(proof.output.contains("| sltrain |") && !proof.output.contains("DIFFERENT"))
            #expect(try place.read("proof.md") == proof.output)
        }
    }
}
