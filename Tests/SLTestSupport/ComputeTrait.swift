import SLNumerics
public import Testing

/// Runs each test of a suite alone among all suites that carry this trait, with the given number of threads.
///
/// Threads belong to the whole process, and the last bits of a result depend on them: tests that compute must not see
/// another test change them.
public struct ComputeTrait: SuiteTrait, TestTrait, TestScoping {
    let threads: Int
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        await ComputeGate.shared.enter()
        Compute.configure(threads: threads)
        do {
            try await function()
        } catch {
            await ComputeGate.shared.leave()
            throw error
        }
        await ComputeGate.shared.leave()
    }
}

extension Trait where Self == ComputeTrait {
    /// Alone, on so many threads.
    public static func compute(threads: Int) -> Self { ComputeTrait(threads: threads) }
}

/// One visitor at a time, in order of arrival, without blocking a thread of the test runner's pool.
private actor ComputeGate {
    static let shared = ComputeGate()

    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}
