import Foundation
import SLHarness
import SLMethodKit
import SLMethods
import SLModel
import SLOptimizers
import SLSpec
import Testing

/// The key `match`: models as large as other rows of the sweep, by every quantity.
@Suite struct MatchTests {
    private func load(_ methods: String, model: String = #""60m""#, training: String = "{}") throws -> SweepConfig {
        try SweepConfig.load(
            text: #"{"model": \#(model), "methods": [\#(methods)], "training": \#(training), "seeds": [1, 2]}"#, name: "test.json",
            folder: FileManager.default.temporaryDirectory, catalog: BuiltinMethods.registry.catalog,
            work: { SweepPlanner.trainingFloatingPointOperations($0, registry: BuiltinMethods.registry) },
            measure: { SweepPlanner.measure($0, $1, registry: BuiltinMethods.registry) })
    }

    private func problems(_ methods: String, model: String = #""60m""#) -> String {
        do {
            _ = try load(methods, model: model)
            return ""
        } catch let error as ConfigError {
            return error.issues.map(\.rendered).joined(separator: "\n")
        } catch { return "\(error)" }
    }

    /// By formulas of its own, not by the ones that picked.
    private func size(_ quantity: MatchQuantity, _ cell: CellDraft) throws -> Double {
        let method = try BuiltinMethods.registry.make(cell.method, options: cell.options, model: cell.model)
        let accounting = try ModelAccounting(shape: cell.model, method: method, training: cell.training)
        switch quantity {
        case .parameters:
            guard cell.method == "low_rank", let rank = cell.options["rank"]?.integer else { return Double(cell.model.denseParameterCount) }
            return Double(cell.model.baseParameterCount + cell.model.modules.reduce(0) { $0 + rank * ($1.outFeatures + $1.inFeatures) })
        case .paperMemory:
            // 2 bytes a weight, twice that for Adam's state.
            return 6 * Double(accounting.trainableParameters(phase: 0))
        case .memory: return Double(try MemoryPlan(shape: cell.model, method: method, training: cell.training, threads: 1).totalBytes)
        case .flops: return accounting.floatingPointOperationsPerToken(sequenceLength: 256, microBatchTokens: 2048)
        }
    }

