import Foundation
import SLSpec
import Testing

/// The small family, and budgets by its parameters.
struct CoreShapeTests {
    @Test func theBlocksHoldTheParameters() {
        let counts = ["core-0.3m": 331_776, "core-1m": 802_816, "core-3m": 2_654_208, "core-6m": 6_324_224, "core-12m": 12_390_400]
        #expect(ModelShape.core.count == counts.count)
        for shape in ModelShape.core {
            #expect(shape.denseLinearParameterCount == counts[shape.name], "\(shape.name)")
            #expect(shape.blockShare >= 0.7, "\(shape.name): \(shape.blockShare)")
            #expect(shape.vocabularySize == ModelShape.coreVocabulary && shape.headSize == 32 && shape.intermediateSize % 16 == 0)
            // 8/3 of the width, up to the next multiple of 16.
            let exact = 8.0 / 3 * Double(shape.hiddenSize)
            #expect(Double(shape.intermediateSize) >= exact && Double(shape.intermediateSize) < exact + 16)
        }
        // What it is for: the same blocks with the published vocabulary.
        let nine = ModelShape.preset(named: "9m")
        #expect(nine?.denseLinearParameterCount == 802_816 && (nine?.blockShare ?? 1) < 0.1)
    }

    /// No published name, and none that differs by a slip from one.
    @Test func noNameIsTaken() {
        #expect(Set(ModelShape.presets.map(\.name)).count == ModelShape.presets.count)
        for shape in ModelShape.core { #expect(shape.name.hasPrefix("core-") && !ModelShape.published.contains { $0.name == shape.name }) }
    }

    @Test func theRankIsAQuarterOfTheWidth() throws {
        for shape in ModelShape.core {
            let cells = try load(#"{"model": "\#(shape.name)", "methods": ["low_rank", "galore", "sltrain", "lost", "cola"]}"#).cells
            #expect(cells.allSatisfy { $0.options["rank"]?.integer == shape.hiddenSize / 4 }, "\(shape.name)")
        }
    }

    @Test func theTokenizerFollowsTheVocabulary() throws {
        func tokenizer(_ model: String, _ data: String = "{}") throws -> String {
            try load(#"{"model": \#(model), "methods": ["full_rank"], "data": \#(data)}"#).data.tokenizer
        }
        #expect(try tokenizer(#""core-1m""#) == "sentencepiece:512" && tokenizer(#""9m""#) == "sentencepiece:32000")
        #expect(try tokenizer(#"["9m", "core-1m"]"#) == "sentencepiece:512", "one text, tokens that every model knows")
        #expect(try tokenizer(#""core-1m""#, #"{"tokenizer": "bytes"}"#) == "bytes")
        #expect(try tokenizer(#""core-1m""#, #"{"corpus": "tokens.bin"}"#) == "none")
    }

    // MARK: Tokens per parameter

    private func cells(_ training: String, _ methods: String = #""full_rank", "low_rank", "galore""#, model: String = "core-1m") throws -> [CellDraft] {
        try load(#"{"model": "\#(model)", "methods": [\#(methods)], "training": {"batch_size": 4, "sequence_length": 64, \#(training)}}"#).cells
    }

    /// 20 · 802 816 tokens in updates of 256, whatever the method's own parameters.
    @Test func allMethodsOfASizeHaveTheSameTokens() throws {
        #expect(try cells(#""tokens_per_parameter": 20"#).map(\.training.steps) == [62_720, 62_720, 62_720])
        // 935 040 of all: 73 050 updates.
        #expect(try cells(#""tokens_per_parameter": 20, "tokens_per_parameter_of": "all""#).map(\.training.steps) == [73_050, 73_050, 73_050])
        #expect(try cells(#""tokens_per_parameter": 1e-4"#).map(\.training.steps) == [1, 1, 1])
        #expect(try cells(#""tokens_per_parameter": 20, "warmup_ratio": 0.05"#)[0].training.warmupSteps == 3136)
    }

    @Test func aPickedModelHasTheTokensOfItsSize() throws {
        let config = try SweepConfig.load(
            text: #"""
                {"model": "core-1m", "methods": ["low_rank", {"method": "full_rank", "match": {"parameters": "low_rank"}}],
                 "training": {"batch_size": 4, "sequence_length": 64, "tokens_per_parameter": 20}}
                """#, name: "t.json", folder: FileManager.default.temporaryDirectory, catalog: catalog,
            measure: { _, spec in spec.method == "low_rank" ? 450_000 : Double(spec.model.denseParameterCount) })
        let picked = try #require(config.cells.last)
        #expect(picked.model.match != nil && picked.model.denseLinearParameterCount < 500_000)
        #expect(picked.training.steps == 62_720 && picked.model.sizeParameterCount() == 802_816)
    }

    /// The same budget is the same run, whichever key gave it.
    @Test func theKeyOfABudgetIsNoIdentity() throws {
        let data = DataIdentity(
            name: "d", packing: .concat, corpusSHA256: "a", tokenizer: "bytes", tokenizerSHA256: "b", vocabularySize: 259, trainTokens: 1, validationTokens: 1)
        let keys = try [
            #""steps": 62720"#, #""tokens": 16056320"#, #""tokens_per_parameter": 20"#, #""flops": 160563200"#, #""tokens_per_parameter": [20]"#,
            #""tokens_per_parameter": 20, "tokens_per_parameter_of": "block_linears""#,
        ].map { try #require(try cells($0, #""full_rank""#).first).spec(data: data).runKey() }
        #expect(Set(keys).count == 1)
        let run = try #require(try cells(#""tokens_per_parameter": 20"#, #""full_rank""#).first).spec(data: data)
        #expect(run.tokensPerParameter() == 20 && abs(run.tokensPerParameter(of: .all) - 16_056_320.0 / 935_040) < 1e-12)
    }

    @Test(arguments: [
        (#""steps": 5, "tokens_per_parameter": 1"#, "tokens_per_parameter: given beside steps"), (#""tokens_per_parameter": 0"#, "above 0"),
        (#""tokens_per_parameter_of": "all""#, "tokens_per_parameter_of: given without tokens_per_parameter"),
        (#""tokens_per_parameter": 1, "tokens_per_parameter_of": "linears""#, "block_linears"),
    ])
    func budgetsAreChecked(training: String, words: String) {
        let found = problem(#"{"model": "core-1m", "methods": ["full_rank"], "training": {\#(training)}}"#)
        #expect(found.contains(words), "\(found)")
    }

    @Test func aMethodsScopeNeedsABudgetOfThatKind() throws {
        #expect(problem(#"{"model": "9m", "methods": [{"method": "lora", "tokens_per_parameter_of": "all"}]}"#).contains("methods[0].tokens_per_parameter_of"))
        let mixed = #"{"method": "lora", "steps": 3, "tokens_per_parameter_of": "all"}"#
        #expect(problem(#"{"model": "9m", "methods": [\#(mixed)], "training": {"tokens_per_parameter": 1}}"#).contains("given without tokens_per_parameter"))
        // Its own scope under the shared number.
        let own = try cells(#""tokens_per_parameter": 20"#, #"{"method": "lora", "tokens_per_parameter_of": "all"}"#)
        #expect(own.map(\.training.steps) == [73_050])
    }

    private let catalog = LadderTests.catalog
}
