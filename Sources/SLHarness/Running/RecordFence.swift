public import SLSpec
import Synchronization

/// Lets a run be recorded as long as it is this process's: a newer claim ends it before the next fact is written.
public final class RecordFence: RecorderGuard {
    private let fence: ClaimFence
    private let step = Atomic<Int>(0)

    public init(_ fence: ClaimFence) { self.fence = fence }

    public func around<Value>(_ call: RecorderCall, _ body: () throws -> Value) throws -> Value {
        try fence.check(step: step.load(ordering: .relaxed))
        switch call {
        case .resume(let step), .sample(let step): self.step.store(step, ordering: .relaxed)
        case .failure, .other: break
        }
        return try body()
    }
}
