import Foundation
import SLNumerics
public import Testing

/// Runs each test of a suite alone among all suites that carry this trait, with the given number of threads.
///
/// Threads belong to the whole process, and the last bits of a result depend on them: tests that compute must not see
/// another test change them.
public struct ComputeTrait: SuiteTrait, TestTrait, TestScoping {
    let threads: Int
    /// Whether a test runs once for each form of the kernels that the processor has.
    var runsEveryForm = false
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        await ComputeGate.shared.enter()
        Compute.configure(threads: threads)
        let chosen = VectorUnits.active
        do {
            for units in runsEveryForm ? Self.forms : [chosen] {
                VectorUnits.use(units)
                try await function()
            }
        } catch {
            VectorUnits.use(chosen)
            await ComputeGate.shared.leave()
            throw error
        }
        VectorUnits.use(chosen)
        await ComputeGate.shared.leave()
    }
}

extension ComputeTrait {
    /// All, or the one that the program's own variable asks for: by that one finds out which of them a test fails with.
    private static var forms: [VectorUnits] {
        guard let name = ProcessInfo.processInfo.environment["SLBENCH_VECTOR_UNITS"], !name.isEmpty else { return VectorUnits.available }
        return VectorUnits.available.filter { $0.rawValue == name }
    }
}

extension Trait where Self == ComputeTrait {
    /// Alone, on so many threads.
    public static func compute(threads: Int) -> Self { ComputeTrait(threads: threads) }

    /// The same, once with each form of the kernels that the processor has: ``VectorUnits/available``.
    public static func everyVectorUnit(threads: Int) -> Self { ComputeTrait(threads: threads, runsEveryForm: true) }
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
