public import Foundation
import SLData
public import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTensorFiles

/// How far a replayed parity case is from its truth.
public struct ParityReport: Sendable {
    public var name: String
    public var method: String
    /// Largest |loss − truth| of any step.
    public var largestLossDifference: Double
    /// Largest ‖final − truth‖ / ‖truth − first‖ of any tensor that moved.
    public var largestMovementError: Double
    public var evalLossDifference: Double
    public var largestGradientNormError: Double
    /// Largest |rate − truth| of any step, relative to the peak.
    public var largestRateError: Double
    /// What the method chose otherwise than the case recorded, where it could not but choose the same.
    public var choiceDifference: String?
    public var parametersMatch: Bool
    public var lossTolerance: Double
    public var movementTolerance: Double
    public var gradientNormTolerance = 1e-4
    /// Why the case was not replayed, if it was not.
    public var unsupported: String?

    public var passes: Bool {
        unsupported == nil && parametersMatch && largestLossDifference <= lossTolerance && evalLossDifference <= lossTolerance
            && largestMovementError <= movementTolerance && largestGradientNormError <= gradientNormTolerance && largestRateError <= 1e-12
            && choiceDifference == nil
    }
}

/// A short training run made elsewhere (PyTorch and the authors' packages), replayed here from the same first weights and
/// the same tokens. Folder: case.json, init, tokens and final safetensors, trace.csv, expected.json.
public struct ParityCase {
    private let directory: URL
    let description: Description
    private let expected: Expected
    private let trace: [TraceRow]

    /// - Throws: `DataError` when a file is missing or not what it should be.
    public init(directory: URL) throws {
        self.directory = directory
        description = try Self.decode(Description.self, directory.appending(path: "case.json"))
        expected = try Self.decode(Expected.self, directory.appending(path: "expected.json"))
        trace = try TraceRow.read(directory.appending(path: "trace.csv"))
    }

    /// Replays the case of `directory` with the registry's method.
    public static func replay(directory: URL, registry: MethodRegistry) throws -> ParityReport {
        try ParityCase(directory: directory).replay(registry: registry)
    }

    private func replay(registry: MethodRegistry) throws -> ParityReport {
        var report = ParityReport(
            name: directory.lastPathComponent, method: description.method, largestLossDifference: 0, largestMovementError: 0,
            evalLossDifference: 0, largestGradientNormError: 0, largestRateError: 0, parametersMatch: false, lossTolerance: 1e-5, movementTolerance: 1e-3)
        let found: Settings
        switch settings(registry) {
        case .success(let settings): found = settings
        case .failure(let unsupported):
            report.unsupported = unsupported.reason
            return report
        }
        let shape = description.model.shape
        let training = found.training
        let method = try registry.make(found.method, options: found.options, model: shape, activations: training.activations)
        let first = try TensorFile(path: directory.appending(path: "init.safetensors").path)
        let truth = try TensorFile(path: directory.appending(path: "final.safetensors").path)
        let tokens = try ParityTokens(directory.appending(path: "tokens.safetensors"))
        // Codes of 8-bit moments are looked up as the library that made the cases looks them up.
        var optimizer = try RunOptimizer(training)
        optimizer.storage.codeSearch = .grid
        if let known = registry.dialects[description.method]?.tolerance {
            (report.lossTolerance, report.movementTolerance, report.gradientNormTolerance) = (known.loss, known.movement, known.gradientNorm)
        }
        if let tolerance = description.tolerance {
            (report.lossTolerance, report.movementTolerance) = (tolerance.loss, tolerance.movement)
            // A case that names none for its norms: they are relative, as movements are.
            report.gradientNormTolerance = max(report.gradientNormTolerance, tolerance.movement)
        }
        if training.memory.states == .eightBit {
            // One rounding flips a code, and the code is coarse.
            (report.lossTolerance, report.movementTolerance, report.gradientNormTolerance) = (2e-4, 2e-2, 1e-3)
        }
        let loop = try TrainingLoop<Float>(
            shape: shape, method: method, training: training, optimizer: optimizer, seed: 0, threads: Compute.threads,
            probe: [Int32](repeating: 0, count: training.sequenceLength), ledger: MemoryLedger())
        let importer = ParityTensors(model: loop.model)
        try importer.load(first)
        let events = try RecordedEvents(directory: directory, order: description.parameterOrder, loop: loop)
        if let events {
            loop.replay = events
            loop.optimizer.recorded = { try events.choice($1, of: $0) }
            loop.optimizer.choseOtherwise = { events.note($1, of: $0) }
        }

        let held = loop.model.heldTensors
        for row in trace {
            let update = try loop.update(try tokens.microBatches(step: row.step - 1, count: training.gradientAccumulation))
            try events?.compareBuffers()
            report.largestRateError = max(report.largestRateError, abs(update.learningRate - row.rate) / training.learningRate)
            report.largestLossDifference = max(report.largestLossDifference, abs(update.loss - row.loss))
            report.largestGradientNormError = max(report.largestGradientNormError, abs(update.gradientNorm - row.gradientNorm) / row.gradientNorm)
            try events?.finish(update)
        }
        report.choiceDifference = events?.difference
        report.evalLossDifference = abs(try evaluate(loop.model, tokens, rows: training.microBatchSize) - expected.evalLoss)
        report.largestMovementError = try importer.movementError(first: first, truth: truth)
        let accounting = ModelAccounting(shape: shape, method: method, optimizer: optimizer, held: held)
        let uncounted = registry.dialects[description.method]?.uncounted.map { count in
            shape.modules.reduce(0) { $0 + count($1, found.options) }
        }
        report.parametersMatch =
            accounting.totalParameters(phase: 0) + (uncounted ?? 0) == expected.totalParameters
            && accounting.trainableParameters(phase: 0) == expected.trainableParameters
        return report
    }

    private func evaluate(_ model: LlamaModel<Float>, _ tokens: ParityTokens, rows: Int) throws -> Double {
        var total = BatchLoss(sum: 0, targets: 0)
        for batch in try tokens.evaluationBatches(rows: rows) {
            let loss = try model.loss(inputs: batch.inputs, targets: batch.targets)
            total.sum += loss.sum
            total.targets += loss.targets
        }
        return total.sum / Double(total.targets)
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ url: URL) throws -> Value {
        let data = Data(try DataError.contents(of: url.path))
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw DataError(file: url.path, problem: "not a parity case: \(error)")
        }
    }
}
