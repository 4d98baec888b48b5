import Foundation
import SLReport
import SLSpec
import Testing

/// What the report says of trials that a search picked.
@Suite struct SearchReportTests {
    private static let spec = Fixture.spec("full_rank", lr: 0.004)

    private static func trial(
        _ id: String, _ rate: Double, _ decay: Double, _ losses: [Double?], steps: Int = 4, isChosen: Bool = false, cost: TunedCell.Cost? = nil
    ) -> TunedCell.Trial {
        TunedCell.Trial(
            values: ["lr": .real(rate), "weight_decay": .real(decay)],
            runs: losses.enumerated().map { place, loss in
                let status: RunStatus = loss == nil ? .diverged : .finished
                return .init(
                    runID: losses.count == 1 ? id : "\(id)\(place)", seed: UInt64(1000 + place), status: status, evalLoss: loss,
                    cost: cost ?? .init(tokens: loss == nil ? 500 : 1000, operations: loss == nil ? nil : 3e9, seconds: 2))
            }, isChosen: isChosen, steps: steps)
    }

    /// Short trials around (0.002, 0.1), then rates at full length around 0.004: 0.008 is 0.003 above it, 0.016 diverges.
    private static func cell(_ ends: [SearchRecord.End?] = [.complete, .complete], isOver: Bool = true) -> TunedCell {
        let trials = [
            trial("a", 0.001, 0.1, [8.3], steps: 2), trial("b", 0.002, 0.1, [8.1], steps: 2), trial("c", 0.004, 0.1, [8.2], steps: 2), trial("d", 0.002, 0.2, [8.15], steps: 2),
            trial("e", 0.002, 0.1, [7.2]), trial("f", 0.001, 0.1, [7.4]), trial("g", 0.004, 0.1, [7.1], isChosen: isOver), trial("h", 0.008, 0.1, [7.103]), trial("i", 0.016, 0.1, [nil]),
        ]
        let record = SearchRecord(
            search: .coordinateDescent, maxTrials: 12, tolerance: 0.005,
            coordinates: [
                .init(key: "lr", isOrdered: true, isExtensible: true, low: 0.001, high: 0.004),
                .init(key: "weight_decay", isOrdered: true, isExtensible: false, low: 0.1, high: 0.2),
            ],
            phases: [.init(steps: 2, trials: 4, keys: ["lr", "weight_decay"], end: ends[0]), .init(steps: 4, trials: 5, keys: ["lr"], end: ends[1])], isOver: isOver)
        return TunedCell(
            size: "9m", method: "full_rank", rank: nil, steps: 4, groupKey: isOver ? try? spec.groupKey() : nil, trials: trials, search: record)
    }

    private static func history(_ tuning: [TunedCell]) -> SweepHistory {
        SweepHistory(name: "t", runs: [spec, Fixture.spec("galore", rank: 4)].map { Fixture.finished($0, id: $0.method, loss: 7) }, tuning: tuning)
    }

    private static func threats(_ tuning: [TunedCell]) -> [SweepValidity.Threat] { SweepValidity(history(tuning)).threats }

    @Test func theNearBestAreASet() throws {
        let near = try #require(NearBest(Self.cell()))
        #expect(near.entries.map { $0.trial.runs[0].runID } == ["g", "h"] && near.isTie && near.words == "7.1000 at lr 0.004, weight_decay 0.1; 1 more as good")
        let report = SweepReport.markdown(Self.history([Self.cell()]))
        #expect(report.contains("Trials within 0.005 nats of the best of their cell. The first was taken"))
        #expect(report.contains("| 9m | full_rank | lr 0.008, weight_decay 0.1 | 7.1030 | +0.0030 | `h` |"))
        #expect(Self.threats([Self.cell()]).contains { $0.words.contains("several settings were as good as those taken for full_rank") })
    }

