import SLSpec
import Testing

/// The key `checkpoint`: how often, how many, what stays.
struct CheckpointKeysTests {
    private func config(_ checkpoint: String) throws -> SweepConfig { try load(#"{"model": "9m", "methods": ["full_rank"]\#(checkpoint)}"#) }

    private func issues(_ checkpoint: String) -> [ConfigIssue] {
        do { _ = try config(checkpoint) } catch let error as ConfigError { return error.issues } catch { Issue.record("\(error)") }
        return []
    }

    @Test func defaults() throws {
        #expect(try config("").checkpoint == CheckpointPolicy(everySteps: nil, everyMinutes: 10, keep: 2, final: .weights))
    }

    @Test func everyKey() throws {
        let given = #", "checkpoint": {"every_steps": 50, "every_minutes": null, "keep": 5, "final": "none"}"#
        #expect(try config(given).checkpoint == CheckpointPolicy(everySteps: 50, everyMinutes: nil, keep: 5, final: .none))
        #expect(try config(#", "checkpoint": {"every_minutes": 0.5}"#).checkpoint.everyMinutes == 0.5)
    }

    @Test(arguments: [
        (#"{"every_steps": 0}"#, "checkpoint.every_steps"), (#"{"every_minutes": 0}"#, "checkpoint.every_minutes"),
        (#"{"keep": 0}"#, "checkpoint.keep"), (#"{"final": "state"}"#, "checkpoint.final"), (#"{"every": 5}"#, "checkpoint.every"),
        ("5", "checkpoint"),
    ])
    func refusals(value: String, path: String) {
        let found = issues(#", "checkpoint": \#(value)"#)
        #expect(found.map(\.keyPath) == [path] && found.first?.allowed != nil, "\(found)")
    }

    /// Checkpoints change no run.
    @Test func identityIsUntouched() throws {
        #expect(try config("").cells == config(#", "checkpoint": {"every_steps": 1}"#).cells)
    }
}
