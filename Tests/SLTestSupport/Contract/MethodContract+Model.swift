import SLMethodKit
import SLModel
import SLNumerics
import SLSpec

extension MethodContract {
    /// Derivatives of a whole two-layer model by every trained tensor, over two micro-batches of one update.
    static func checkModelGradients(_ variant: MethodVariant, _ found: inout ViolationList) throws {
        let method = try variant.make(for: SmallShapes.tiny)
        let run = try MiniRun<Double>(method, shape: SmallShapes.tiny, sequences: 2, sequenceLength: 3)
        for phase in 0..<method.phaseCount {
            if phase > 0 { try run.enter(phase: phase) }
            try run.randomizeParameters()
            try checkModelGradients(run, "\(variant), phase \(phase)", &found)
        }
    }

    /// Of a tensor of a whole model: every element of single linears is checked on its own.
    private static let elementsOfAModel = 16

    private static func checkModelGradients(_ run: MiniRun<Double>, _ subject: String, _ found: inout ViolationList) throws {
        let model = run.model
        let batches = [run.batch("first"), run.batch("second")]
        let scale = 0.25
        for parameter in model.parameters { parameter.parameter.gradient?.fill(5) }  // left over from an earlier update
        for (index, batch) in batches.enumerated() {
            _ = try model.accumulateGradients(inputs: batch.inputs, targets: batch.targets, lossScale: scale, accumulate: index > 0)
        }
        let trained = model.parameters.filter(\.parameter.isTrainable)
        let gradients = trained.map { $0.parameter.gradient?.elements ?? [] }

        func loss() throws -> Double {
            try batches.reduce(0) { try $0 + scale * model.loss(inputs: $1.inputs, targets: $1.targets).sum }
        }
        let names = trained.map(\.parameter.name)
        func named(_ values: [[Double]]) -> [String: [Double]] { Dictionary(zip(names, values)) { first, _ in first } }
        let claim = KnownGradients.Claim(
            loss: try loss(), values: named(trained.map(\.parameter.value.elements)), gradients: named(gradients))
        guard !KnownGradients.contains(claim) else { return }
        let before = found.violations.count
        defer { if found.violations.count == before { KnownGradients.confirm(claim) } }
        let check = GradientCheck()
        for (parameter, gradient) in zip(trained, gradients) {
            let result = try check.check(parameter.parameter.value, analytic: gradient, most: elementsOfAModel, loss)
            let here = "\(subject), \(parameter.parameter.name)"
            found.expect(result.passes, .gradient, here, "\(result)")
            found.expect(!result.isDead, .deadTensor, here, "the loss does not depend on it")
        }
    }

    /// Every trained tensor moves, nothing else does, everything stays finite, and the same seed gives the same bits.
    static func checkUpdates(_ variant: MethodVariant, _ found: inout ViolationList) throws {
        let shape = SmallShapes.small
        let method = try variant.make(for: shape)
        let run = try MiniRun<Float>(method, shape: shape)
        let twin = try MiniRun<Float>(method, shape: shape)
        for phase in 0..<method.phaseCount {
            let subject = "\(variant), phase \(phase)"
            for each in [run, twin] where phase > 0 { try each.enter(phase: phase) }
            let (before, positions) = (run.weights, run.positions)
            // Three: where B starts at 0, A gets its first gradient in the second update.
            for _ in 0..<3 {
                try run.update()
                try twin.update()
            }
            found.expect(run.weights == twin.weights, .seed, subject, "two runs of the same seed part")
            found.expect(run.positions == positions, .frozenTensor, subject, "positions changed in an update")
            for parameter in run.model.parameters {
                let (name, now) = (parameter.parameter.name, parameter.parameter.stored.elements)
                let moved = now != before[name]
                found.expect(now.allSatisfy(\.isFinite), .finite, "\(subject), \(name)", "not finite after three updates")
                if parameter.parameter.isTrainable {
                    found.expect(moved, .movement, "\(subject), \(name)", "trained, but never moved")
                } else if parameter.module.flatMap({ method.linearStep(at: $0, phase: phase) })?.rewrites.contains(parameter.declaredName) != true {
                    found.expect(!moved, .frozenTensor, "\(subject), \(name)", "frozen, but moved")
                }
            }
            try checkWeightsAlone(run, subject, &found)
        }
        try checkDenseParts(method, "\(variant)", &found)
    }

    /// What a model computes is in its weights and positions: the files that are exported and kept have no buffers.
    private static func checkWeightsAlone(_ run: MiniRun<Float>, _ subject: String, _ found: inout ViolationList) throws {
        let batch = run.batch("weights alone")
        func loss() throws -> Double { try run.model.loss(inputs: batch.inputs, targets: batch.targets).sum }
        let (whole, kept) = (try loss(), run.model.methodBuffers.map { ($0.matrix, $0.matrix.elements) })
        for (buffer, _) in kept { buffer.fill(0) }
        found.expect(try loss() == whole, .weightsAlone, subject, "buffers that no file of weights has change what the model computes")
        for (buffer, values) in kept { buffer.assign(values) }
    }

    /// Embedding and head start the same under every method.
    private static func checkDenseParts(_ method: any PretrainingMethod, _ subject: String, _ found: inout ViolationList) throws {
        let mine = try MiniRun<Float>(method, shape: SmallShapes.small)
        let plain = try MiniRun<Float>(PlainMethod(), shape: SmallShapes.small)
        for parameter in plain.model.parameters where parameter.module == nil {
            let name = parameter.parameter.name
            found.expect(
                mine.weights[name] == plain.weights[name], .sharedInit, "\(subject), \(name)",
                "starts otherwise than under full-rank training")
        }
    }
}
