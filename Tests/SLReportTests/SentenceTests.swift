import SLReport
import SLSpec
import Testing

/// Every sentence of report and `check` that says something of the runs is made from them: a fact is changed under each, and
/// the sentence comes or goes.
@Suite struct SentenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var sentence: String
        /// Where the sentence is true, and where the changed fact makes it untrue.
        var isTrue: SweepHistory
        var isUntrue: SweepHistory
        var testDescription: String { sentence }
    }

    private static func history(_ runs: [RunHistory], tuning: [TunedCell] = [], _ change: (inout [RunHistory]) -> Void = { _ in }) -> SweepHistory {
        var runs = runs
        change(&runs)
        return SweepHistory(name: "s", runs: runs, tuning: tuning, methods: Fixture.catalog)
    }

    private static func run(_ method: String, seed: UInt64 = 1, lr: Double = 0.001, rank: Int? = nil, model: ModelShape = Fixture.model) -> RunHistory {
        Fixture.finished(
            Fixture.spec(method, rank: rank, seed: seed, lr: lr, model: model), id: "\(method)\(seed)-\(lr)-\(rank ?? 0)-\(model.name)",
            loss: 7 + Double(method.count) / 100 + Double(seed) / 1000)
    }

    private static let two = [run("full_rank"), run("galore", lr: 0.01)]
    private static let seeds = [1, 2].flatMap { [run("full_rank", seed: $0), run("galore", seed: $0, lr: 0.01)] }

    private static func data(shared: Int?) -> DataRecord {
        let part = DataRecord.Part(tokens: 100, bytes: 400)
        return DataRecord(training: part, validation: part, sharedRecords: shared, validationRecords: 9)
    }

    private static func each(_ change: @escaping (inout RunHistory) -> Void) -> (inout [RunHistory]) -> Void {
        { runs in for index in runs.indices { change(&runs[index]) } }
    }

    private static func last(_ change: @escaping (inout RunHistory) -> Void) -> (inout [RunHistory]) -> Void {
        { runs in change(&runs[runs.count - 1]) }
    }

    private static func tuned(_ methods: [String], seed: UInt64 = 1000, isChosen: Bool = true) -> [TunedCell] {
        two.filter { methods.contains($0.spec.method) }.map { run in
            TunedCell(
                size: "9m", method: run.spec.method, rank: nil, steps: 4, groupKey: isChosen ? try? run.spec.groupKey() : nil,
                trials: [0.5, 1, 2].map {
                    .init(
                        values: ["lr": .real(run.spec.training.learningRate * $0)], runs: [.init(runID: "t", seed: seed, status: .finished, evalLoss: 8 + abs($0 - 1))],
                        isChosen: isChosen && $0 == 1)
                })
        }
    }

    private static let rates: [Case] = [
        Case(sentence: "each method ran with one learning rate; that of its recipe; no trials chose them", isTrue: history(two), isUntrue: history([run("full_rank"), run("galore", lr: 0.003)])),
        Case(
            sentence: "full_rank with the recipe's; not the recipe's: galore (0.003 in place of 0.01)", isTrue: history([run("full_rank"), run("galore", lr: 0.003)]),
            isUntrue: history(two)),
        Case(sentence: "ran with one learning rate, 0.001 for all", isTrue: history([run("full_rank"), run("lora")]), isUntrue: history([run("full_rank"), run("lora", lr: 0.002)])),
        Case(sentence: "no trials chose them", isTrue: history(two), isUntrue: history(two, tuning: tuned(["full_rank", "galore"]))),
        Case(sentence: "ran with one learning rate", isTrue: history(two), isUntrue: history(two + [run("full_rank", lr: 0.002), run("galore", lr: 0.02)])),
        Case(sentence: "galore ran with one learning rate; not the recipe's", isTrue: history([run("galore", lr: 0.5)]), isUntrue: history([run("galore", lr: 0.01)])),
        Case(sentence: "unequal numbers of learning rates: 1 to 2", isTrue: history(two + [run("galore", lr: 0.02)]), isUntrue: history(two)),
    ]

    private static let guide: [Case] = [
        Case(sentence: "Runs of one seed saw the same tokens in the same order.", isTrue: history(two), isUntrue: history(two, last { $0.spec.training.batchSize = 4 })),
        Case(sentence: "Runs of one seed did **not** all see", isTrue: history(two, last { $0.spec.data.corpusSHA256 = "ef" }), isUntrue: history(two)),
        Case(
            sentence: "validation text, of which no passage was found in the training text", isTrue: history(two, each { $0.data = data(shared: 0) }),
            isUntrue: history(two, each { $0.data = data(shared: nil) })),
        Case(
            sentence: "passages stand in the training text too**", isTrue: history(two, each { $0.data = data(shared: 3) }),
            isUntrue: history(two, each { $0.data = data(shared: 0) })),
        Case(sentence: "in nats per token on", isTrue: history(two), isUntrue: history(two, each { $0.spec.evaluation.mode = .galoreCompat })),
        Case(sentence: "*Bits/byte* is", isTrue: history(two), isUntrue: history(two, each { $0.result?.evaluation.bitsPerByte = nil })),
        Case(sentence: "The columns *vs full_rank*", isTrue: history(two), isUntrue: history([run("galore"), run("lora")])),
        Case(sentence: "Best values are bold.", isTrue: history(two), isUntrue: history([two[0]])),
        Case(sentence: "Each cell has one finished run", isTrue: history(two), isUntrue: history(seeds)),
        Case(sentence: "a cell with one seed has no ±", isTrue: history(seeds + [run("lora")]), isUntrue: history(seeds)),
        Case(sentence: "Each cell is one run: there is no interval", isTrue: history(two), isUntrue: history(two + [Fixture.diverged(Fixture.spec("full_rank", seed: 2), id: "d")])),
        Case(sentence: "The best of a size is bold.", isTrue: history(two), isUntrue: history([two[0]])),
        Case(sentence: "Every row is a model of the same shape", isTrue: history(two), isUntrue: history([two[0]])),
    ]

    private static let setting: [Case] = [
        Case(sentence: ", the same for every run.", isTrue: history(two), isUntrue: history(two, last { $0.spec.evaluation.tokens = 256 })),
        Case(sentence: "**The runs do not share one evaluation:**", isTrue: history(two, last { $0.spec.evaluation.tokens = 256 }), isUntrue: history(two)),
        Case(sentence: "so that runs of one seed are pairs", isTrue: history(two), isUntrue: history(two, last { $0.spec.training.sequenceLength = 32 })),
        Case(sentence: "A seed fixes the initial weights", isTrue: history(two), isUntrue: history(two, each { $0.spec.initialization = "ab" })),
        Case(sentence: "The runs started from given weights", isTrue: history(two, each { $0.spec.initialization = "ab" }), isUntrue: history(two)),
        Case(sentence: "A divergence says something", isTrue: history(two + [Fixture.diverged(Fixture.spec("lora"), id: "d")]), isUntrue: history(two + [Fixture.diverged(Fixture.spec("lora"), id: "d")], last { $0.status = .failed })),
        Case(sentence: "made for every cell", isTrue: history(two, tuning: tuned(["full_rank", "galore"])), isUntrue: history(two, tuning: tuned(["galore"]))),
        Case(sentence: "The runs above have other seeds.", isTrue: history(two, tuning: tuned(["galore"])), isUntrue: history(two, tuning: tuned(["galore"], seed: 1))),
        Case(sentence: "the one with the lowest mean validation loss was taken", isTrue: history(two, tuning: tuned(["galore"])), isUntrue: history(two, tuning: tuned(["galore"], isChosen: false))),
        Case(
            sentence: "differ in the rank and, where the column says so, in the learning rate", isTrue: history([run("galore", rank: 4), run("galore", lr: 0.01, rank: 8)]),
            isUntrue: history([run("galore", rank: 4), run("galore", rank: 8)])),
    ]

    private static let evidence: [Case] = [
        Case(sentence: "one seed a row: no spread is known", isTrue: history(two), isUntrue: history(seeds)),
        Case(sentence: "with 2 seeds no difference can be claimed", isTrue: history(seeds), isUntrue: history(two)),
        Case(sentence: "not every row finished the same seeds; 1 to 2 seeds a row", isTrue: history(Array(seeds.dropLast())), isUntrue: history(seeds)),
        Case(sentence: "not every row finished the same seeds; 1 seed a row", isTrue: history([run("full_rank"), run("galore", seed: 2)]), isUntrue: history(two)),
        Case(sentence: "Differences are taken over the seeds that a row shares with the reference", isTrue: history(Array(seeds.dropLast())), isUntrue: history([run("lora"), run("galore"), run("lora", seed: 2)])),
        Case(sentence: "1 of 3 runs diverged and is in no mean", isTrue: history(two + [Fixture.diverged(Fixture.spec("lora"), id: "d")]), isUntrue: history(two)),
        Case(sentence: "2048 tokens a run, 1.10B in the papers", isTrue: history(two), isUntrue: history(two, each { $0.result?.tokens = 2_000_000_000 })),
        Case(sentence: "tokens a run at the most", isTrue: history(two, last { $0.result?.tokens = 4096 }), isUntrue: history(two)),
        Case(sentence: "the order of methods may change with the budget", isTrue: history(two), isUntrue: history([two[0]])),
        Case(sentence: "made by differing programs", isTrue: history(two, last { $0.environment?.programVersion = "9" }), isUntrue: history(two)),
        Case(sentence: "losses are averaged as in GaLore's published loop", isTrue: history(two, each { $0.spec.evaluation.mode = .galoreCompat }), isUntrue: history(two)),
        Case(sentence: "chosen by unequal numbers of trials", isTrue: history(two, tuning: tuned(["galore"])), isUntrue: history(two, tuning: tuned(["full_rank", "galore"]))),
        Case(sentence: "9m has no full_rank cell", isTrue: history([run("galore"), run("lora")]), isUntrue: history(two)),
    ]

    private static let speed: [Case] = [
        Case(sentence: "the speed of galore does not compare", isTrue: history(two, last { $0.result?.foreignProcessorShare = 0.2 }), isUntrue: history(two, last { $0.result?.foreignProcessorShare = 0.01 })),
        Case(sentence: "no row's speed compares", isTrue: history(two, each { $0.result?.foreignProcessorShare = 0.2 }), isUntrue: history(two, last { $0.result?.foreignProcessorShare = 0.2 })),
        Case(sentence: "Other runs were in training on the machine meanwhile", isTrue: history(two, last { $0.result?.companionRuns = 1 }), isUntrue: history(two, each { $0.result?.companionRuns = 0 })),
        Case(sentence: "*GFLOP/s* are", isTrue: history(two, each { $0.result?.trainingFloatingPointOperations = 1e9 }), isUntrue: history(two)),
        Case(sentence: "*Refreshes* is", isTrue: history(two, last { $0.result?.refreshSeconds = 1 }), isUntrue: history(two)),
        Case(sentence: "Wall time, FLOPs and shares are means over the seeds", isTrue: history(seeds), isUntrue: history(two)),
        Case(sentence: "Of several seeds the one with the highest tracked peak", isTrue: history(seeds), isUntrue: history(two)),
    ]

    private static let published: [Case] = {
        let model = ModelShape.preset(named: "60m") ?? Fixture.model
        let runs = [run("full_rank", model: model), run("galore", lr: 0.01, model: model)]
        return [
            Case(
                sentence: "The token budgets of 60m are smaller than the smallest published.", isTrue: history(runs),
                isUntrue: history(runs, each { $0.result?.tokens = 1_100_000_000 })),
            Case(sentence: "Here: corpus sotu, tokenizer", isTrue: history(runs), isUntrue: history(runs, each { $0.spec.data.name = "c4" })),
        ]
    }()

    @Test(arguments: rates + guide + setting + evidence + speed + published) func aSentenceFollowsItsFact(_ fact: Case) {
        func text(_ history: SweepHistory) -> String {
            SweepReport.markdown(history) + SweepValidity(history).threats.map(\.words).joined(separator: "\n")
        }
        #expect(text(fact.isTrue).contains(fact.sentence))
        #expect(!text(fact.isUntrue).contains(fact.sentence))
    }

    /// Equal rows have nothing held against them but what is held.
    @Test func whatIsSameIsNamedFromTheRuns() {
        // Eight seeds, so that the noise of seeds is known, too.
        let runs = (1...8).flatMap { seed in
            ["full_rank", "galore"].map { method in
                var run = Self.run(method, seed: UInt64(seed), lr: method == "galore" ? 0.01 : 0.001)
                run.result?.tokens = 2_000_000_000
                // A text of its own, so that nothing was chosen on what is reported.
                let evaluation = run.result?.evaluation
                run.result?.test = evaluation
                return run
            }
        }
        let tuned = Self.tuned(["full_rank", "galore"])
        #expect(SweepReport.markdown(Self.history(runs, tuning: tuned)).contains("Nothing that the runs tell of: "))
        var unknown = runs
        for index in unknown.indices { unknown[index].environment = nil }
        let text = SweepReport.markdown(Self.history(unknown, tuning: tuned))
        #expect(text.contains("Nothing that the runs tell of: ") && !text.contains("host are the same"))
    }
}
