import Foundation
import SLMethodKit
import SLMethods
import SLNumerics
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Short runs made with PyTorch and the authors' packages, replayed here; tolerances and origin in ParityCases/README.md.
@Suite(.serialized, .compute(threads: 2)) struct ParityTests {
    static let cases = ["full_rank", "low_rank", "lora", "galore", "sltrain", "lost", "lost_identity"]

    private func directory(_ name: String) throws -> URL {
        try #require(Bundle.module.resourceURL).appending(path: "ParityCases/\(name)")
    }

    @Test(arguments: cases) func replaysTheAuthorsRun(name: String) throws {
        let report = try ParityCase.replay(directory: directory(name), registry: BuiltinMethods.registry)
        #expect(report.unsupported == nil)
        #expect(report.parametersMatch)
        #expect(report.largestLossDifference < 1e-5)
        #expect(report.evalLossDifference < 1e-5)
        #expect(report.largestMovementError < 1e-3)
        #expect(report.largestGradientNormError < 1e-4)
        #expect(report.passes)
    }

    /// Every registered method either has a case or is ReLoRA, whose inner form is LoRA's.
    @Test func everyMethodHasACase() {
        let covered = Set(Self.cases.map { $0 == "lost_identity" ? "lost" : $0 })
        for descriptor in BuiltinMethods.registry.descriptors where descriptor.name != "relora" {
            #expect(covered.contains(descriptor.name), "no parity case for \(descriptor.name)")
        }
    }

    /// A wrong option must show: the same case with another scale fails.
    @Test func aWrongScaleFails() throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: "slbench-parity-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: directory("low_rank"), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        let file = copy.appending(path: "case.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("\"alpha\": 32", with: "\"alpha\": 33").write(to: file, atomically: true, encoding: .utf8)
        #expect(try !ParityCase.replay(directory: copy, registry: BuiltinMethods.registry).passes)
    }

    @Test func damagedTensorFilesAreErrors() throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: "slbench-parity-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: directory("low_rank"), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        let file = copy.appending(path: "init.safetensors")
        let whole = try Data(contentsOf: file)
        for length in [0, 7, 8, 100, whole.count / 2, whole.count - 1] {
            try whole.prefix(length).write(to: file)
            #expect(throws: DataError.self) { try ParityCase.replay(directory: copy, registry: BuiltinMethods.registry) }
        }
    }
}