    @Test(arguments: MatchQuantity.allCases, ["60m", "9m"]) func thePickedModelIsAsLargeAsItsRow(quantity: MatchQuantity, model: String) throws {
        let config = try load(
            #"{"method": "low_rank", "rank": [16, 32]}, {"method": "full_rank", "match": {"\#(quantity.rawValue)": "low_rank"}}"#, model: "\"\(model)\"")
        let base = try #require(ModelShape.preset(named: model))
        let rows = config.cells.filter { $0.method == "low_rank" && $0.seed == 1 }
        let picked = config.cells.filter { $0.method == "full_rank" && $0.seed == 1 }
        #expect(rows.count == 2 && picked.count == 2 && config.cells.count == 8)
        for (row, cell) in zip(rows, picked) {
            let (wanted, found) = (try size(quantity, row), try size(quantity, cell))
            #expect(abs(found / wanted - 1) <= 0.01, "\(wanted) wanted, \(found) found by \(cell.model)")
            let match = try #require(cell.model.match)
            #expect(abs(match.wanted / wanted - 1) < 1e-12 && abs(match.found / found - 1) < 1e-12)
            #expect(match.words == "\(quantity.words) of low_rank r=\(row.options["rank"]?.integer ?? 0)")
            #expect(cell.model.unmatched == base && row.model == base)
            let shape = cell.model
            #expect(shape.layerCount == base.layerCount && shape.headCount == base.headCount && shape.vocabularySize == base.vocabularySize)
            #expect(shape.hiddenSize % (2 * base.headCount) == 0 && shape.intermediateSize % 16 == 0)
            #expect(shape.hiddenSize < base.hiddenSize || quantity == .memory)
            let proportions = [shape, base].map { Double($0.intermediateSize) / Double($0.hiddenSize) }
            #expect(abs(proportions[0] / proportions[1] - 1) < 0.3, "\(shape)")
        }
        #expect(try load(
            #"{"method": "low_rank", "rank": [16, 32]}, {"method": "full_rank", "match": {"\#(quantity.rawValue)": "low_rank"}}"#, model: "\"\(model)\""
        ).cells == config.cells, "the same question has the same answer")
    }

    /// In a small model steps of 16 are large: finer ones keep the proportions.
    @Test func smallModelsKeepTheirProportions() throws {
        let model = #"{"name": "mini", "hidden_size": 64, "intermediate_size": 176, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 259}"#
        let cells = try load(
            #"{"method": "low_rank", "rank": 16}, {"method": "full_rank", "match": [{"parameters": "low_rank"}, {"paper_memory": "low_rank"}]}"#, model: model
        ).cells.filter { $0.method == "full_rank" && $0.seed == 1 }
        // One model that is as large as the row by both.
        #expect(cells.count == 1 && cells.first?.model.match?.words == "parameters of low_rank r=16, paper memory of low_rank r=16")
        for shape in cells.map(\.model) {
            #expect(abs(Double(shape.intermediateSize) / Double(shape.hiddenSize) / 2.75 - 1) < 0.3, "\(shape)")
            #expect(abs(try #require(shape.match).deviation) <= 0.01)
        }
    }

    /// The dense controls of LOST's authors for the low-rank 130m: 640 and 1450 for 94.04 M parameters in 12 layers.
    @Test func asTheAuthorsOfLOSTPickThem() throws {
        let cells = try load(#""cola", {"method": "full_rank", "match": {"parameters": "cola"}}"#, model: #""130m""#).cells
        let shape = try #require(cells.last?.model)
        #expect(abs(Double(shape.denseParameterCount) / 94.04e6 - 1) < 0.01 && shape.layerCount == 12)
        #expect(abs(shape.hiddenSize - 640) <= 24)
    }

    /// Options and recipe are those of the model beside which the shape stands, and why it was picked is no part of a run's identity.
    @Test func trainedAsTheModelIs() throws {
        let cells = try load(#""full_rank", "low_rank", {"method": "galore", "match": {"parameters": "low_rank"}}, "galore""#).cells.filter { $0.seed == 1 }
        let (galore, beside) = (cells[2], cells[3])
        #expect(galore.options["rank"] == beside.options["rank"] && galore.training == beside.training && galore.model != beside.model)
        let data = try Sample.spec("full_rank").data
        var unlike = galore
        unlike.model.match = nil
        #expect(try galore.spec(data: data).runKey() == unlike.spec(data: data).runKey())
        #expect(try galore.spec(data: data).runKey() != beside.spec(data: data).runKey())
        let coded = try JSONDecoder().decode(RunSpec.self, from: JSONEncoder().encode(galore.spec(data: data)))
        #expect(coded.model == galore.model)
    }

    /// Rows can be named by any of their values, and lists of matches are several models; one model is one row however often it is meant.
    @Test func rowsByTheirValues() throws {
        let cells = try load(
            #"""
            {"method": "low_rank", "rank": [16, 32, 64]},
            {"method": "full_rank", "match": [{"parameters": {"method": "low_rank", "rank": [16, 64]}}, {"parameters": {"method": "low_rank", "rank": 64}}]}
            """#).cells.filter { $0.seed == 1 && $0.method == "full_rank" }
        #expect(cells.map(\.model.name) == ["60m-parameters-of-low_rank-r16", "60m-parameters-of-low_rank-r64"])
    }

    @Test(arguments: [
        (#""low_rank", {"method": "full_rank", "match": {"parameters": "low_rank", "tolerance": 1e-9}}"#, "the nearest is", "a tolerance of that much"),
        (#"{"method": "full_rank", "match": {"parameters": "low_rank"}}"#, "no row of the sweep is like that", "methods"),
        (#""low_rank", {"method": "full_rank", "match": {"parameters": {"method": "low_rank", "rank": 3}}}"#, "no row of the sweep is like that", "has no match of its own"),
        (#""low_rank", {"method": "full_rank", "match": {"parameters": "full_rank"}}"#, "no row of the sweep is like that", "has no match of its own"),
        (#""low_rank", {"method": "full_rank", "match": {"parameters": "low_rnk"}}"#, #""low_rnk" given"#, "did you mean"),
        (#""low_rank", {"method": "full_rank", "match": {"parameters": {"rank": 3}}}"#, #"a row without "method""#, "names one"),
        (#""low_rank", {"method": "full_rank", "match": {"parametres": "low_rank"}}"#, "unknown key 'parametres'", "did you mean 'parameters'?"),
        (#""low_rank", {"method": "full_rank", "match": {"parameters": "low_rank", "flops": "low_rank"}}"#, "2 quantities", "one of"),
        (#""low_rank", {"method": "full_rank", "match": {}}"#, "no quantity", "one of"),
        (#""low_rank", {"method": "full_rank", "match": "parameters"}"#, "there is no reference to be as large as", "a full_rank row"),
        (#""low_rank", {"method": "full_rank", "match": []}"#, "an empty list", "an object like"),
        (#""low_rank", {"method": "full_rank", "match": {"parameters": "low_rank", "tolerance": 0}}"#, "0 given", "above 0"),
    ])
    func refusals(methods: String, problem: String, words: String) {
        let text = problems(methods)
        #expect(text.contains("match") && text.contains(problem) && text.contains(words), "\(text)")
    }
}
