import SLMethodKit
import SLNumerics
import Synchronization

/// The model's linears as threads see them while each initialises its own.
struct SharedWork<Element: Scalar>: @unchecked Sendable {
    let linears: [BlockLinear<Element>]
    let method: any PretrainingMethod
    let phase: Int
    let ledger: MemoryLedger
}

/// The first error of several threads.
final class FirstFailure: Sendable {
    private let error = Mutex<(any Error)?>(nil)

    func catching(_ body: () throws -> Void) {
        do {
            try body()
        } catch let failure {
            error.withLock { if $0 == nil { $0 = failure } }
        }
    }

    func rethrow() throws {
        if let error = error.withLock({ $0 }) { throw error }
    }
}