    /// Seeds whose differences scatter by more than their mean tell nothing apart, whatever the tolerance.
    @Test func noiseMakesTies() throws {
        let noisy = [Self.trial("a", 1, 0, [7.0, 7.2, 7.1]), Self.trial("b", 2, 0, [7.15, 7.1, 7.2]), Self.trial("c", 3, 0, [7.5, 7.71, 7.6])]
        let near = try #require(NearBest(noisy, tolerance: 0.005))
        #expect(near.entries.map { $0.trial.values["lr"] } == [.real(1), .real(2)])
        let quiet = [Self.trial("a", 1, 0, [7.0, 7.2, 7.1]), Self.trial("b", 2, 0, [7.05, 7.25, 7.15])]
        #expect(NearBest(quiet, tolerance: 0.005)?.entries.count == 1)
        // Of equal ones the first.
        #expect(NearBest([Self.trial("b", 2, 0, [7]), Self.trial("a", 1, 0, [7])], tolerance: 0.005)?.entries.first?.trial.values["lr"] == .real(2))
        #expect(NearBest([Self.trial("a", 1, 0, [nil])], tolerance: 1) == nil)
    }

    @Test func anOctaveHasItsPrice() throws {
        let curves = TrialCurve.curves(Self.cell())
        #expect(curves.map(\.key) == ["lr", "weight_decay"])
        // Rates from the trials at full length, the decay from the short ones.
        #expect(curves[0].points.map(\.value) == [0.001, 0.002, 0.004, 0.008, 0.016] && curves[0].points.map(\.loss) == [7.4, 7.2, 7.1, 7.103, nil])
        #expect(curves[1].points.map(\.loss) == [8.1, 8.15] && curves[1].best.value == 0.1)
        func nats(_ regret: TrialCurve.Regret?) -> Double? { if case .nats(let nats)? = regret { (nats * 1e6).rounded() / 1e6 } else { nil } }
        #expect(nats(curves[0].regret(at: 0.5)) == 0.1 && nats(curves[0].regret(at: 2)) == 0.003 && curves[0].regret(at: 4) == .diverged)
        #expect(curves[0].regret(at: 3) == nil && curves[0].regret(at: 8) == nil && curves[1].regret(at: 0.5) == nil)
        // Halfway between two octaves of a grid by four: half of the way over the logarithm.
        let coarse = try #require(TrialCurve("lr", [Self.trial("a", 0.001, 0, [7]), Self.trial("b", 0.004, 0, [7.4])]))
        #expect(nats(coarse.regret(at: 2)) == 0.2)
        let report = SweepReport.markdown(Self.history([Self.cell()]))
        #expect(report.contains("| 9m | full_rank | `lr` | 4 | 0.004 | 7.1000 | +0.1000 | +0.0030 | 0.001 to 0.016 | 0.016 |"), "\(report)")
        #expect(report.contains("| 9m | full_rank | `weight_decay` | 2 | 0.1 | 8.1000 | — | +0.0500 | 0.1 to 0.2 | — |"))
    }

