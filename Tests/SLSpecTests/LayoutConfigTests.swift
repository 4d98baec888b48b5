import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// `roles` and `layers` of a method's object.
@Suite struct LayoutConfigTests {
    private func one(_ entry: String, model: String = "9m") throws -> CellDraft {
        try #require(try load(#"{"model": "\#(model)", "methods": [\#(entry)]}"#).cells.first)
    }

    private func refusal(_ entry: String) -> String { problem(#"{"model": "9m", "methods": [\#(entry)]}"#) }

    @Test func linearsHaveOptionsOfTheirOwn() throws {
        let cell = try one(
            #"{"method": "low_rank", "roles": {"down_proj": {"rank": 64}, "q_proj": {"parameterization": "dense"}, "x-why": 1}, "layers": {"0": {"alpha": 8}}}"#)
        #expect(cell.options["roles.down_proj.rank"] == 64 && cell.options["layers.0.alpha"] == 8)
        #expect(cell.options.options(role: .down, layer: 1)["rank"] == 64 && cell.options.options(role: .up, layer: 1)["rank"] == 32)
        #expect(cell.options.options(role: .up, layer: 0)["alpha"] == 8 && cell.options.options(role: .up, layer: 1)["alpha"] == 32)
        #expect(cell.options.isDense(role: .query, layer: 3) && !cell.options.isDense(role: .key, layer: 3))
        #expect(cell.options.ofAllLinears == (try one(#""low_rank""#)).options)
    }

    /// Options that linears have of their own are swept, zipped, tuned, excluded and set like any other.
    @Test func theyAreSweptLikeAnyOther() throws {
        let swept = try load(
            #"{"model": "9m", "methods": [{"method": "low_rank", "rank": [8, 16], "roles": {"down_proj": {"rank": [4, 2]}}, "zip": ["rank", "roles.down_proj.rank"]}]}"#)
        #expect(swept.cells.map { $0.options["roles.down_proj.rank"] } == [4, 2] && swept.cells.map { $0.options["rank"] } == [8, 16])
        let excluded = try load(
            #"{"model": "9m", "methods": [{"method": "low_rank", "layers": {"1": {"rank": [4, 2]}}}], "exclude": [{"layers.1.rank": 2}]}"#)
        #expect(excluded.cells.map { $0.options["layers.1.rank"] } == [4])
        let tuned = try load(
            #"{"model": "9m", "methods": [{"method": "low_rank", "tune": {"roles": {"v_proj": {"rank": [4, 2]}}}}], "tuning": {"seeds": [9], "lr": [1e-3, 2e-3]}}"#)
        #expect(tuned.tuning?.cells.first?.trials.map { $0.draft.options["roles.v_proj.rank"] } == [4, 2])
        let set = try load(#"{"model": "9m", "methods": ["full_rank", {"method": "low_rank"}]}"#, set: ["methods.low_rank.layers.0.rank=3"])
        #expect(set.cells.last?.options["layers.0.rank"] == 3)
    }

    /// What says nothing new is not there, so that one layout is one run; and none at all leaves identities as they were.
    @Test func oneLayoutIsOneRun() throws {
        let plain = try one(#""low_rank""#)
        for entry in [
            #"{"method": "low_rank", "roles": {"q_proj": {"rank": 32, "parameterization": "method"}}}"#,
            #"{"method": "low_rank", "layers": {"1": {"rank": 32.0}}, "roles": {}}"#,
        ] {
            #expect(try one(entry) == plain)
        }
        // Here the layer's value undoes the role's.
        let undone = try one(#"{"method": "low_rank", "roles": {"q_proj": {"rank": 8}}, "layers": {"1": {"rank": 32}}}"#)
        #expect(undone.options["layers.1.rank"] == 32 && undone != plain)
        let config = try load(
            #"{"model": "9m", "methods": [{"method": "low_rank", "roles": {"q_proj": {"rank": 8.0}}}, {"method": "low_rank", "roles": {"q_proj": {"rank": [8, 4]}}}]}"#)
        #expect(config.cells.count == 2 && config.duplicates == 1)
    }

    /// A rank is bound by the linears that it is for, dense ones left out.
    @Test func aRankIsBoundByItsLinears() throws {
        // 9m: hidden 128, intermediate 352.
        #expect(refusal(#"{"method": "low_rank", "roles": {"up_proj": {"rank": 129}}}"#).contains(
            "methods[0].roles.up_proj.rank: 129 exceeds the smaller side of the layer 'mlp.up_proj' [352, 128] of model '9m'"))
        #expect(refusal(#"{"method": "low_rank", "layers": {"3": {"rank": 400}}}"#).contains("methods[0].layers.3.rank: 400 exceeds"))
        #expect(refusal(#"{"method": "low_rank", "rank": 129, "layers": {"0": {"parameterization": "dense"}}}"#).contains("methods[0].rank: 129 exceeds"))
        #expect(!refusal(#"{"method": "low_rank", "rank": 129, "roles": {"up_proj": {"rank": 8}}}"#).contains("up_proj"))
        let shape = #"{"name": "s", "hidden_size": 16, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 300}"#
        let dense = ["gate_proj", "up_proj", "down_proj"].map { #""\#($0)": {"parameterization": "dense"}"# }.joined(separator: ", ")
        let config = try load(#"{"model": \#(shape), "methods": [{"method": "low_rank", "rank": 16, "roles": {\#(dense)}}]}"#)
        #expect(config.cells.count == 1)
    }

    @Test func slipsAreNamed() {
        #expect(refusal(#"{"method": "low_rank", "roles": {"self_attn.q_proj": {"rank": 2}}}"#).hasSuffix(
            "methods[0].roles.self_attn.q_proj: no role 'self_attn.q_proj'\n  allowed: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj\n  hint: did you mean 'q_proj'?"))
        #expect(refusal(#"{"method": "low_rank", "layers": {"first": {"rank": 2}}}"#).contains("no layer 'first'"))
        #expect(refusal(#"{"method": "low_rank", "layers": {"4": {"rank": 2}}}"#).contains("methods[0].layers.4: model '9m' has 4 layers"))
        #expect(refusal(#"{"method": "low_rank", "roles": {"q_proj": {"rnk": 2}}}"#).contains("hint: did you mean 'rank'?"))
        #expect(refusal(#"{"method": "low_rank", "roles": {"q_proj": {"lora_alpha": 2}}}"#).contains("here it is 'alpha'"))
        #expect(refusal(#"{"method": "relora", "roles": {"q_proj": {"merge_interval": 2}}}"#).contains("'merge_interval' is one for the whole run"))
        #expect(refusal(#"{"method": "low_rank", "roles": {"q_proj": {"rank": 0}}}"#).contains("roles.q_proj.rank: 0 given"))
        #expect(refusal(#"{"method": "low_rank", "roles": {"q_proj": {"parameterization": "dense", "rank": 4}}}"#).contains("has no effect with parameterization"))
        #expect(refusal(#"{"method": "low_rank", "roles": {"q_proj": {}}}"#).contains("an empty object"))
        #expect(refusal(#"{"method": "low_rank", "roles": 3}"#).contains("methods[0].roles: 3 is"))
        #expect(refusal(#"{"method": "full_rank", "roles": {"q_proj": {"parameterization": "dense"}}}"#).contains("unknown key 'roles'"))
        #expect(problem(#"{"model": "9m", "methods": ["low_rank"], "training": {"roles": {}}}"#).contains("'roles' belongs inside a method's object"))
        let all = LinearRole.allCases.map { #""\#($0.moduleName)": {"parameterization": "dense"}"# }.joined(separator: ", ")
        #expect(refusal(#"{"method": "low_rank", "roles": {\#(all)}}"#).contains("nothing is left to low_rank"))
    }

    @Test(arguments: [
        (#"{"method": "low_rank", "roles": {"down_proj": {"rank": [4, 8], "parameterization": "method"}}, "layers": {"0": {"parameterization": "dense"}}}"#, true),
        (#"{"method": "low_rank", "roles": {"down": {"rank": 4}}}"#, false), (#"{"method": "low_rank", "layers": {"00": {"rank": 4}}}"#, false),
        (#"{"method": "relora", "layers": {"0": {"merge_interval": 4}}}"#, false), (#"{"method": "full_rank", "roles": {}}"#, false),
    ])
    func theSchemaSaysTheSame(entry: String, isGood: Bool) throws {
        let checker = SchemaChecker(root: try JSONValue.parse(ConfigSchema.json(catalog: BuiltinMethods.registry.catalog)))
        let config = #"{"model": "9m", "methods": [\#(entry)]}"#
        #expect(checker.problems(try JSONValue.parse(config)).isEmpty == isGood)
        #expect(problems(config).isEmpty == isGood)
    }
}
