import Foundation
import SLMethods
import SLOptimizers
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Dense weights under the authors' own optimizers, replayed here.
@Suite(.serialized, .compute(threads: 2)) struct ParityRuleTests {
    static let cases = [
        "muon", "spam", "spam_density", "stable_spam", "stable_spam_cosine", "adam_mini", "came", "adafactor", "adalomo", "scale",
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
        #expect(report.lossTolerance <= (name == "muon" ? 5e-4 : 2e-5) && report.movementTolerance <= (name == "muon" ? 3e-2 : 1e-3))
        #expect(report.passes)
    }

    /// What each option of the authors does shows: the same case with another value is another run.
    @Test(arguments: [
        ("muon", "\"momentum\": 0.95", "\"momentum\": 0.9"), ("muon", "\"momentum\": 0.95", "\"momentum\": 0.95, \"nesterov\": false"),
        ("spam", "\"threshold\": 50", "\"threshold\": 500"), ("spam", "\"gap\": 10", "\"gap\": 11"),
        ("spam", "\"grad_accu_steps\": 3", "\"grad_accu_steps\": 6"), ("spam", "\"warmup_steps\": 4", "\"warmup_steps\": 3"),
        ("stable_spam", "\"gap\": 10", "\"gap\": 10, \"reset_form\": \"separate_counts\""), ("stable_spam", "\"gamma1\": 0.7", "\"gamma1\": 0.8"),
        ("stable_spam_cosine", "\"eta_min\": 0.5", "\"eta_min\": 0.6"), ("came", "0.9999", "0.999"),
        ("adafactor", "\"beta1\": null", "\"beta1\": 0.9"), ("adalomo", "\"clip_threshold\": 1.0", "\"clip_threshold\": 0.5"),
        ("scale", "\"momentum\": 0.9", "\"momentum\": 0.8"), ("scale", "\"adam_lr\": null", "\"adam_lr\": 2"),
    ])
    func anotherValueFails(name: String, text: String, other: String) throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: "slbench-parity-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: directory(name), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        let file = copy.appending(path: "case.json")
        let given = try String(contentsOf: file, encoding: .utf8)
        let head = try #require(given.range(of: "method_options"))
        let range = try #require(given.range(of: text, range: head.upperBound..<given.endIndex))
        try given.replacingCharacters(in: range, with: other).write(to: file, atomically: true, encoding: .utf8)
        let report = try ParityCase.replay(directory: copy, registry: BuiltinMethods.registry)
        #expect(report.unsupported == nil && report.largestRateError <= 1e-12)
        #expect(!report.passes, "\(report.largestLossDifference), \(report.largestMovementError)")
    }

    /// Every rule is held against its authors' run; the rest are parts of recipes that are, or PyTorch's plainest, or held against their
    /// papers' equations alone.
    @Test func everyOptimizerHasACase() {
        let byEquations = ["normuon", "rmnp", "foam"]
        let covered = Set(Self.cases + ["adamw", "column_norm_sgd", "adam_late_epsilon", "sgd"] + byEquations)
        for descriptor in BuiltinOptimizers.registry.descriptors { #expect(covered.contains(descriptor.name), "no parity case for \(descriptor.name)") }
    }
}
