import SLReport
import SLSpec
import Testing

@Suite("What a report says of the text")
struct DataWordsTests {
    private static let clean = DataRecord(
        training: .init(tokens: 4096, bytes: 16_000, droppedBytes: 0, unknownTokens: 0),
        validation: .init(tokens: 512, bytes: 2_000, droppedBytes: 0, unknownTokens: 0), sharedRecords: 0, validationRecords: 40,
        trainingPasses: 0.5)

    private func report(_ data: DataRecord?...) -> String {
        let runs = data.enumerated().map { seed, record in
            var run = Fixture.finished(Fixture.spec("full_rank", seed: UInt64(seed)), id: "run-\(seed)", loss: 7)
            run.data = record
            return run
        }
        return SweepReport.markdown(SweepHistory(name: "s", runs: runs))
    }

    private func threats(_ data: DataRecord, initialization: String? = nil) -> [String] {
        var spec = Fixture.spec("full_rank")
        spec.initialization = initialization
        var run = Fixture.finished(spec, id: "run", loss: 7)
        run.data = data
        return SweepValidity(SweepHistory(name: "s", runs: [run])).threats.map(\.words)
    }

    @Test("where losses were measured is said as it was counted")
    func evaluatedText() {
        var shared = Self.clean
        shared.sharedRecords = 3
        var unknown = Self.clean
        unknown.sharedRecords = nil
        #expect(report(Self.clean, Self.clean).contains("of which no passage was found in the training text"))
        #expect(report(Self.clean, shared).contains("of which 3 of 40 passages stand in the training text too"))
        for text in [report(nil), report(Self.clean, nil), report(unknown)] {
            #expect(text.contains("was not counted for every run"))
            #expect(!text.contains("no passage was found"))
        }
        #expect(!report(Self.clean).contains("no run trained on"))
    }

    @Test("every fact that weakens a loss is a threat, and none is made where there is nothing")
    func concerns() {
        let quiet = threats(Self.clean)
        #expect(!quiet.contains { $0.contains("passages") || $0.contains("passes") || $0.contains("tokenizer") || $0.contains("given weights") })
        var record = Self.clean
        record.sharedRecords = 3
        #expect(threats(record).contains { $0.contains("3 of 40 validation passages") && $0.contains("losses are partly") })
        record.sharedTargets = 17
        #expect(threats(record).contains { $0.contains("with 17 of the evaluated tokens: losses are partly") })
        record.sharedTargets = 0
        #expect(threats(record).contains { $0.contains("with none of the evaluated tokens") && !$0.contains("losses are partly") })
        record = Self.clean
        record.trainingPasses = 4
        #expect(threats(record) == quiet)
        record.trainingPasses = 17.25
        #expect(threats(record).contains { $0.contains("17.2 passes") || $0.contains("17.3 passes") })
        record = Self.clean
        record.validation.droppedBytes = 500
        #expect(threats(record).contains { $0.contains("25.0 % of the validation text") })
        record = Self.clean
        record.training.unknownTokens = 41
        #expect(threats(record).contains { $0.contains("1.0 % of its tokens are unknown") })
        #expect(threats(Self.clean, initialization: "abc").contains { $0.contains("given weights") })
    }

    @Test("the setting tells of the text and of the passes that were counted")
    func setting() {
        var record = Self.clean
        record.trainingPasses = 2.22
        let text = report(record)
        #expect(text.contains("The tokens give back every byte of the text."))
        #expect(text.contains("0 of 40 validation passages stand in the training text too."))
        #expect(text.contains("| 2.22 |"))
        record.validation = .init(tokens: 5_000, bytes: 20_000, droppedBytes: 1, unknownTokens: 0)
        #expect(report(record).contains("do not give back 1 bytes (below 0.1 %)"))
        #expect(threats(record).contains { $0.contains("the tokenizer loses below 0.1 % of the validation text") })
    }
}
