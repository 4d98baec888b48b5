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
    static let cases = [
        "full_rank", "low_rank", "lora", "galore", "sltrain", "lost", "lost_identity", "cola", "relora", "relora_magnitude", "relora_random",
        "low_rank_restarts", "sltrain_restarts", "fira", "apollo", "apollo_mini", "golore", "galore_adafactor", "q_galore_projector", "dct_adamw",
        "dct_adamw_plain", "ldadamw", "dion", "trion", "velora", "loro", "switchlora", "sltrain_regrow", "spiel",
        "blockllm", "mora", "remora",
    ]

    private func directory(_ name: String) throws -> URL {
        try #require(Bundle.module.resourceURL).appending(path: "ParityCases/\(name)")
    }

    @Test(arguments: cases) func replaysTheAuthorsRun(name: String) throws {
        let report = try ParityCase.replay(directory: directory(name), registry: BuiltinMethods.registry)
        #expect(report.unsupported == nil)
        #expect(report.parametersMatch)
        #expect(report.largestLossDifference <= report.lossTolerance)
        #expect(report.evalLossDifference <= report.lossTolerance)
        #expect(report.largestMovementError <= report.movementTolerance)
        #expect(report.largestGradientNormError <= report.gradientNormTolerance)
        #expect(report.largestRateError <= 1e-12)
        #expect(report.choiceDifference == nil)
        #expect(report.passes)
    }

    /// What Adam's count does after a reset is part of the authors' form: begun anew, it is another run.
    @Test(arguments: ["relora", "relora_random", "relora_magnitude"]) func aCountThatBeginsAnewFails(name: String) throws {
        let report = try replay(name) { $0.replacing("\"prune\":", with: "\"reset_age\": \"restart\", \"prune\":") }
        #expect(!report.passes && report.largestLossDifference > 1e-4 && report.largestRateError <= 1e-12)
    }

    /// Every part of a restart is part of the case: without one of them it is another run.
    @Test(
        arguments: ["low_rank_restarts", "sltrain_restarts"],
        ["\"refactor\": false", "\"reset_optimizer\": false", "\"recovery_steps\": 3", "\"every\": 15", "\"schedule_offset\": -1"])
    func aRestartWithoutAPartFails(name: String, part: String) throws {
        let report = try replay(name) { text in
            switch part {
            case "\"recovery_steps\": 3": text.replacing("\"recovery_steps\": 4", with: part)
            case "\"every\": 15": text.replacing("\"cycle\": 10", with: "\"cycle\": 15")
            case "\"schedule_offset\": -1":
                name == "low_rank_restarts"
                    ? text.replacing("\"schedule_offset\": 0", with: "\"schedule_offset\": 1")
                    : text.replacing("\"schedule_offset\": 1", with: "\"schedule_offset\": 0")
            default: text.replacing("\"cycle\":", with: part.replacing("\"", with: "\"restarts.", maxReplacements: 1) + ", \"cycle\":")
            }
        }
        #expect(report.unsupported == nil && !report.passes)
    }

    /// The same case with another text of case.json.
    private func replay(_ name: String, _ change: (String) -> String) throws -> ParityReport {
        let copy = FileManager.default.temporaryDirectory.appending(path: "slbench-parity-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: directory(name), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        let file = copy.appending(path: "case.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        let changed = change(text)
        try #require(changed != text)
        try changed.write(to: file, atomically: true, encoding: .utf8)
        return try ParityCase.replay(directory: copy, registry: BuiltinMethods.registry)
    }

    /// A mask that is not what the magnitudes say is seen as such.
    @Test func anotherRatioIsNamed() throws {
        let report = try replay("relora_magnitude") { $0.replacing("\"ratio\": 0.9", with: "\"ratio\": 0.5") }
        #expect(report.choiceDifference != nil && !report.passes)
    }

    /// A recorded run, or, where no code or no run could be recorded, tests of the paper's equations in a file that names the method.
    @Test func everyMethodHasACase() throws {
        let others = ["lost_identity": "lost", "ldadamw": "ldadam", "q_galore_projector": "q_galore", "switchlora": "switch_lora"]
        let recorded = Set(Self.cases.map { others[$0] ?? $0 })
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let folders = [here, here.deletingLastPathComponent().appending(path: "SLMethodsTests")]
        let files = try folders.flatMap { try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }
        let texts = try files.filter { $0.pathExtension == "swift" && $0.lastPathComponent != "ParityTests.swift" }.map { try String(contentsOf: $0, encoding: .utf8) }
        for name in BuiltinMethods.registry.descriptors.map(\.name) where !recorded.contains(name) {
            #expect(
                texts.contains { $0.contains("\"\(name)\"") },
                "\(name) has neither a folder in Tests/SLTrainingTests/ParityCases nor a test in Tests/SLMethodsTests that names it")
        }
    }

    /// What the authors' code does otherwise than their paper is an option, and the case tells the two apart.
    @Test(arguments: [
        ("golore", #""random_from":"#, #""moments": "rotate_momentum", "random_from":"#), ("fira", #""gap":"#, #""residual": "exact", "gap":"#),
    ])
    func thePapersFormIsAnotherRun(name: String, key: String, changed: String) throws {
        let report = try replay(name) { $0.replacing(key, with: changed) }
        #expect(!report.passes && report.unsupported == nil && report.largestMovementError > 1e-2)
    }

    /// Columns that others would be, and a refresh that is left out, are seen.
    @Test func anotherNormIsNamed() throws {
        let report = try replay("dct_adamw") { $0.replacing("\"ell_norm\": 1", with: "\"ell_norm\": 2") }
        #expect(report.choiceDifference != nil && !report.passes)
    }

    @Test(arguments: [
        ("apollo", #""scale_type": "channel""#, #""scale_type": "tensor""#), ("apollo_mini", #""scale": 128"#, #""scale": 127"#),
        ("dct_adamw", #""rotate": true"#, #""rotate": false"#), ("dct_adamw_plain", #""error_feedback": true"#, #""error_feedback": false"#),
        ("ldadamw", #""rho": 0.908"#, #""rho": 0.9"#), ("ldadamw", #""error_feedback": true"#, #""error_feedback": false"#),
        ("dion", #""momentum": 0.95"#, #""momentum": 0.9"#), ("trion", #""momentum": 0.95"#, #""momentum": 0.9"#),
        ("trion", #""scaling": "kj""#, #""scaling": "dion""#), ("q_galore_projector", #""scale": 0.25"#, #""scale": 0.2"#), ("golore", #""gap": 8"#, #""gap": 9"#),
    ])
    func anotherSubspaceFails(name: String, option: String, other: String) throws {
        #expect(try !replay(name) { $0.replacing(option, with: other) }.passes)
    }

    /// Entries that others would be, another time or number of exchanges, and another clock are seen.
    @Test(arguments: [
        ("spiel", #""rate": 0.2"#, #""rate": 0.3"#), ("spiel", #""window": 3"#, #""window": 2"#), ("spiel", #""policy": "linear""#, #""policy": "cosine""#),
        ("spiel", #""delta":"#, #""regrow_clock": "shared", "delta":"#), ("spiel", #""delta":"#, #""growth": "momentum", "delta":"#),
        ("sltrain_regrow", #""interval": 10"#, #""interval": 9"#), ("sltrain_regrow", #""policy": "cosine""#, #""policy": "linear""#),
        ("sltrain_regrow", #""rank":"#, #""regrow_warmup": 4, "rank":"#),
    ])
    func anotherExchangeFails(name: String, option: String, other: String) throws {
        let report = try replay(name) { $0.replacing(option, with: other) }
        #expect(report.unsupported == nil && !report.passes)
    }

    /// So are another time or size of a choice of tensors, and a first update that is made.
    @Test(arguments: [
        (#""update_freq": 1"#, #""update_freq": 2"#), (#""patience": 1"#, #""patience": 2"#), (#""sparsity": 0.7"#, #""sparsity": 0.8"#),
        (#""sparsity":"#, #""skip_first_update": false, "sparsity":"#),
    ])
    func anotherTrainedSetFails(option: String, other: String) throws {
        let report = try replay("blockllm") { $0.replacing(option, with: other) }
        #expect(report.unsupported == nil && !report.passes)
    }

    /// Another map, or a merge elsewhere.
    @Test(arguments: [("mora", #""mora_type": 6"#, #""mora_type": 1"#), ("remora", #""mora_type": 1"#, #""mora_type": 2"#), ("remora", #""cycle": 10"#, #""cycle": 11"#)])
    func anotherMapFails(name: String, option: String, other: String) throws {
        #expect(try !replay(name) { $0.replacing(option, with: other) }.passes)
    }

    /// A wrong option must show: the same case with another scale fails.
    @Test func aWrongScaleFails() throws {
        #expect(try !replay("low_rank") { $0.replacing("\"alpha\": 32", with: "\"alpha\": 33") }.passes)
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