    @Test func everyChangedSettingHasItsRow() {
        let report = SweepReport.markdown(Self.history([Self.cell()]))
        for line in [
            "| 9m | full_rank | 2 | **lr 0.002, weight_decay 0.1** | 8.1000 | — | `b` |", "| 9m | full_rank | 2 | lr 0.002 → 0.001 | 8.3000 | +0.2000 | `a` |",
            "| 9m | full_rank | 2 | weight_decay 0.1 → 0.2 | 8.1500 | +0.0500 | `d` |", "| 9m | full_rank | 4 | lr 0.004 → 0.016 | diverged | — | `i` |",
        ] { #expect(report.contains(line), "\(line)\n\(report)") }
    }

    @Test func theWholeBudgetIsTold() {
        let budget = TuningBudget(Self.cell())
        // Eight finished runs of 1000 tokens and one that diverged after 500.
        #expect(budget.trials == 9 && budget.runs == 9 && budget.diverged == 1 && budget.tokens == 8500 && budget.seconds == 18)
        #expect(abs((budget.operations ?? 0) - 8.5 * 3e9) < 1)
        let report = SweepReport.markdown(Self.history([Self.cell()]))
        #expect(report.contains("| 9m | full_rank | 9 | 12 | complete | 1 | 9 | 8500 | 2.55e10 | 18.0 s |"), "\(report)")
    }

    @Test func howTheSearchEndedIsSaid() {
        let report = SweepReport.markdown(Self.history([Self.cell()]))
        #expect(report.contains("by coordinate descent") && report.contains("No cell had more than 12 trials") && report.contains("the rates again at full length"))
        #expect(report.contains("the best `lr` lay on the edge of 0.001 to 0.004, so 0.001 to 0.016 was tried"))
        #expect(!report.contains("reached its most trials") && report.contains("the best `weight_decay` lies on the edge of what was tried"))
        // A list that begins at nothing has no edge there.
        var without = Self.cell()
        for place in without.trials.indices { without.trials[place].values["weight_decay"] = .real((without.trials[place].values["weight_decay"]?.real ?? 0) - 0.1) }
        #expect(without.edgeKeys == [] && Self.cell().edgeKeys == ["weight_decay"])
        let capped = Self.cell([.complete, .capped])
        #expect(SweepReport.markdown(Self.history([capped])).contains("the search of 4 updates reached its most trials (12 in all)"))
        #expect(Self.threats([capped]).contains { $0.words.contains("the search for settings ended at its most trials") && !$0.isUnequal })
        #expect(!Self.threats([Self.cell()]).contains { $0.words.contains("ended at its most trials") })
    }

    /// Searches end when they are done: what is equal is what they might have made.
    @Test func equalCapsAreEqualTerms() throws {
        var other = Self.cell()
        let galore = Fixture.spec("galore", rank: 4)
        (other.method, other.rank, other.groupKey) = ("galore", 4, try galore.groupKey())
        other.trials.removeFirst()
        other.search?.phases[0].trials = 3
        func unequal(_ tuning: [TunedCell]) -> [String] { Self.threats(tuning).filter { $0.isUnequal && ($0.words.contains("trials") || $0.words.contains("ways")) }.map(\.words) }
        #expect(unequal([Self.cell(), other]).isEmpty)
        other.search?.maxTrials = 24
        #expect(unequal([Self.cell(), other]) == ["9m: the settings of the rows were chosen by unequal numbers of trials, 12 to 24."])
        other.search?.maxTrials = 12
        other.search?.search = .successiveHalving
        #expect(unequal([Self.cell(), other]) == ["9m: the settings of the rows were chosen in differing ways: coordinate descent, successive halving."])
    }

    /// A search that goes on is none that found nothing.
    @Test func anOpenSearchIsNotALostOne() {
        let open = Self.cell([.complete, nil], isOver: false)
        #expect(open.isOpen && open.openRuns == 0 && NearBest(open) == nil)
        let report = SweepReport.markdown(Self.history([open]))
        #expect(!report.contains("has no run") && report.contains("nothing is chosen yet"))
        #expect(Self.threats([open]).contains { $0.words == "9m full_rank is not compared: its trials are not over." })
    }

    @Test func thePictureHasEveryCurve() throws {
        let script = try #require(PlotScript.sensitivity(Self.history([Self.cell()])))
        #expect(script.contains("evaluation loss of trials by lr") && script.contains("evaluation loss of trials by weight_decay"))
        #expect(script.contains("$tuning_0_0 << EOD\n0.001 7.4\n0.002 7.2\n0.004 7.1\n0.008 7.103\nEOD\n") && script.contains("$tuning_0_0_best << EOD\n0.004 7.1\nEOD\n"))
        #expect(script.contains("$tuning_0_0_diverged << EOD\n0.016 ") && !script.contains("tuning_1_0_diverged"))
        let picture = try #require(ReportPicture.all(Self.history([Self.cell()])).first { $0.suffix == "tuning" })
        #expect(ReportPicture.suffixes.contains("tuning") && picture.caption.contains("Crosses on the upper edge"))
        #expect(PlotScript.sensitivity(Self.history([])) == nil)
    }
}
