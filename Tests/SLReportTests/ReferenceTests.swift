import SLReport
import SLSpec
import Testing

/// Which cell the others are set against: by what the cells are, the same at every size, whatever their order.
@Suite struct ReferenceTests {
    private static let bf16 = MemoryOptions(storage: .bf16)
    private static let lean = MemoryOptions(update: .perLayer, states: .eightBit, storage: .bf16)
    private static let sizes = ["350m", "1b"].compactMap { ModelShape.preset(named: $0) }

    private func run(_ size: ModelShape, _ method: String, _ options: MemoryOptions, lr: Double = 0.001, loss: Double = 10) -> RunHistory {
        Fixture.finished(
            Fixture.spec(method, rank: method == "full_rank" ? nil : 8, lr: lr, model: size, options: options),
            id: "\(size.name)-\(method)-\(options.words)-\(lr)", loss: loss)
    }

    private func run(_ size: ModelShape, _ options: MemoryOptions, lr: Double = 0.001, loss: Double = 10) -> RunHistory {
        run(size, "full_rank", options, lr: lr, loss: loss)
    }

    private func history(_ runs: [RunHistory]) -> SweepHistory { SweepHistory(name: "r", runs: runs) }

    private func references(_ history: SweepHistory) -> [String: String?] {
        Dictionary(uniqueKeysWithValues: SizeGroup.groups(of: history).map { ($0.model.name, $0.baseline?.label) })
    }

    private func permutations(_ runs: [RunHistory]) -> [[RunHistory]] {
        guard let first = runs.first else { return [[]] }
        return permutations(Array(runs.dropFirst())).flatMap { rest in
            (0...rest.count).map { place in Array(rest[..<place]) + [first] + Array(rest[place...]) }
        }
    }

