import SLReport
import SLSpec
import Testing

/// Rows with one rate for all tensors beside rows whose linears have another.
@Suite struct RateSplitTests {
    private let galore = MethodDescriptor(
        name: "galore", title: "GaLore", summary: "s", paper: "p", family: .projected, options: [], ownRates: "their step is multiplied by `scale`",
        recipe: { _ in .init(learningRate: 0.01, source: "s") })
    private let plain = MethodDescriptor(
        name: "full_rank", title: "Full-rank", summary: "s", paper: "p", family: .dense, options: [], recipe: { _ in .init(learningRate: 0.001, source: "s") })

    private func run(_ method: String, _ groups: [ParameterGroup] = []) -> RunHistory {
        var spec = Fixture.spec(method, rank: method == "full_rank" ? nil : 8)
        spec.training.groups = groups
        return Fixture.finished(spec, id: "\(method)-\(groups.count)", loss: 7)
    }

    private func threats(_ runs: [RunHistory]) -> [String] {
        var history = SweepHistory(name: "s", runs: runs)
        history.methods = [plain, galore]
        return SweepValidity(history).threats.filter { $0.words.contains("learning rate for embedding") && $0.isUnequal }.map(\.words)
    }

    @Test func aSplitBesideASharedRateIsUnequal() throws {
        let words = try #require(threats([run("full_rank"), run("galore")]).first)
        #expect(words.contains("full\\_rank has one learning rate") || words.contains("full_rank has one learning rate"))
        #expect(words.contains("their step is multiplied by `scale`") && words.contains("groups.linears.lr_factor"))
        let split = [ParameterGroup(.linears, learningRateFactor: 0.1)]
        #expect(threats([run("full_rank"), run("full_rank", split)]).first?.contains("by its groups") == true)
    }

    /// The same step as without the factor.
    @Test func aScaleOfOneSplitsNothing() {
        func scaled(_ scale: OptionValue) -> RunHistory {
            var spec = Fixture.spec("galore", rank: 8)
            spec.options["scale"] = scale
            return Fixture.finished(spec, id: "galore-scaled", loss: 7)
        }
        #expect(threats([run("full_rank"), scaled(1)]).isEmpty && threats([run("full_rank"), scaled(1.0)]).isEmpty)
        #expect(!threats([run("full_rank"), scaled(0.25)]).isEmpty)
    }

    @Test func alikeIsNoThreat() {
        let split = [ParameterGroup(.linears, learningRateFactor: 0.1)]
        #expect(threats([run("full_rank"), run("low_rank")]).isEmpty)
        #expect(threats([run("full_rank", split), run("galore")]).isEmpty)
        #expect(threats([run("full_rank", [ParameterGroup(.norms, weightDecay: 0)]), run("low_rank")]).isEmpty)
    }

    /// A rule's options are no distinction from cells of another rule; its name is.
    @Test func optimizersTellCellsApart() {
        func spec(_ optimizer: OptimizerSpec) -> RunHistory {
            var spec = Fixture.spec("full_rank")
            spec.training.optimizer = optimizer
            return Fixture.finished(spec, id: "\(optimizer)", loss: 7)
        }
        func muon(_ momentum: Double) -> OptimizerSpec {
            var spec = OptimizerSpec("muon")
            spec.options["momentum"] = .real(momentum)
            return spec
        }
        let history = SweepHistory(name: "s", runs: [spec(.adamW()), spec(muon(0.95))])
        #expect(SizeGroup.groups(of: history)[0].cells.map(\.label) == ["full_rank", "full_rank (muon)"])
        let three = SweepHistory(name: "s", runs: [spec(muon(0.9)), spec(.adamW()), spec(muon(0.95))])
        #expect(SizeGroup.groups(of: three)[0].cells.map(\.label) == ["full_rank (muon, momentum 0.9)", "full_rank", "full_rank (muon, momentum 0.95)"])
        // AdamW is what the others are set against.
        #expect(SizeGroup.groups(of: three)[0].baseline?.label == "full_rank")
    }
}
