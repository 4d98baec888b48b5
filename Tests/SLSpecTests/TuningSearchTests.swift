import SLSpec
import Testing

/// What a search may try for each cell.
struct TuningSearchTests {
    private func config(_ tuning: String, _ methods: String = #""full_rank", {"method": "galore", "rank": 8}"#, training: String = #""steps": 200, "lr": 0.003"#) -> String {
        #"{"model": "9m", "seeds": [1, 2], "training": {\#(training)}, "methods": [\#(methods)], "tuning": {\#(tuning)}}"#
    }
    private func plan(_ tuning: String, _ methods: String? = nil, training: String = #""steps": 200, "lr": 0.003"#) throws -> TuningPlan {
        try #require(try load(methods.map { config(tuning, $0, training: training) } ?? config(tuning, training: training)).tuning)
    }
    private static let descent = #""search": "coordinate_descent", "#

    /// The values of a coordinate in the order of its places.
    private func values(_ coordinate: TuningCoordinate) -> [String] { coordinate.choices.map { $0.shown[coordinate.key]?.description ?? "?" } }

    @Test func everyKeyHasItsGridAroundTheCellsOwnValue() throws {
        let plan = try plan(Self.descent + #"""
            "max_trials": 10, "tolerance": 0.01, "short": 0.25, "coordinates": {
              "lr": {"factor": 2}, "weight_decay": [0.1, 0.01], "warmup_ratio": [0.05, 0.1, 0.2], "grad_clip": [1, null],
              "groups": {"linears": {"lr_factor": {"from": 0.25, "to": 0.5, "factor": 2}, "weight_decay": [0.1]}}}
            """#)
        #expect(plan.search == .coordinateDescent && plan.settings.maxTrials == 10 && plan.settings.tolerance == 0.01 && plan.settings.short == 0.25)
        let coordinates = try #require(plan.cells.first?.space).coordinates
        #expect(coordinates.map(\.key) == ["lr", "weight_decay", "warmup_ratio", "grad_clip", "groups.linears.lr_factor", "groups.linears.weight_decay"])
        #expect(coordinates.map(values) == [
            ["0.0015", "0.003", "0.006"], ["0", "0.01", "0.1"], ["0.05", "0.1", "0.2"], ["1", "null"], ["0.25", "0.5", "1"], ["0", "0.1"],
        ])
        #expect(coordinates.map(\.start) == [1, 0, 1, 1, 2, 0] && coordinates.map(\.isOrdered) == [true, true, true, false, true, true])
        #expect(coordinates.map(\.isRate) == [true, true, false, false, true, true])
        #expect(coordinates[0].declared == 0.0015...0.006 && coordinates[3].declared == nil)
        // Every cell has its own.
        #expect(plan.cells.count == 2 && plan.cells[1].space?.coordinates.map(\.key) == coordinates.map(\.key))
    }

    /// The start is the cell as the config has it, at whatever length.
    @Test func theStartIsTheCellItself() throws {
        let plan = try plan(Self.descent + #""coordinates": {"lr": {"factor": 2}, "warmup_ratio": [0.2], "groups": {"linears": {"lr_factor": [0.5]}}}"#)
        let cell = try #require(plan.cells.first)
        let space = try #require(cell.space)
        #expect(plan.lengths(of: cell) == [0.5, 1])
        let full = try #require(space.trial(at: space.start, share: 1))
        #expect(full.final == cell.draft && full.draft.training == cell.draft.training && full.draft.evaluation.every == 0)
        #expect(full.values == ["lr": .real(0.003), "warmup_ratio": .real(0.1), "groups.linears.lr_factor": .integer(1)])
        // The whole schedule is half as long.
        let short = try #require(space.trial(at: space.start, share: 0.5))
        #expect(short.draft.training.steps == 100 && short.draft.training.warmupSteps == 10 && short.final == cell.draft)
        #expect(cell.trials.map(\.draft) == [short.draft])
    }

    @Test func aTrialHasWhatItsPlacesSay() throws {
        let plan = try plan(
            Self.descent + #""steps": 80, "coordinates": {"lr": {"factor": 2}, "warmup_ratio": [0.2], "groups": {"linears": {"lr_factor": [0.5]}}}"#,
            training: #""steps": 200, "lr": 0.003, "warmup_steps": 20"#)
        let space = try #require(plan.cells.first?.space)
        let trial = try #require(space.trial(at: [2, 1, 0], share: 0.5))
        #expect(trial.draft.training.steps == 40 && trial.draft.training.learningRate == 0.006 && trial.draft.training.warmupSteps == 8)
        #expect(trial.final.training.steps == 200 && trial.final.training.warmupSteps == 40 && trial.final.training.groups.first?.learningRateFactor == 0.5)
    }

    @Test func rangesGoOnAndListsEnd() throws {
        let plan = try plan(
            Self.descent + #""coordinates": {"lr": {"from": 0.002, "to": 0.01, "factor": 2}, "beta1": {"from": 0.45, "to": 0.9, "factor": 2}, "weight_decay": [0.1]}"#,
            #"{"method": "galore", "rank": 8, "lr": 0.003, "tune": {"update_interval": {"factor": 2, "each_way": 1}}}"#)
        let coordinates = try #require(plan.cells.first?.space).coordinates
        let rate = coordinates[0]
        #expect(values(rate) == ["0.002", "0.003", "0.004", "0.008"])
        #expect([-2, -1, 4, 5].map { rate.choice(at: $0)?.shown["lr"] } == [.real(0.0005), .real(0.001), .real(0.016), .real(0.032)])
        // Beyond the domain there is nothing: β₁ = 1.8.
        #expect(coordinates[1].choice(at: 2) == nil && coordinates[1].choice(at: -1)?.shown["beta1"] == .real(0.225))
        #expect(coordinates[2].choice(at: 2) == nil && coordinates[2].choice(at: -1) == nil)
        // Whole numbers stay whole, and end where they would repeat themselves.
        let interval = coordinates[3]
        let own = try #require(plan.cells.first?.draft.options["update_interval"]?.integer)
        #expect(values(interval) == [own / 2, own, own * 2].map(String.init) && interval.choice(at: 3)?.shown["update_interval"] == .integer(own * 4))
        let lowest = (-20 ... -1).compactMap { interval.choice(at: $0)?.shown["update_interval"]?.integer }.min()
        #expect(lowest == 1)
    }

    /// Choices that are no numbers, and parts with options of their own.
    @Test func namesHaveNoOrder() throws {
        let plan = try plan(
            Self.descent + #""coordinates": {"optimizer": ["adamw", {"name": "muon", "momentum": [0.9, 0.95]}], "lr": {"factor": 3}}"#, #""full_rank""#)
        let space = try #require(plan.cells.first?.space)
        let optimizer = space.coordinates[0]
        #expect(optimizer.choices.count == 3 && optimizer.start == 0 && !optimizer.isOrdered && !optimizer.isRate)
        let trial = try #require(space.trial(at: [2, 1], share: 1))
        #expect(trial.final.training.optimizer.name == "muon" && trial.values["optimizer.momentum"] == .real(0.95))
        // What the cell has and the list has not is a choice of its own.
        let other = try self.plan(Self.descent + #""coordinates": {"optimizer": ["muon", "sgd"], "lr": [0.1]}"#, #""full_rank""#)
        #expect(other.cells.first?.space?.coordinates[0].choices.count == 3)
    }

    @Test func aMethodAddsAndReplaces() throws {
        let plan = try plan(
            Self.descent + #""coordinates": {"lr": {"factor": 2}, "weight_decay": [0, 0.1]}"#,
            #""full_rank", {"method": "galore", "rank": 8, "lr": 0.01, "tune": {"scale": [0.25, 1], "lr": [0.01, 0.02]}}"#)
        #expect(plan.cells.map { $0.space?.coordinates.map(\.key) ?? [] } == [["lr", "weight_decay"], ["lr", "weight_decay", "scale"]])
        #expect(plan.cells[1].space.map { values($0.coordinates[0]) } == ["0.01", "0.02"])
        // Rates alone need no shorter trials.
        #expect(plan.cells.map { plan.lengths(of: $0) } == [[1], [0.5, 1]])
    }

    /// A batch of another size makes the same tokens in other updates.
    @Test func budgetsInTokensStayWhatTheyAre() throws {
        let plan = try plan(Self.descent + #""coordinates": {"batch_size": [4, 8, 16], "lr": {"factor": 2}}"#, #""full_rank""#, training: #""tokens": 409600, "lr": 0.003"#)
        let space = try #require(plan.cells.first?.space)
        #expect([0, 1, 2].map { space.trial(at: [$0, 1], share: 1)?.final.training.steps } == [400, 200, 100])
        #expect(space.trial(at: [2, 1], share: 0.5)?.draft.training.steps == 50)
    }

    @Test func successiveHalvingHasItsLengths() throws {
        let plan = try plan(
            #""search": "successive_halving", "max_trials": 13, "eta": 3, "rungs": 3, "coordinates": {"lr": {"factor": 2, "each_way": 2}, "weight_decay": [0, 0.01, 0.1]}"#)
        let cell = try #require(plan.cells.first)
        #expect(plan.lengths(of: cell).map { ($0 * 900).rounded() } == [100, 300, 900])
        // 9 + 3 + 1
        #expect(plan.candidates(of: cell) == 9 && plan.settings.survivors(of: 9) == 3 && plan.settings.survivors(of: 2) == 1)
    }

    @Test(arguments: [
        (#""search": "random""#, "tuning.search"), (#""search": "coordinate_descent""#, "tuning.coordinates: missing"),
        (#""search": "coordinate_descent", "lr": [0.1], "coordinates": {"lr": [0.1]}"#, "given beside a search"),
        (#""lr": [0.1], "max_trials": 5"#, "has no effect on a grid"), (#""lr": [0.1], "coordinates": {"lr": [0.1]}"#, "has no effect on a grid"),
        (#""search": "coordinate_descent", "eta": 2, "coordinates": {"lr": [0.1]}"#, "has no effect on coordinate_descent"),
        (#""search": "successive_halving", "short": 1, "coordinates": {"lr": [0.1]}"#, "has no effect on successive_halving"),
        (#""search": "coordinate_descent", "max_trials": 1, "coordinates": {"lr": [0.1]}"#, "tuning.max_trials"),
        (#""search": "successive_halving", "max_trials": 2, "coordinates": {"lr": [0.1]}"#, "one for each of the 3 rungs"),
        (#""search": "coordinate_descent", "coordinates": {}"#, "nothing to try"),
        (#""search": "coordinate_descent", "coordinates": {"steps": [5]}"#, "unknown key 'steps'"),
        (#""search": "coordinate_descent", "coordinates": {"scale": [1]}"#, "in \"tune\""),
        (#""search": "coordinate_descent", "coordinates": {"lr": {"from": 1, "to": 2}}"#, "a range without \"factor\""),
        (#""search": "coordinate_descent", "coordinates": {"lr": {"factor": 1}}"#, "a number above 1"),
        (#""search": "coordinate_descent", "coordinates": {"lr": {"from": 2, "to": 1, "factor": 2}}"#, "to no smaller"),
        (#""search": "coordinate_descent", "coordinates": {"lr": {"from": 1e-9, "to": 1, "factor": 1.01}}"#, "at most 64 values"),
        (#""search": "coordinate_descent", "coordinates": {"lr": {"from": 0.1, "factor": 2}}"#, "multiples of the cell's own value"),
        (#""search": "coordinate_descent", "coordinates": {"lr": {"factor": 2, "step": 3}}"#, "unknown key 'step'"),
        (#""search": "coordinate_descent", "coordinates": {"weight_decay": {"factor": 2}}"#, "a number above 0 to multiply"),
        (#""search": "coordinate_descent", "coordinates": {"states": {"factor": 2}}"#, "a range given"),
        (#""search": "coordinate_descent", "coordinates": {"groups": {"linear": {"lr_factor": {"factor": 2}}}}"#, "did you mean 'linears'"),
        (#""search": "coordinate_descent", "coordinates": {"gradient_accumulation": [3]}"#, "does not divide"),
    ])
    func searchesAreChecked(tuning: String, words: String) {
        #expect(problem(config(tuning)).contains(words), "\(problem(config(tuning)))")
    }

    @Test(arguments: [
        (#""lr": [0.1, 0.2]"#, #"{"method": "lora", "tune": {"lr": {"factor": 2}}}"#, "a range given"),
        (#""search": "coordinate_descent", "coordinates": {"lr": {"factor": 2}}"#, #"{"method": "lora", "lr": [0.1, 0.2]}"#, "is swept, and tuned too"),
        (#""search": "coordinate_descent", "coordinates": {"lr": {"factor": 2}}"#, #"{"method": "lora", "rank": [4, 8], "tune": {"rank": [4, 16]}}"#, "is swept too"),
        (#""search": "coordinate_descent", "coordinates": {"lr": {"factor": 2}}"#, #"{"method": "lora", "rank": 4, "tune": {"rank": [4, 100000]}}"#, "exceeds the smaller side"),
        (
            #""search": "successive_halving", "max_trials": 13, "coordinates": {"lr": {"factor": 2}}"#, #"{"method": "lora", "tune": {"rank": [4, 8]}}"#,
            "3 combinations to begin with, 9 for other cells"
        ),
    ])
    func methodsAreChecked(tuning: String, method: String, words: String) {
        let text = config(tuning, #""full_rank", \#(method)"#)
        #expect(problem(text).contains(words), "\(problem(text))")
    }

    /// A value beyond what a model can have is no trial; beside others it may be one.
    @Test func whatCannotBeIsNoTrial() throws {
        let plan = try plan(Self.descent + #""coordinates": {"lr": {"factor": 2}}"#, #"{"method": "lora", "rank": 8, "tune": {"rank": {"factor": 4}}}"#)
        let space = try #require(plan.cells.first?.space)
        let ranks = (0..<12).map { space.trial(at: [1, $0], share: 1)?.final.options["rank"]?.integer }
        #expect(ranks.prefix(3) == [2, 8, 32] && ranks.last == .some(nil))
    }
}
