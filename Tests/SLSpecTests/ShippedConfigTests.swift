import Foundation
import SLMethodKit
import SLMethods
import SLRandom
import SLSpec
import Testing

@Suite struct ShippedConfigTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "configs")
    static let comparisons = ["quick", "9m", "60m", "60m-paper"]
    static let configs = comparisons + ["memory", "formats", "benchmark-60m", "benchmark-60m-short", "gradient-rank", "field", "tuning", "study", "study-1m", "study-ladder"]
    private let catalog = BuiltinMethods.registry.catalog

    /// Sizes by which shapes are matched: any that grows with a shape will do here.
    private func shipped(_ name: String) throws -> SweepConfig {
        try SweepConfig.load(
            file: Self.folder.appending(path: "\(name).json"), catalog: catalog,
            measure: { _, spec in Double(spec.model.hiddenSize * (4 * spec.model.hiddenSize + 3 * spec.model.intermediateSize)) })
    }

    @Test(arguments: configs) func loadsAndBuildsEveryMethod(name: String) throws {
        let config = try shipped(name)
        #expect(config.name == name)
        if Self.comparisons.contains(name) {
            #expect(Set(config.cells.map(\.method)).isSuperset(of: ["full_rank", "low_rank", "relora", "galore", "sltrain", "lost"]))
        }
        for cell in config.cells + config.predicted { _ = try BuiltinMethods.registry.make(cell.method, options: cell.options, model: cell.model) }
    }

    /// The published headlines: the same methods and options, ranks and shapes as the papers'.
    @Test func theMemoryConfigHasThePublishedCells() throws {
        let config = try shipped("memory")
        #expect(config.models.map(\.name) == ["350m", "1b"] && Set(config.predicted.map(\.model.name)) == ["7b"])
        let lean = MemoryOptions(update: .perLayer, states: .eightBit, storage: .bf16)
        for size in ["350m", "1b", "7b"] {
            let cells = (config.cells + config.predicted).filter { $0.model.name == size }
            #expect(cells.map(\.method) == ["full_rank", "full_rank", "galore", "sltrain"])
            #expect(cells.map(\.training.memory) == [MemoryOptions(storage: .bf16), lean, lean, lean])
            let rank = try #require(["350m": 256, "1b": 512, "7b": 1024][size])
            #expect(cells.map { $0.options["rank"]?.integer } == [nil, nil, rank, rank])
            #expect(cells.allSatisfy { $0.training.tokensPerStep == 256 && $0.training.steps == 3 && $0.model.vocabularySize == 32_000 })
        }
    }

    /// Every method and every optimizer that the README's tables name has a row.
    @Test func theFieldIsWhole() throws {
        let config = try shipped("field")
        let readme = try String(contentsOf: Self.folder.deletingLastPathComponent().appending(path: "README.md"), encoding: .utf8)
        let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { $0.split(separator: "|", omittingEmptySubsequences: false) }
        func names(_ columns: some Sequence<Substring>) -> Set<String> { Set(columns.flatMap { $0.matches(of: /`(\w+)`/).map { String($0.1) } }) }
        let named = names(rows.flatMap { $0.dropFirst().prefix(2) })
        let methods = Set(catalog.methods.map(\.name)).intersection(named)
        #expect(methods.count > 30 && methods.subtracting(config.cells.map(\.method)).isEmpty)
        // Two are named only as parts of `scale`.
        let optimizers = Set(catalog.optimizers.map(\.name)).intersection(named).subtracting(["adamw8bit", "column_norm_sgd", "adam_late_epsilon"])
        #expect(optimizers.count > 10 && optimizers.subtracting(config.cells.map(\.training.optimizer.name)).isEmpty)
        // As many trials for each, and seeds that no trial had.
        #expect(config.tuning != nil && Set(config.cells.map(\.seed)).count > 1)
    }

    /// What a study needs that decides something: every method of the benchmark and of the claims, each with its controls, at equal tokens.
    @Test func theStudyHasItsRowsAndControls() throws {
        let study = try shipped("study")
        let wanted: Set = ["full_rank", "lora", "relora", "low_rank", "sltrain", "galore", "fira", "apollo", "lost", "cola"]
        #expect(Set(study.cells.map(\.method)) == wanted)
        #expect(Set(study.cells.map(\.training.optimizer.name)).isSuperset(of: ["adamw", "stable_spam", "muon"]))
        func rows(_ method: String) -> [CellDraft] { study.cells.filter { $0.method == method && $0.seed == 1 } }
        #expect(rows("low_rank").map { $0.options["restarts.every"] == nil } == [true, false, false, false], "neither, each alone, both")
        #expect(Set(rows("galore").map { "\($0.options["rank"]?.integer ?? 0) \($0.options["projector"]?.text ?? "svd")" }) == ["24 svd", "24 gaussian", "96 svd"])
        #expect(rows("lost").count == 3 && rows("sltrain").count == 5 && study.cells.contains { $0.model.match != nil })
        let size = try #require(ModelShape.preset(named: "core-0.3m"))
        for cell in study.cells { #expect(cell.training.totalTokens >= 10 * size.denseLinearParameterCount && cell.training.steps == 1620) }
        let reference = study.cells.filter { $0.method == "full_rank" && $0.training.optimizer.isStandard && $0.model.match == nil }
        #expect(reference.map(\.seed).sorted() == [1, 2, 3, 4, 5, 6, 7, 8], "the noise floor")
        #expect(Set(study.cells.map(\.seed)).count == 8 && Set(study.cells.filter { $0.method != "full_rank" }.map(\.seed)).count == 6)
        let second = try shipped("study-1m")
        #expect(Set(second.cells.map(\.method)) == wanted && second.models.first?.name == "core-1m")
        let ladder = try shipped("study-ladder")
        #expect(Set(ladder.cells.map(\.training.steps)) == [405, 810, 1620, 3240])
        // A rung of the ladder is the first study's budget.
        #expect(ladder.cells.allSatisfy { $0.training.tokensPerStep == study.cells[0].training.tokensPerStep })
    }

    @Test func nothingElseLiesInTheFolder() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files) == Set(Self.configs.map { "\($0).json" } + ["schema.json", "README.md", "METHODS.md"]))
    }

    /// `slbench`'s own definitions make the schema; the committed file is that text.
    @Test func theSchemaIsTheDefinitions() throws {
        let file = Self.folder.appending(path: "schema.json")
        if ProcessInfo.processInfo.environment["SLBENCH_RECORD"] == "1" {
            try ConfigSchema.json(catalog: catalog).write(to: file, atomically: true, encoding: .utf8)
            Issue.record("recorded \(file.path)")
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == ConfigSchema.json(catalog: catalog))
    }

    // MARK: Identity

    private let data = DataIdentity(
        name: "d", packing: .concat, corpusSHA256: "a", tokenizer: "bytes", tokenizerSHA256: "b", vocabularySize: 259, trainTokens: 1,
        validationTokens: 1)

    private func key(_ text: String) throws -> String { try #require(try load(text).cells.first).spec(data: data).runKey() }

    @Test func spellingDoesNotChangeTheRun() throws {
        let plain = try key(#"{"model": "60m", "methods": ["sltrain"]}"#)
        #expect(
            try plain
                == key(#"{"methods": [{"delta": 0.03, "alpha": 32.0, "method": "sltrain", "rank": 128}], "model": "60m", "seeds": [1]}"#))
        #expect(
            try plain == key(#"{"model": "60m", "methods": ["sltrain"], "training": {"lr": 3e-3, "steps": 1000, "warmup_steps": 100}}"#))
    }

    @Test func everyChoiceChangesTheRun() throws {
        let texts = [
            #"{"model": "60m", "methods": ["sltrain"]}"#, #"{"model": "60m", "methods": ["lost"]}"#,
            #"{"model": "9m", "methods": ["sltrain"]}"#,
            #"{"model": "60m", "methods": ["sltrain"], "seeds": [2]}"#,
            #"{"model": "60m", "methods": [{"method": "sltrain", "delta": 0.04}]}"#,
            #"{"model": "60m", "methods": ["sltrain"], "training": {"steps": 999}}"#,
            #"{"model": "60m", "methods": ["sltrain"], "evaluation": {"tokens": 5}}"#,
        ]
        #expect(Set(try texts.map(key)).count == texts.count)
        var other = data
        other.corpusSHA256 = "z"
        let cell = try #require(try load(texts[0]).cells.first)
        #expect(try cell.spec(data: other).runKey() != cell.spec(data: data).runKey())
        var renamed = data
        renamed.name = "other.txt"
        renamed.tokenizer = "moved.model"
        #expect(try cell.spec(data: renamed).runKey() == cell.spec(data: data).runKey())
        var reseeded = cell.spec(data: data)
        reseeded.seed = 9
        #expect(try reseeded.groupKey() == cell.spec(data: data).groupKey())
        #expect(try reseeded.runKey() != cell.spec(data: data).runKey())
    }

    /// Mutated configs are refused or read, never a crash.
    @Test func mutationsNeverCrash() throws {
        let original = Array(try Data(contentsOf: Self.folder.appending(path: "60m.json")))
        var stream = RandomStream(seed: 1, name: "fuzz/config")
        var refused = 0
        for _ in 0..<5000 {
            var bytes = original
            for _ in 0...stream.below(4) {
                let place = stream.below(bytes.count)
                switch stream.below(3) {
                case 0: bytes[place] = UInt8(stream.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array(#"{}[]",:0-.e\"#.utf8)[stream.below(12)], at: place)
                }
            }
            if !problems(String(decoding: bytes, as: UTF8.self)).isEmpty { refused += 1 }
        }
        #expect(refused > 2000)
    }
}
