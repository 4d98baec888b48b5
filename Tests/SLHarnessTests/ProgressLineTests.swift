import Foundation
import SLHarness
import SLSpec
import Testing

/// What a run's process says of a wrecked model reaches the sweep, and stays short.
@Suite struct ProgressLineTests {
    private let wreck = EvaluationSample(step: 1, loss: 800, perplexity: .infinity, bitsPerByte: .infinity, tokens: 8, seconds: 0.1)

    @Test func aLineIsWrittenForAnyNumber() throws {
        let pipe = Pipe()
        var writer = ProgressWriter(output: pipe.fileHandleForWriting)
        writer.write(CellProgress(activity: "evaluating", step: 1, totalSteps: 2, loss: .nan, tokensPerSecond: .infinity, evaluation: wreck))
        try pipe.fileHandleForWriting.close()
        let bytes = try #require(try pipe.fileHandleForReading.readToEnd())
        let read = try RecordJSON.decoder().decode(CellProgress.self, from: bytes)
        #expect(read.evaluation == wreck && read.tokensPerSecond == .infinity && read.loss?.isNaN == true)
    }

    @Test func noLineIsLong() throws {
        let cell = try #require(try Sample.plan([Sample.spec("full_rank")]).cells.first)
        var text = ""
        var time = 0.0
        var display = ProgressDisplay(terminal: { Terminal(isInteractive: false, hasColor: false) }, clock: { time }) { text += $0 }
        display.begin(cell, index: 1, of: 1)
        time = 100
        display.update(cell.runKey, CellProgress(activity: "training", step: 5, totalSteps: 10, loss: 5.6e201, tokensPerSecond: 1e300))
        #expect(text.contains("loss 5.60e+201") && text.split(separator: "\n").allSatisfy { $0.count < 140 }, "\(text)")
    }
}
