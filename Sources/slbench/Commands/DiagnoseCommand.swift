import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLMethodKit
import SLNumerics
import SLReport
import SLSpec
import SLTraining

struct DiagnoseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagnose", abstract: "Spectra, norms and ranks of a file's weights, and what taking ranks away costs.",
        discussion: """
            Measures of a safetensors file under Hugging Face's names, every linear dense (`slbench export RUN --to safetensors`), what "probes" of a
            config measure of a run: spectral, Frobenius and nuclear norm, stable and effective rank. --start adds those of the distance from other
            weights; --config, a sweep's config, names text, row length and batch: it adds the loss's gradient on the fixed batch of that text's probes.

            --truncate takes ranks away and evaluates: singular values of all linears under one threshold, so that each loses what it can spare
            (WeLore), beside the same share of each.

              slbench diagnose out/model.safetensors
              slbench diagnose out/model.safetensors --start start.safetensors --config configs/9m.json --layers
              slbench diagnose out/model.safetensors --config configs/9m.json --truncate 0.1,0.3,0.5,0.7,0.9
            """)

    @Argument(help: "The weights, a safetensors file.", completion: .file(extensions: ["safetensors"]))
    var weights: String

    @Option(help: "A preset or a config.json with Hugging Face's keys; the one beside the weights if not given.")
    var model: String?

    @Option(help: ArgumentHelp("Weights of the same shape to take the distance from.", valueName: "file"), completion: .file(extensions: ["safetensors"]))
    var start: String?

    @Option(help: ArgumentHelp("A sweep's config, for its text.", valueName: "config"), completion: .file(extensions: ["json"]))
    var config: String?

    @Option(help: "Tokens of the fixed batch; those of the config's probes if not given.")
    var tokens: Int?

    @Flag(help: "A row for every linear instead of means by role.")
    var layers = false

    @Option(help: ArgumentHelp("Shares of the singular values to take away, from 0 to below 1, separated by commas; needs --config.", valueName: "shares"))
    var truncate: String?

    @OptionGroup var threading: ThreadOption

    @OptionGroup var output: FormatOptions

    func validate() throws {
        if truncate != nil, config == nil { throw ValidationError("--truncate evaluates: name the text with --config") }
        if truncate != nil, start != nil || layers || tokens != nil { throw ValidationError("--truncate: not with --start, --layers or --tokens") }
        if let tokens, !(1...1_000_000_000).contains(tokens) { throw ValidationError("--tokens \(tokens): 1 to 10^9 are possible") }
        if tokens != nil, config == nil { throw ValidationError("--tokens: of a text; name it with --config") }
        _ = try shares()
    }

    func run() throws {
        let threads = try threading.checked()
        Compute.configure(threads: threads)
        let shape = try shape()
        let text = try config.map { try Text(config: $0, shape: shape, tokens: tokens) }
        let diagnosis = try WeightDiagnosis(
            path: weights, shape: shape, sequences: text?.rows ?? 1, sequenceLength: text?.sequenceLength ?? 1, threads: threads)
        if let text, let shares = try shares() { return try truncated(diagnosis, text, shares) }
        var spectra = try diagnosis.weightSpectra()
        if let start { spectra += try diagnosis.distanceSpectra(from: start) }
        if let text {
            let (loss, gradients) = try diagnosis.gradientSpectra(text.data, sequenceLength: text.sequenceLength, tokens: text.tokens)
            spectra += gradients
            Talk.say("loss on the fixed batch: \(NumberFormat.loss(loss))")
        }
        output.write(layers ? DiagnosisTable.ofLinears(spectra) : DiagnosisTable.byRole(spectra))
    }

    private func truncated(_ diagnosis: WeightDiagnosis, _ text: Text, _ shares: [Double]) throws {
        let points = try diagnosis.truncations(
            text.data, sequenceLength: text.sequenceLength, evaluationTokens: text.evaluationTokens, shares: shares
        ) { Talk.say("\(NumberFormat.share($0.truncation.share)) taken away \($0.truncation.threshold == nil ? "from each" : "by threshold"): loss \(NumberFormat.loss($0.loss))") }
        output.write(DiagnosisTable.truncations(points, modules: diagnosis.modules))
    }

    private func shares() throws -> [Double]? {
        try truncate.map { list in
            let shares = list.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
            guard !shares.isEmpty, shares.allSatisfy({ $0.map { $0 >= 0 && $0 < 1 } ?? false }) else {
                throw ValidationError("--truncate \(list): numbers from 0 to below 1, separated by commas, e.g. 0.1,0.3,0.5")
            }
            return shares.compactMap(\.self)
        }
    }

    private func shape() throws -> ModelShape {
        if let model, let preset = ModelShape.preset(named: model.lowercased()) { return preset }
        if let model, !model.hasSuffix(".json") {
            let known = ModelShape.presets.map(\.name)
            let hint = NearestName.of(model, among: known).map { " Did you mean '\($0)'?" } ?? ""
            throw ValidationError("--model \(model): neither a preset (\(known.joined(separator: ", "))) nor a .json file.\(hint)")
        }
        return try ModelShape(contentsOf: URL(filePath: model ?? URL(filePath: weights).deletingLastPathComponent().appending(path: "config.json").relativePath))
    }

    /// The text of a config, prepared for a model.
    private struct Text {
        let data: PreparedData
        let sequenceLength: Int
        let rows: Int
        let tokens: Int
        let evaluationTokens: Int

        init(config path: String, shape: ModelShape, tokens: Int?) throws {
            let config = try SweepConfig.load(
                file: URL(filePath: path), catalog: Program.registry.catalog, work: { SweepPlanner.trainingFloatingPointOperations($0, registry: Program.registry) },
                measure: { SweepPlanner.measure($0, $1, registry: Program.registry) })
            guard let training = config.cells.first?.training else { throw DataError(file: path, problem: "has no cell") }
            sequenceLength = training.sequenceLength
            rows = training.microBatchSize
            self.tokens = tokens ?? (config.probes ?? ProbeSpec()).tokens
            evaluationTokens = config.evaluation.tokens
            data = try DataPreparation.prepare(
                config.data, sequenceLength: sequenceLength, modelVocabularySize: shape.vocabularySize, batchSize: training.batchSize,
                directory: .standard(), progress: { Talk.say("data: \($0)") })
        }
    }
}
