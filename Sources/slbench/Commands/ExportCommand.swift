import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLNumerics
import SLReport
import SLSpec
import SLStore
import SLTraining

struct ExportCommand: ParsableCommand {
    enum Target: String, ExpressibleByArgument, CaseIterable { case safetensors, tensorboard, csv, jsonl }

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a run's weights or curve for other programs.",
        discussion: """
            safetensors writes model.safetensors, config.json, generation_config.json and the tokenizer's model into a folder, with Hugging Face's names, every linear as the dense
            matrix that it equals, or with --factored as the method keeps it (`slbench docs methods` names the tensors: what `train --init`
            starts a method from that has no dense first weight); the run's weights must have been kept ("checkpoint": {"final": "weights"}, the default). tensorboard
            writes an event file into a folder; csv and jsonl write the curve, a row an update.

              slbench export 2f39fbc733c4 --to safetensors -o out/
              slbench export 2f39fbc733c4 --to csv > curve.csv
            """)

    @Argument(help: "The beginning of a run's id or key.")
    var runID: String

    @Option(help: "safetensors, tensorboard, csv or jsonl.")
    var to: Target

    @Option(name: .shortAndLong, help: "Folder for safetensors and tensorboard; file for a curve, stdout if not given.")
    var output: String?

    @Flag(help: "safetensors: every linear as the method keeps it, instead of the dense matrix that it equals.")
    var factored = false

    @Option(help: "safetensors: write the model's logits after so many token ids as well, to compare what loads it with.")
    var logits: Int?

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        if let logits, to != .safetensors || !(1...65_536).contains(logits) {
            throw ValidationError("--logits \(logits): 1 to 65536 tokens are possible, for --to safetensors only")
        }
        if factored, to != .safetensors { throw ValidationError("--factored: for --to safetensors only") }
        if to == .safetensors || to == .tensorboard, output == nil { throw ValidationError("--to \(to.rawValue): name a folder with -o") }
        guard let output else { return }
        switch to {
        case .safetensors, .tensorboard: try OutputName.checkOption(output, holds: nil)
        case .csv: try OutputName.checkOption(output, holds: "CSV", extensions: ["csv"])
        case .jsonl: try OutputName.checkOption(output, holds: "JSON Lines", extensions: ["jsonl", "ndjson"])
        }
    }

    func run() throws {
        let path = database.path()
        try check(OutputGuard(database: path))
        let history = try Stores.reading(path).history(run: runID)
        guard to == .safetensors || to == .tensorboard, let output else { return try writeCurve(history) }
        if to == .tensorboard { return try writeEvents(history, to: URL(filePath: output)) }
        let runs = RunsFolder(database: path)
        guard let weights = runs.weights(history.runID) else {
            throw DataError(
                file: CheckpointFolder(url: runs.folder(history.runID)).weightsFile.path, problem: "the weights of run \(history.runID) were not kept",
                fix: history.status == .finished
                    ? "bring them from where the run was trained (`slbench db merge` takes them along), or say \"checkpoint\": {\"final\": \"weights\"} and run it again with --rerun" : "the run is \(history.status.rawValue): finish it first",
                isMissingFile: true)
        }
        Compute.configure(threads: try Program.checked(threads: Program.threads(nil)))
        let kept = CheckpointFolder(url: weights.deletingLastPathComponent()).tokenizerFile
        let tokens = SpecialTokens.of(history.spec.data, kept: kept, directory: .standard())
        let export = try HuggingFaceExport(
            spec: history.spec, registry: Program.registry, weights: weights, tokens: tokens, probeLength: logits ?? 1)
        // The shared folder's may be those of another database's run of the same settings.
        if runs.isShared(weights), let recorded = history.result?.weightsSHA256, recorded != export.weightsDigest {
            throw DataError(
                file: weights.path, problem: "holds other weights of run \(history.runID) than this database recorded (SHA-256 \(ShortKey.of(recorded)))",
                fix: "another database of this folder trained the same run; name that one with --db, or run it again with --rerun")
        }
        let summary = try export.write(to: URL(filePath: output), factored: factored)
        if logits != nil { try export.writeLogits(to: URL(filePath: output)) }
        let others = ["config.json"] + (tokens == nil ? [] : ["generation_config.json"]) + (tokens?.file == nil ? [] : ["tokenizer.model"])
        Talk.say("\(output): \(summary.tensors) tensors, \(NumberFormat.bytes(summary.bytes)), and \(others.joined(separator: ", "))")
        if tokens == nil {
            let digest = history.spec.data.tokenizerSHA256.prefix(12)
            Talk.say("the tokenizer's model, \(history.spec.data.tokenizer) (SHA-256 \(digest)…), is not here any more: put it beside the weights")
        }
        if !summary.factored.isEmpty {
            Talk.say(
                "\(summary.factored.count) linears \(factored ? "are" : "have no dense equivalent and are") written as the method keeps them: "
                    + "this is no LLaMA, config.json doesn't call it one, and transformers refuses it")
        }
    }

    private static let curve = ["step", "tokens", "loss", "learning_rate", "gradient_norm", "seconds", "eval_loss", "perplexity", "bits_per_byte"]

    /// Before anything is read or loaded.
    private func check(_ protection: OutputGuard) throws {
        guard let output else { return }
        switch to {
        case .csv: try protection.file(output, what: "curve", isFormer: FormerOutput.isTable(Self.curve))
        case .jsonl: try protection.file(output, what: "curve", isFormer: FormerOutput.isLines(Self.curve))
        case .tensorboard:
            let folder = try protection.folder(output)
            try protection.file(folder.appending(path: TensorBoardEvents.fileName).path, what: "event file", isFormer: FormerOutput.isEvents)
        case .safetensors:
            let folder = try protection.folder(output)
            for name in ["model.safetensors", "logits.safetensors"] {
                try protection.file(folder.appending(path: name).path, what: "export", isFormer: FormerOutput.isTensors)
            }
            // What stands beside exported weights was exported with them.
            let isExport = FileHead(path: folder.appending(path: "model.safetensors").path).map(FormerOutput.isTensors) ?? false
            for name in ["config.json", "generation_config.json", "tokenizer.model", "tokenizer.json", "tokenizer_config.json"] {
                try protection.file(folder.appending(path: name).path, what: "export") { isExport || FormerOutput.isModelConfig($0) }
            }
        }
    }

    private func writeEvents(_ history: RunHistory, to folder: URL) throws {
        let file = folder.appending(path: TensorBoardEvents.fileName)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(TensorBoardEvents.file(history)).write(to: file, options: .atomic)
        } catch {
            throw FileError(file: file.path, problem: "can't be written: \(error.localizedDescription)")
        }
        Talk.say("\(file.path): \(history.steps.count) updates")
    }

    private func writeCurve(_ history: RunHistory) throws {
        let evaluations = Dictionary(history.evaluations.map { ($0.step, $0) }) { first, _ in first }
        var tokens = 0
        let rows = history.steps.map { sample -> [ValueTable.Cell] in
            tokens += sample.tokens
            let evaluation = evaluations[sample.step]
            return [
                .integer(sample.step), .integer(tokens), .init(sample.loss), .init(sample.learningRate), .init(sample.gradientNorm), .init(sample.seconds),
                .init(evaluation?.loss), .init(evaluation?.perplexity), .init(evaluation?.bitsPerByte),
            ]
        }
        let table = ValueTable(
            columns: Self.curve, rows: rows)
        let text = to == .csv ? TableRenderer.render(table, as: .csv) : TableRenderer.lines(table)
        guard let output else { return print(text, terminator: "") }
        do {
            let file = try OutputGuard(database: database.path()).file(output, what: "curve") {
                FormerOutput.isTable(Self.curve)($0) || FormerOutput.isLines(Self.curve)($0)
            }
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file, options: .atomic)
        } catch let error as OutputRefusal {
            throw error
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError(file: output, problem: "can't be written: \(error.localizedDescription)")
        }
    }
}
