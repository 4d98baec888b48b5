import SLRanks
import SLSpec

/// What can't be recorded is the first rank's own trouble, and no end that all ranks have come to. How a run ended is everybody's.
final class OwnTrouble: RecorderGuard {
    func around<Value>(_ call: RecorderCall, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let failure as RunFailure where call != .failure {
            throw RankError.failed(call: "the record of the run", problem: failure.message)
        }
    }
}