    /// What the rows of each size are relative to, as the tables show it.
    private func rows(_ history: SweepHistory) -> Set<String> {
        Set(ComparisonTable.terminal(history).split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") })
    }

    /// As in the memory sweep: the lower loss is once the short format's, once the other's.
    @Test func everyOrderGivesTheSameTables() {
        let (small, large) = (Self.sizes[0], Self.sizes[1])
        let runs = [
            run(small, Self.bf16, loss: 10.2), run(small, Self.lean, loss: 10.1), run(large, Self.bf16, loss: 10.1), run(large, Self.lean, loss: 10.2),
            run(large, "galore", Self.lean),
        ]
        let expected = rows(history(runs))
        for order in permutations(runs) {
            #expect(references(history(order)) == ["350m": "full_rank (bf16)", "1b": "full_rank (bf16)"])
            #expect(rows(history(order)) == expected)
        }
    }

    /// A shape that was picked to match a row stands in the table of that row's model, says for what, and is no reference.
    @Test func pickedShapesStandBesideTheirRow() {
        let model = Self.sizes[0]
        var picked = model
        (picked.name, picked.hiddenSize, picked.intermediateSize) = ("350m-parameters-of-low_rank-r8", 704, 1888)
        picked.match = ModelMatch(.parameters, row: "low_rank r=8", of: model, wanted: 185_200_000, found: 185_570_400)
        let runs = [
            run(picked, MemoryOptions(), loss: 9), run(model, "low_rank", MemoryOptions()), run(model, MemoryOptions(), loss: 11),
        ]
        for order in permutations(runs) {
            let groups = SizeGroup.groups(of: history(order))
            #expect(groups.map(\.model) == [model] && groups.first?.baseline?.spec.model == model)
            #expect(groups.first?.cells.map(\.label).contains("full_rank (parameters of low_rank r=8)") == true)
        }
        let setting = SweepReport.markdown(history(runs))
        #expect(setting.contains("350m-parameters-of-low_rank-r8") && setting.contains("704") && setting.contains("0.20 %"))
    }

    /// Plainest first: what changes the arithmetic weighs more than what only changes when it is done; losses weigh nothing.
    @Test func theOptionsHaveAnOrder() {
        let ordered = [
            MemoryOptions(), MemoryOptions(recompute: .block), MemoryOptions(update: .perLayer), Self.bf16,
            MemoryOptions(storage: .bf16, rounding: .stochastic), MemoryOptions(states: .eightBit), Self.lean,
        ]
        for (place, plain) in ordered.enumerated() {
            for other in ordered[(place + 1)...] {
                let pair = [run(Self.sizes[0], plain, loss: 10), run(Self.sizes[0], other, loss: 9)]
                let label = SizeGroup.groups(of: history([pair[0]]))[0].cells[0].label
                for order in [pair, pair.reversed()] { #expect(references(history(order)) == ["350m": label]) }
            }
        }
    }

    @Test func ratesAreChosenByTheRecipeAndNotByTheLoss() {
        let runs = [0.0005, 0.001, 0.003].map { run(Self.sizes[0], MemoryOptions(), lr: $0, loss: 8 - 100 * $0) }
        for order in permutations(runs) {
            var history = history(order)
            #expect(references(history) == ["350m": "full_rank (lr 0.0005)"])
            history.methods = Fixture.catalog
            #expect(references(history) == ["350m": "full_rank (lr 0.001)"], "the recipe's rate is 0.001")
            let report = SweepReport.markdown(history)
            #expect(report.contains("is not the full-rank cell with the lowest loss: full_rank (lr 0.003) reads 7.7000, the reference 7.9000."))
        }
    }

    /// What every size has goes before what is plainer at one of them; a size without it says so.
    @Test func aSizeThatLacksTheReferenceSaysSo() {
        let (small, large) = (Self.sizes[0], Self.sizes[1])
        let common = history([run(small, MemoryOptions()), run(small, Self.lean), run(large, Self.lean)])
        #expect(references(common) == ["350m": "full_rank (8-bit states, per_layer, bf16)", "1b": "full_rank (8-bit states, per_layer, bf16)"])
        let apart = history([run(small, Self.bf16), run(large, Self.lean), run(large, "galore", Self.lean)])
        #expect(references(apart) == ["350m": "full_rank (bf16)", "1b": nil])
        #expect(SweepReport.markdown(apart).contains("1b lacks the full_rank cell that the other sizes are set against"))
        #expect(ComparisonTable.terminal(apart).contains("1b lacks the full_rank cell"))
        #expect(SweepValidity(apart).threats.contains { $0.words.hasPrefix("1b lacks the full_rank cell") })
    }

    /// Cells that are to run or were only planned count; those that never came to a loss don't.
    @Test func plannedCellsCountAndDeadOnesDoNot() throws {
        let (small, large) = (Self.sizes[0], Self.sizes[1])
        var waiting = run(large, Self.bf16)
        (waiting.status, waiting.result) = (.running, nil)
        let begun = history([run(small, Self.bf16), run(small, Self.lean), run(large, Self.lean), waiting])
        #expect(references(begun) == ["350m": "full_rank (bf16)", "1b": nil])
        #expect(SweepReport.markdown(begun).contains("The reference full_rank (bf16) has not finished at 1b (running)"))
        (waiting.status, waiting.failure) = (.failed, RunFailure(status: .failed, reason: .outOfMemory, step: 0, message: "no room"))
        let failed = history([run(small, Self.bf16), run(small, Self.lean), run(large, Self.lean), waiting])
        #expect(references(failed) == ["350m": "full_rank (8-bit states, per_layer, bf16)", "1b": "full_rank (8-bit states, per_layer, bf16)"])

        let seven = try #require(ModelShape.preset(named: "7b"))
        let spec = Fixture.spec("full_rank", model: seven, options: Self.lean)
        var planned = history([run(small, Self.bf16), run(small, Self.lean)])
        planned.predictions = [
            PredictionRecord(
                spec: PredictionSpec(model: seven, method: "full_rank", options: spec.options, training: spec.training), memory: MemoryBreakdown(weights: 1),
                peakStage: "update", paperBytes: 1)
        ]
        #expect(references(planned) == ["350m": "full_rank (8-bit states, per_layer, bf16)"])
    }

    @Test func theReportNamesReferenceAndRule() {
        let (small, large) = (Self.sizes[0], Self.sizes[1])
        let several = SweepReport.markdown(history([run(small, Self.bf16), run(small, Self.lean), run(large, Self.bf16), run(large, Self.lean)]))
        #expect(several.contains("The reference is full_rank (bf16) at every size: of the full-rank cells those by AdamW with one rate for all tensors, of these those with the plainest memory options"))
        #expect(SweepReport.markdown(Fixture.oneSeed).contains("The reference is full_rank: the only full-rank cell."))
        #expect(!SweepReport.markdown(history([run(small, "galore", Self.bf16)])).contains("The reference is"))
    }

    /// The table of reductions has its own kind of reference; of several such cells the order chooses none either.
    @Test func reductionsDoNotHangOnTheOrder() throws {
        let runs = [0.001, 0.0005].map { run(Self.sizes[0], Self.bf16, lr: $0) } + [run(Self.sizes[0], "galore", Self.lean)]
        for order in permutations(runs) {
            let table = try #require(SweepReport.document(history(order)).tables.first { $0.slug == "memory-reduction" }?.table)
            #expect(table.rows.filter { $0[5] == "reference" }.map { $0[1] } == ["full_rank (bf16, lr 0.0005)"])
        }
    }
}
